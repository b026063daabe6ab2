"""Exchanging the secret key: what was sealed with the old one, made good under the new one or ended.

The database changes in one transaction, then the key's file in one step. A process that is killed in between
leaves both keys in the folder, and the fingerprint in the database tells the next start which one counts.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, func, select, update

from app.base import clock, tokens
from app.base.config import Config
from app.base.errors import Conflict
from app.base.events import Event
from app.migrations import bring_up_to_date
from app.models import (
    AddressChange,
    AuditEntry,
    Credential,
    CredentialKind,
    Factor,
    Invitation,
    InvitationState,
    PortalKey,
)
from app.services.audit_log import resealing
from app.services.core import audit, credentials
from app.services.core.audit_chain import PORTAL
from app.services.installation import installations, secret_key_file, secret_key_fingerprint
from app.services.login import second_factors
from app.storage.database import Database, db
from app.text import links


@dataclass(frozen=True, slots=True)
class Affected:
    """What depends on the secret key, counted."""

    sessions: int
    links: int
    apps: int
    entries: int


def rotate(config: Config, *, key: str | None = None) -> Affected:
    """Replace the secret key by another one, or a given one, while nothing runs; return what that touched.

    Raises `Conflict` if the key comes from the settings and no new one is given, and `WrongSetting` if it is
    not the key of the database.
    """
    with installations.exclusive(config):
        known = _known(config)
        if config.secret_key and key is None:
            raise Conflict(
                "The secret key comes from CREWROOM_SECRET_KEY",
                message="Write a new one to a file, and name it with --new-key-file.",
            )
        old = secret_key_fingerprint.current(config, known)
        new = key or secret_key_file.new()
        return _exchange(config, replace(config, secret_key=old), new, lambda: _reseal(old, new))


def finished(config: Config, *, key: str | None = None) -> bool:
    """Finish an exchange that was killed after its commit, if there is one.

    Returns whether nothing is left to do: there was one, or the given key is the one in use already.
    """
    with installations.exclusive(config):
        known = _known(config)
        resumed = secret_key_fingerprint.finish_exchange(config, known)
        if key is None:
            return resumed
        in_place = bool(config.secret_key or secret_key_fingerprint.current_key(config, known))
        return known.bound and known.fits(key) and in_place


def affected(config: Config) -> Affected:
    """Count what ends when the key is reset, and change nothing; raise `Conflict` if the key is not lost."""
    with installations.exclusive(config):
        return _affected(config)


def reset(config: Config) -> Affected:
    """Begin anew with another secret key where the old one is lost; return what that ended."""
    with installations.exclusive(config):
        _affected(config)
        new = config.secret_key or secret_key_file.new()
        secret_key_file.set_aside(config)
        return _exchange(config, replace(config, secret_key=new), new, lambda: _begin_anew(new))


def _affected(config: Config) -> Affected:
    known = _known(config)
    if secret_key_fingerprint.current_key(config, known):
        raise Conflict(
            "The secret key is not lost",
            message="It fits this database; `crewroom secret-key rotate` replaces it with less loss.",
        )
    with closing(Database(config)) as database, database.reading():
        return _counted()


def _known(config: Config) -> secret_key_fingerprint.Known:
    if config.sqlite:
        installations.check_there(config)
    known = secret_key_fingerprint.read_settled(config)
    if not known.schema:
        raise installations.not_found(config)
    return known


def _exchange(config: Config, working: Config, new: str, change: Callable[[], None]) -> Affected:
    """Run a change under a key, with everything that ends; then put the new key in its place."""
    if not config.secret_key:
        secret_key_file.stage(config, new)
    with closing(Database(working)) as database:
        bring_up_to_date(database)
        with database.writing():
            touched = _counted()
            _end_secrets(replace(working, secret_key=new))
            change()
    if not config.secret_key:
        secret_key_file.exchange(config)
    return touched


def _end_secrets(config: Config) -> None:
    """End sessions and mailed links; open invitations get another link, for a new mail or to pass on."""
    credentials.revoke(Credential.kind != CredentialKind.KEY)
    db.execute(update(AddressChange).where(_waiting()).values(ended_at=clock.now()))
    for invitation in db.scalars(select(Invitation).where(Invitation.state == InvitationState.OPEN)):
        link = links.secret(config, links.Purpose.INVITATION, invitation.id)
        invitation.digest = tokens.digest(link)


def _reseal(old: str, new: str) -> None:
    """Seal under the new key what the old one opens, itself included, and the ends of the audit log."""
    now = int(clock.now().timestamp())
    for factor in db.scalars(select(Factor).where(Factor.sealed.is_not(None))):
        purpose = second_factors.purpose(factor.user_id)
        text = tokens.unseal(old, purpose, factor.sealed or "", at=now)
        factor.sealed = tokens.seal(new, purpose, text, at=now) if text else factor.sealed
    audit.record(Event.SECRET_KEY_ROTATED, None, PORTAL)
    resealing.heads(old, new)
    resealing.amendments(old, new)
    secret_key_fingerprint.supersede(old, new)


def _begin_anew(new: str) -> None:
    """Seal the audit log as it is found, and say so in it: the lost key cannot vouch for it any more."""
    db.execute(delete(PortalKey))
    secret_key_fingerprint.record(new)
    for chain, entries, last_hash in resealing.everything(new):
        organization_id = None if chain == PORTAL else chain
        after = {"entries": entries, "last_hash": last_hash}
        audit.record(Event.AUDIT_SEALED_ANEW, None, chain, organization_id=organization_id, after=after)
    audit.record(Event.SECRET_KEY_RESET, None, PORTAL)


def _counted() -> Affected:
    alive = credentials.alive()
    mailed = Credential.kind.in_((CredentialKind.RESET, CredentialKind.CONFIRMATION))
    return Affected(
        sessions=_number(Credential.id, Credential.kind == CredentialKind.SESSION, alive),
        links=_number(Credential.id, mailed, alive)
        + _number(AddressChange.id, _waiting())
        + _number(Invitation.id, Invitation.state == InvitationState.OPEN),
        apps=_number(Factor.id, Factor.sealed.is_not(None)),
        entries=_number(AuditEntry.id),
    )


def _waiting() -> ColumnElement[bool]:
    return AddressChange.ended_at.is_(None)


def _number(column: object, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count(column)).where(*conditions)) or 0  # type: ignore[arg-type]
