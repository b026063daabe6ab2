"""Queries for the members and invitees of an organization, for the API and for the page."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from app.base.permissions import Action
from app.models import Invitation, InvitationState, Membership, User
from app.services.core import organization_access, two_factor_status
from app.services.core.actors import Access
from app.services.core.paging import Keyset, Page
from app.services.members import member_filters, membership_views
from app.services.members.member_filters import MemberFilters, Order, Sort
from app.storage.database import AnyRow, fetch

PAGE = 100
EVERYONE = MemberFilters()

_IN_ORGANIZATION = Membership.organization_id == bindparam("organization_id")

_MEMBERS = (
    select(User.id, User.email, User.image_url, Membership.role, Membership.pending)
    .join(Membership, Membership.user_id == User.id)
    .where(_IN_ORGANIZATION)
)

_INVITER = aliased(User)
_PEOPLE = (
    select(
        User.id,
        User.email,
        User.name,
        User.image_url,
        User.disabled_at,
        two_factor_status.has_second_factor(User.id).label("has_second_factor"),
        Membership.role,
        Membership.pending,
        Membership.added_at,
        Membership.last_active_at,
        Invitation.created_at.label("invited_at"),
        Invitation.expires_at,
        Invitation.mailed_at,
        Invitation.undelivered,
        func.coalesce(func.nullif(_INVITER.name, ""), _INVITER.email).label("invited_by"),
    )
    .join(Membership, Membership.user_id == User.id)
    .outerjoin(
        Invitation,
        and_(
            Membership.pending,
            Invitation.organization_id == Membership.organization_id,
            Invitation.user_id == Membership.user_id,
            Invitation.state == InvitationState.OPEN,
        ),
    )
    .outerjoin(_INVITER, _INVITER.id == Invitation.invited_by)
    .where(_IN_ORGANIZATION)
)


def in_organization(
    access: Access, filters: MemberFilters = EVERYONE, *, limit: int | None = None, cursor: str | None = None
) -> Page[AnyRow]:
    """List members and invitees: one page, or all without limit and cursor.

    Raises `NotPermitted` if the filters reveal activity and the actor is not an admin.
    """
    _check(access, filters)
    listed = _sorted(_MEMBERS, filters.sort, filters.order)
    values = {"organization_id": access.organization.id}
    return listed.page_or_all(values, *filters.conditions(), limit=limit, cursor=cursor)


def filtered(
    access: Access, filters: MemberFilters, *, cursor: str | None = None, most: int | None = PAGE
) -> Page[membership_views.MembershipView]:
    """List people for the page; `most=None` returns all of them. Raises `NotPermitted` as above."""
    _check(access, filters)
    listed = _sorted(_PEOPLE, filters.sort, filters.order)
    values, conditions = {"organization_id": access.organization.id}, filters.conditions()
    if most is None:
        page = Page(listed.all(values, *conditions), None)
    else:
        page = listed.page(values, *conditions, limit=most, cursor=cursor)
    return page.of(lambda row: membership_views.of_row(access, row))


def recent(access: Access, most: int) -> list[membership_views.MembershipView]:
    """List the most recently added people, newest first."""
    newest = _PEOPLE.order_by(Membership.added_at.desc(), Membership.user_id.desc())
    values = {"organization_id": access.organization.id}
    return [membership_views.of_row(access, row) for row in fetch(newest.limit(most), values)]


def find(access: Access, email_key: str) -> membership_views.MembershipView | None:
    """Return the member or invitee with an address, given by its normalized form, or None."""
    statement = _PEOPLE.where(User.email_key == email_key)
    row = fetch(statement, {"organization_id": access.organization.id}).first()
    return membership_views.of_row(access, row) if row else None


@cache
def _sorted(query: Select[Any], sort: Sort, order: Order) -> Keyset:
    """Return the query in pages. It is kept, because building a statement costs more than running it."""
    columns = member_filters.COLUMNS[sort]
    missing = (column for name, column in columns.items() if name not in query.selected_columns)
    descending, mark = order is Order.DESCENDING, f"{sort}-{order}"
    default = (EVERYONE.sort, EVERYONE.order) == (sort, order)
    return Keyset(
        query.add_columns(*missing), columns, page=PAGE, descending=descending, mark="" if default else mark
    )


def _check(access: Access, filters: MemberFilters) -> None:
    if filters.reveals_activity:
        organization_access.authorize(access, Action.MEMBERS_MANAGE)
