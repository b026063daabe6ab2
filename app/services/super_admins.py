"""The rule that an organization always has an active super admin; the only place that says who counts."""

from sqlalchemy import select

from app.database import session
from app.errors import Conflict
from app.models import Membership, User
from app.permissions import Role

LAST_ADMIN = "Cannot remove the last admin from the organization"


def check_not_last(membership: Membership) -> None:
    """Refuse to lower or remove the only active super admin."""
    if alone(membership):
        raise Conflict(
            LAST_ADMIN, message="Make another member super admin first, or delete the organization."
        )


def alone(membership: Membership) -> bool:
    """Tell whether nobody else is an active super admin of the organization."""
    if membership.pending or membership.role != Role.SUPER_ADMIN:
        return False
    others = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organization_id == membership.organization_id,
            Membership.user_id != membership.user_id,
            Membership.role == Role.SUPER_ADMIN,
            Membership.pending.is_(False),
            User.disabled_at.is_(None),
        )
    )
    return session.execute(others.limit(1)).first() is None
