"""Everything that ends with a membership, computed before a removal and written on its receipt."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from app.models import App, Credential, CredentialKind, Invitation, InvitationState, Membership, User
from app.services.core import credentials, last_super_admin
from app.storage.database import db


@dataclass(frozen=True, slots=True)
class RemovalImpact:
    """What ends with a membership. `sessions` keep working elsewhere, `apps` stay with the organization."""

    role: str
    sessions: int
    keys: list[str]
    invitations: list[str]
    apps: list[str]
    last_super_admin: bool

    def as_json(self) -> dict[str, object]:
        """Return the impact as a receipt stores it."""
        return asdict(self)


def of(membership: Membership) -> RemovalImpact:
    """Return what would end with a membership."""
    return RemovalImpact(
        role=membership.written_role,
        sessions=_sessions(membership),
        keys=_limited_keys(membership),
        invitations=_sent_invitations(membership),
        apps=_created_apps(membership),
        last_super_admin=last_super_admin.is_last(membership),
    )


def _sessions(membership: Membership) -> int:
    live = select(Credential.id).where(
        Credential.user_id == membership.user_id,
        Credential.kind == CredentialKind.SESSION,
        credentials.alive(),
    )
    return 0 if membership.pending else len(db.execute(live).all())


def _limited_keys(membership: Membership) -> list[str]:
    """List the keys that are limited to the organization, as `name (crew_abc…)`."""
    limited = (
        select(Credential.name, Credential.prefix)
        .where(
            Credential.user_id == membership.user_id,
            Credential.organization_id == membership.organization_id,
            Credential.kind == CredentialKind.KEY,
            Credential.revoked_at.is_(None),
        )
        .order_by(Credential.created_at, Credential.id)
    )
    return [f"{name} ({prefix}…)" for name, prefix in db.execute(limited)]


def _sent_invitations(membership: Membership) -> list[str]:
    sent = (
        select(User.email)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.organization_id == membership.organization_id,
            Invitation.invited_by == membership.user_id,
            Invitation.state == InvitationState.OPEN,
        )
        .order_by(Invitation.created_at, Invitation.id)
    )
    return list(db.scalars(sent))


def _created_apps(membership: Membership) -> list[str]:
    created = (
        select(App.name)
        .where(
            App.organization_id == membership.organization_id,
            App.created_by == membership.user_id,
        )
        .order_by(App.name)
    )
    return list(db.scalars(created))
