"""The working keys of an account, which its owner may revoke along with setting a new password."""

from collections.abc import Sequence

from sqlalchemy import select

from app.base.events import Event
from app.models import Credential, CredentialKind, User
from app.services.core import audit, credentials
from app.services.core.actors import Actor
from app.storage.database import db


def list_working(user_id: str) -> Sequence[Credential]:
    """List the keys of an account that still work, oldest first."""
    own = select(Credential).where(
        Credential.user_id == user_id, Credential.kind == CredentialKind.KEY, credentials.alive()
    )
    return db.scalars(own.order_by(Credential.created_at, Credential.id)).all()


def revoke_all(actor: Actor | None, user: User) -> int:
    """Revoke every key of an account for its owner; return how many. The caller locks its organizations."""
    keys = list_working(user.id)
    for key in keys:
        before = {"name": key.name, "prefix": key.prefix}
        audit.record(
            Event.KEY_REVOKED, actor, key.id, organization_id=key.organization_id, before=before, by=user.id
        )
    credentials.revoke(Credential.id.in_([key.id for key in keys]))
    return len(keys)
