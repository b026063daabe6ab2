"""When and where credentials were last used, and which organizations have blocked them."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, select, text, update

from app.base import clock
from app.models import Credential, CredentialUse, Membership, OldSecret
from app.models.base import Moment
from app.services.core import locks
from app.services.core.actors import Actor
from app.services.login import sessions
from app.storage.database import db

STEP = timedelta(minutes=1)

# An upsert, since two processes may record the same use. The use itself may have ended the membership.
_UPSERT_USE = text(
    "INSERT INTO credential_uses (credential_id, organization_id, last_used_at) "
    "SELECT :credential_id, organization_id, :at FROM memberships "
    "WHERE organization_id = :organization_id AND user_id = :user_id "
    "ON CONFLICT (credential_id, organization_id) DO UPDATE SET last_used_at = excluded.last_used_at"
).bindparams(bindparam("at", type_=Moment()))
_UPSERT_BLOCK = text(
    "INSERT INTO credential_uses (credential_id, organization_id, cut_off_at, cut_off_by) "
    "VALUES (:credential_id, :organization_id, :at, :by) "
    "ON CONFLICT (credential_id, organization_id) "
    "DO UPDATE SET cut_off_at = excluded.cut_off_at, cut_off_by = excluded.cut_off_by"
).bindparams(bindparam("at", type_=Moment()))


def stale(used_at: datetime | None) -> bool:
    """Return whether a last use is old enough to be recorded again."""
    return used_at is None or clock.now() - used_at >= STEP


def record(actor: Actor, organization_id: str | None) -> None:
    """Record that the actor used their credential and its secret now, and in which organization."""
    now = clock.now()
    if organization_id:
        locks.organization(organization_id)
    db.execute(update(Credential).where(Credential.id == actor.credential_id).values(**_times(actor, now)))
    if actor.replaced:
        db.execute(update(OldSecret).where(OldSecret.digest == actor.digest).values(last_used_at=now))
    if organization_id:
        _record_in_organization(actor, organization_id, now)


def block(actor: Actor, credential_id: str, organization_id: str) -> None:
    """Block a credential in an organization, effective from the next request."""
    db.execute(
        _UPSERT_BLOCK,
        {
            "credential_id": credential_id,
            "organization_id": organization_id,
            "at": clock.now(),
            "by": actor.user_id,
        },
    )


def forget(user_id: str, organization_id: str) -> None:
    """Delete the last uses of a user's credentials in an organization. Blocks stay, in case they rejoin."""
    theirs = and_(
        CredentialUse.organization_id == organization_id,
        CredentialUse.credential_id.in_(select(Credential.id).where(Credential.user_id == user_id)),
    )
    db.execute(delete(CredentialUse).where(theirs, CredentialUse.cut_off_at.is_(None)))
    db.execute(update(CredentialUse).where(theirs).values(last_used_at=None))


def _times(actor: Actor, at: datetime) -> dict[str, datetime]:
    """Return the times that a use changes. It extends a session, but not a key."""
    if not actor.by_session or actor.issued_at is None:
        return {"last_used_at": at}
    return {"last_used_at": at, "expires_at": sessions.ends_at(actor.issued_at, at)}


def _record_in_organization(actor: Actor, organization_id: str, at: datetime) -> None:
    membership = and_(Membership.organization_id == organization_id, Membership.user_id == actor.user_id)
    db.execute(update(Membership).where(membership).values(last_active_at=at))
    db.execute(
        _UPSERT_USE,
        {
            "credential_id": actor.credential_id,
            "organization_id": organization_id,
            "user_id": actor.user_id,
            "at": at,
        },
    )
