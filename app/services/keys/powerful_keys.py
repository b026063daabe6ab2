"""Which keys need a password or second factor again: those with a high ceiling or without expiry."""

from datetime import timedelta

from sqlalchemy import select

from app.base.permissions import Role, lower
from app.models import Credential, CredentialKind
from app.services.core.actors import Actor
from app.storage.database import db


def needs_proof(role: Role, *, expires: bool) -> bool:
    """Return whether a key needs proof of identity: its ceiling is admin or above, or it never expires."""
    return lower(role, Role.ADMIN) is Role.ADMIN or not expires


def renewal_needs_proof(actor: Actor, identifier: str, lifetime: timedelta | None) -> bool:
    """Return whether renewing one of the actor's keys needs the proof; False if they have no such key.

    Takes no lock, because the caller computes a password hash before the change begins.
    """
    own = select(Credential.role, Credential.expires_at).where(
        Credential.id == identifier,
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.KEY,
        Credential.revoked_at.is_(None),
    )
    key = db.execute(own).first()
    if key is None:
        return False
    return needs_proof(Role(key.role), expires=lifetime is not None or key.expires_at is not None)
