"""The hosts that passkeys were made for: browsers use one only at its own, a portal that moves loses them."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, or_, select

from app.base.config import Config
from app.models import Factor, FactorKind
from app.storage.database import Database, config, db

_MOST = 3


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom a passkey belongs to: the host of the portal, and the origin its pages have."""

    id: str
    origin: str


def relying_party(config: Config) -> RelyingParty | None:
    """Return what the settings say of us; None where browsers refuse passkeys: plain HTTP, bare addresses."""
    host = host_of(config)
    if _is_address(host) or not config.trustworthy:
        return None
    return RelyingParty(host, config.base_url)


def host_of(settings: Config) -> str:
    """Return the host that passkeys made now belong to."""
    return urlsplit(settings.base_url).hostname or ""


def works_here() -> ColumnElement[bool]:
    """Return the condition of a factor that works at this host.

    A passkey from before hosts were kept may. None does where browsers refuse passkeys: a portal that moved
    to plain HTTP keeps its host name, and loses them all the same.
    """
    if relying_party(config()) is None:
        return Factor.kind != FactorKind.PASSKEY
    return or_(Factor.host.is_(None), Factor.host == host_of(config()))


def other_hosts(user_id: str | None = None) -> list[str]:
    """List other hosts that an account has passkeys for, or that anyone has; the first few."""
    others = select(Factor.host).where(Factor.host != host_of(config())).distinct()
    if user_id:
        others = others.where(Factor.user_id == user_id)
    return [host for host in db.scalars(others.order_by(Factor.host).limit(_MOST)) if host]


def notice(database: Database) -> str | None:
    """Return the line that the operator reads at start, or None if every passkey is of this host."""
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
