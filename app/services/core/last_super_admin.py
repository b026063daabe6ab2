"""The rule that every organization has a super admin who can act. Only this module decides who counts.

A super admin can act if they accepted the invitation, their account isn't disabled, and they have a second
factor where the organization requires one. The requirement counts from the moment it is switched on, not from
its deadline, so that the last super admin who can act is never lost when the deadline passes.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.base.codes import Code
from app.base.errors import Conflict
from app.base.permissions import Role
from app.models import Membership, Organization, User
from app.services.core import two_factor_status
from app.storage.database import db, fetch

ADVICE = (
    "Make another member super admin first, or delete the organization. "
    "Where two-factor is required, only super admins who have set it up count."
)
FACTOR_ADVICE = "Have another super admin set up two-factor first."
_OTHER, _OTHERS = aliased(User), aliased(Membership)


def check_not_last(membership: Membership) -> None:
    """Raise `Conflict` if this member is the organization's last super admin who can act."""
    if is_last(membership):
        raise Conflict(Code.LAST_SUPER_ADMIN, message=ADVICE)


def check_not_last_anywhere(user_id: str, *, factor_only: bool = False, advice: str = ADVICE) -> None:
    """Raise `Conflict` if this person is the last super admin who can act of any organization.

    The message names the organizations and ends with `advice`. With `factor_only`, organizations that do not
    require a second factor are ignored.
    """
    last_in = organizations_where_last(user_id, factor_only=factor_only)
    if last_in:
        message = f"No other super admin can act in {', '.join(last_in)}. {advice}"
        raise Conflict(Code.LAST_SUPER_ADMIN, message=message)


def is_last(membership: Membership) -> bool:
    """Return whether the member is a super admin and no other super admin can act."""
    values = {"user_id": membership.user_id, "organization_id": membership.organization_id}
    return fetch(_IS_LAST, values).first() is not None


def organizations_where_last(user_id: str, *, factor_only: bool = False) -> list[str]:
    """List the organizations, as `name (id)`, in which no other super admin can act.

    With `factor_only`, organizations that do not require a second factor are left out.
    """
    statement = _WHERE_LAST.order_by(Membership.added_at, Organization.id)
    if factor_only:
        statement = statement.where(Organization.second_factor_from.is_not(None))
    return [f"{name} ({identifier})" for name, identifier in fetch(statement, {"user_id": user_id})]


def successor(organization_id: str, *, without: str) -> User | None:
    """Return the longest-standing super admin who can act, leaving out the user `without`, or None."""
    super_admins = (
        select(_OTHER)
        .join(_OTHERS, _OTHERS.user_id == _OTHER.id)
        .join(Organization, Organization.id == _OTHERS.organization_id)
    )
    statement = super_admins.where(
        Organization.id == organization_id, _OTHER.id != without, _can_act(_OTHERS, _OTHER)
    )
    return db.scalar(statement.order_by(_OTHERS.added_at, _OTHERS.user_id).limit(1))


def has_one_with_second_factor(organization_id: str) -> bool:
    """Return whether any super admin with an open account has a second factor."""
    statement = select(_OTHER.id).join(_OTHERS, _OTHERS.user_id == _OTHER.id)
    statement = statement.where(
        _OTHERS.organization_id == organization_id,
        _is_super_admin(_OTHERS, _OTHER),
        two_factor_status.has_second_factor(_OTHER.id),
    )
    return db.execute(statement.limit(1)).first() is not None


def organization_without_one() -> str | None:
    """Return the id of an organization without any super admin whose account is open, or None.

    A required second factor is not asked for: a reset by the operator and a reclaimed account can leave an
    organization whose only super admin has yet to set one up (decision 0135). Such a portal must be
    restorable from its backup.
    """
    led = select(_OTHERS.organization_id).join(_OTHER, _OTHER.id == _OTHERS.user_id)
    led = led.where(_is_super_admin(_OTHERS, _OTHER))
    return db.scalar(select(Organization.id).where(Organization.id.not_in(led)).limit(1))


def _where_last() -> Select[str, str]:
    """Select the name and id of the organizations that `user_id` leads, if no other super admin can act."""
    user_id: ColumnElement[str] = bindparam("user_id")
    other = (
        select(_OTHERS.user_id)
        .join(_OTHER, _OTHER.id == _OTHERS.user_id)
        .where(
            _OTHERS.organization_id == Organization.id,
            _OTHERS.user_id != user_id,
            _can_act(_OTHERS, _OTHER),
        )
        .correlate(Organization)
    )
    return (
        select(Organization.name, Organization.id)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(
            Membership.user_id == user_id,
            Membership.role == Role.SUPER_ADMIN,
            Membership.pending.is_(False),
            ~other.exists(),
        )
    )


def _can_act(membership: Any, user: Any) -> ColumnElement[bool]:
    """Return the SQL condition for a super admin who can act; the statement must join the organization."""
    return and_(
        _is_super_admin(membership, user),
        or_(Organization.second_factor_from.is_(None), two_factor_status.has_second_factor(user.id)),
    )


def _is_super_admin(membership: Any, user: Any) -> ColumnElement[bool]:
    return and_(
        membership.role == Role.SUPER_ADMIN, membership.pending.is_(False), user.disabled_at.is_(None)
    )


_WHERE_LAST = _where_last()
_IS_LAST = _WHERE_LAST.where(Organization.id == bindparam("organization_id"))
