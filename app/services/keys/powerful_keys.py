"""Which keys are made only after a proof: those that would outlive a stolen session, or do most harm."""

from datetime import timedelta

from sqlalchemy import select

from app.base.permissions import Role, lower
from app.models import Credential, CredentialKind
from app.services.core.actors import Actor
from app.storage.database import db


def powerful(role: Role, *, expires: bool) -> bool:
    """Tell whether a key needs a proof: its ceiling is admin or above, or it never expires."""
    return lower(role, Role.ADMIN) is Role.ADMIN or not expires


def renews(actor: Actor, identifier: str, lifetime: timedelta | None) -> bool:
    """Tell the same of the secret that a renewal makes; no for a key that is not the actor's.

    Holds no lock: the caller computes a hash before it begins the change.
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
    return powerful(Role(key.role), expires=lifetime is not None or key.expires_at is not None)
