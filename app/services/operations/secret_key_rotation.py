"""Exchange the secret key. Data sealed with the old key is resealed with the new one, or ended.

The database changes in one transaction, then the key file in one step. If the process is killed in between,
both keys are in the folder, and the fingerprint in the database tells the next start which one is valid.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, func, select, update

from app.base import clock, tokens
from app.base.config import Config
from app.base.errors import OperatorError
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
    """How many sessions, links, authenticator apps and audit entries depend on the secret key."""

    sessions: int
    links: int
    apps: int
    entries: int


def rotate(config: Config, *, key: str | None = None) -> Affected:
    """Replace the secret key with a new or given one while the portal is stopped; return what was affected.

    Raises `OperatorError` if the portal is running, or if the key comes from the settings and no new one is
    given, and `WrongSetting` if it is not the key of the database.
    """
    with installations.exclusive(config):
        known = _known(config)
        if config.secret_key and key is None:
            raise OperatorError(
                "The secret key comes from CREWROOM_SECRET_KEY",
                message="Write a new one to a file, and name it with --new-key-file.",
            )
        old = secret_key_fingerprint.current(config, known)
        new = key or secret_key_file.new()
        return _exchange(config, replace(config, secret_key=old), new, lambda: _reseal(old, new))


def finish(config: Config, *, key: str | None = None) -> bool:
    """Finish an exchange that was interrupted after its commit, if there is one.

    Return whether nothing is left to do, because there was one or the given key is already in use.
    """
    with installations.exclusive(config):
        known = _known(config)
        resumed = secret_key_fingerprint.finish_exchange(config, known)
        if key is None:
            return resumed
        in_place = bool(config.secret_key or secret_key_fingerprint.current_key(config, known))
        return known.bound and known.fits(key) and in_place


def count_affected(config: Config) -> Affected:
    """Count what a reset would end, changing nothing. Raises `OperatorError` if the key is not lost."""
    with installations.exclusive(config):
        return _affected(config)


def reset(config: Config) -> Affected:
    """Replace a lost secret key; return what that ended. Raises `OperatorError` if the key is not lost."""
    with installations.exclusive(config):
        _affected(config)
        new = config.secret_key or secret_key_file.new()
        secret_key_file.set_aside(config)
        return _exchange(config, replace(config, secret_key=new), new, lambda: _start_over(new))


def _affected(config: Config) -> Affected:
    known = _known(config)
    if secret_key_fingerprint.current_key(config, known):
        raise OperatorError(
            "The secret key is not lost",
            message="It matches this database; `crewroom secret-key rotate` replaces it with less loss.",
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
    """End sessions and links and run `change` in one transaction, then exchange the key file."""
    if not config.secret_key:
        secret_key_file.stage(config, new)
    with closing(Database(working)) as database:
        bring_up_to_date(database)
        with database.writing():
            counts = _counted()
            _end_secrets(replace(working, secret_key=new))
            change()
    if not config.secret_key:
        secret_key_file.exchange(config)
    return counts


def _end_secrets(config: Config) -> None:
    """End sessions and mailed links. Open invitations get a new link, to be mailed again or shared."""
    credentials.revoke(Credential.kind != CredentialKind.KEY)
    db.execute(update(AddressChange).where(_pending()).values(ended_at=clock.now()))
    for invitation in db.scalars(select(Invitation).where(Invitation.state == InvitationState.OPEN)):
        link = links.secret(config, links.Purpose.INVITATION, invitation.id)
        invitation.digest = tokens.digest(link)


def _reseal(old: str, new: str) -> None:
    """Reseal second factors, earlier keys and the audit log's heads with the new key."""
    now = int(clock.now().timestamp())
    for factor in db.scalars(select(Factor).where(Factor.sealed.is_not(None))):
        purpose = second_factors.purpose(factor.user_id)
        text = tokens.unseal(old, purpose, factor.sealed or "", at=now)
        factor.sealed = tokens.seal(new, purpose, text, at=now) if text else factor.sealed
    audit.record(Event.SECRET_KEY_ROTATED, None, PORTAL)
    resealing.reseal_heads(old, new)
    resealing.reseal_amendments(old, new)
    secret_key_fingerprint.supersede(old, new)


def _start_over(new: str) -> None:
    """Seal the audit log as it is and record that in it, because the lost key can no longer verify it."""
    db.execute(delete(PortalKey))
    secret_key_fingerprint.record(new)
    for chain, entries, last_hash in resealing.reseal_all(new):
        organization_id = None if chain == PORTAL else chain
        after = {"entries": entries, "last_hash": last_hash}
        audit.record(Event.AUDIT_SEALED_ANEW, None, chain, organization_id=organization_id, after=after)
    audit.record(Event.SECRET_KEY_RESET, None, PORTAL)


def _counted() -> Affected:
    alive = credentials.alive()
    mailed = Credential.kind.in_((CredentialKind.RESET, CredentialKind.CONFIRMATION))
    return Affected(
        sessions=_count(Credential.id, Credential.kind == CredentialKind.SESSION, alive),
        links=_count(Credential.id, mailed, alive)
        + _count(AddressChange.id, _pending())
        + _count(Invitation.id, Invitation.state == InvitationState.OPEN),
        apps=_count(Factor.id, Factor.sealed.is_not(None)),
        entries=_count(AuditEntry.id),
    )


def _pending() -> ColumnElement[bool]:
    return AddressChange.ended_at.is_(None)


def _count(column: object, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count(column)).where(*conditions)) or 0  # type: ignore[arg-type]
