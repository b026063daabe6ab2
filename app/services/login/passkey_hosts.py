"""The hosts that passkeys belong to. A passkey works only at its host, so moving the portal loses it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, or_, select

from app.base.config import Config
from app.models import Factor, FactorKind
from app.storage.database import Database, config, db

_LISTED = 3


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The WebAuthn relying party: the host of the portal, and the origin of its pages."""

    id: str
    origin: str


def relying_party(config: Config) -> RelyingParty | None:
    """Return the relying party by the settings, or None over plain HTTP or at a bare IP address.

    Browsers refuse passkeys there.
    """
    host = host_of(config)
    if _is_address(host) or not config.trustworthy:
        return None
    return RelyingParty(host, config.base_url)


def host_of(settings: Config) -> str:
    """Return the host that new passkeys belong to."""
    return urlsplit(settings.base_url).hostname or ""


def works_here() -> ColumnElement[bool]:
    """Return the SQL condition that a second factor works at this host.

    Passkeys stored without a host may work. None work where browsers refuse passkeys, such as over plain
    HTTP, even if the host name is the same.
    """
    if relying_party(config()) is None:
        return Factor.kind != FactorKind.PASSKEY
    return or_(Factor.host.is_(None), Factor.host == host_of(config()))


def other_hosts(user_id: str | None = None) -> list[str]:
    """List the first few other hosts that an account, or any account, has passkeys for."""
    others = select(Factor.host).where(Factor.host != host_of(config())).distinct()
    if user_id:
        others = others.where(Factor.user_id == user_id)
    return [host for host in db.scalars(others.order_by(Factor.host).limit(_LISTED)) if host]


def notice(database: Database) -> str | None:
    """Return a startup warning for the operator, or None if every passkey belongs to this host."""
    here = host_of(database.config)
    with database.reading():
        others = select(Factor.host, func.count()).where(Factor.host != here).group_by(Factor.host)
        counted = db.execute(others.order_by(Factor.host)).all()
    if not counted:
        return None
    hosts = ", ".join(f"{number} for {host}" for host, number in counted)
    return f"Passkeys made for another host do not work at {here}: {hosts}. Owners have to add new ones."


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
