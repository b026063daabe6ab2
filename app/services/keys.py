"""API keys: create, list, revoke."""

from datetime import timedelta

from sqlalchemy import select

from app import texts
from app.database import session
from app.errors import NotFound
from app.models import Credential, CredentialKind, Membership, User
from app.permissions import Role
from app.services import audit, credentials

NAME_LENGTH = 32


def create(
    user: User,
    *,
    name: str,
    role: Role = Role.SUPER_ADMIN,
    organization_id: str | None = None,
    lifetime: timedelta | None = None,
) -> tuple[Credential, str]:
    """Create a key for a user; return it with its secret."""
    label = texts.name(name, field="name", missing="Name is required", longest=NAME_LENGTH)
    if organization_id and not _belongs(user, organization_id):
        raise NotFound("Organization not found", message=f"{user.email} is not a member of it.")

    credential, secret = credentials.issue(
        user.id,
        CredentialKind.KEY,
        name=label,
        role=role,
        organization_id=organization_id,
        lifetime=lifetime,
    )
    audit.record(
        None,
        "key.created",
        credential.id,
        organization_id=organization_id,
        after={"owner": user.email, "name": label, "role": role, "prefix": credential.prefix},
    )
    return credential, secret


def everyones() -> list[tuple[Credential, User]]:
    """List the keys that work, with their owners, oldest first."""
    live = (
        select(Credential, User)
        .join(User, User.id == Credential.user_id)
        .where(Credential.kind == CredentialKind.KEY, credentials.alive())
        .order_by(Credential.created_at, Credential.id)
    )
    return [(credential, user) for credential, user in session.execute(live)]


def revoke(identifier: str) -> Credential:
    """Revoke a key by its identifier."""
    credential = session.get(Credential, identifier)
    if credential is None or credential.kind != CredentialKind.KEY or credential.revoked_at:
        raise NotFound("API key not found")

    credentials.revoke(Credential.id == identifier)
    audit.record(None, "key.revoked", identifier, organization_id=credential.organization_id)
    return credential


def _belongs(user: User, organization_id: str) -> bool:
    membership = session.get(Membership, (organization_id, user.id))
    return membership is not None and not membership.pending
