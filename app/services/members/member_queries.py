"""Queries for the members and invitees of an organization, for the API and for the page."""

from sqlalchemy import and_, bindparam, func, select, true
from sqlalchemy.orm import aliased

from app.base.permissions import Role
from app.models import Invitation, InvitationState, Membership, User
from app.services.core import two_factor_status
from app.services.core.actors import Access
from app.services.core.paging import Condition, Keyset, Page
from app.services.members import membership_views
from app.storage.database import AnyRow, fetch
from app.text import folding

PAGE = 100

_ORDER = {"added_at": Membership.added_at, "id": Membership.user_id}
_IN_ORGANIZATION = Membership.organization_id == bindparam("organization_id")

# Built once, because building a statement costs more than running it.
_LIST = Keyset(
    select(User.id, User.email, User.image_url, Membership.role, Membership.pending, Membership.added_at)
    .join(Membership, Membership.user_id == User.id)
    .where(_IN_ORGANIZATION),
    _ORDER,
    page=PAGE,
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
_PAGES = Keyset(_PEOPLE, _ORDER, page=PAGE)


def in_organization(
    organization_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Page[AnyRow]:
    """List members and invitees in the order they were added: one page, or all without limit and cursor."""
    return _LIST.page_or_all({"organization_id": organization_id}, limit=limit, cursor=cursor)


def filtered(
    access: Access,
    *,
    text: str = "",
    role: Role | None = None,
    invited: bool = False,
    cursor: str | None = None,
    most: int | None = PAGE,
) -> Page[membership_views.MembershipView]:
    """List people for the page. `text` matches part of a name or address; `most=None` returns all of them."""
    conditions: list[Condition] = []
    if text:
        conditions.append(_matches(text))
    if role:
        conditions.append(Membership.role == role)
    if invited:
        conditions.append(Membership.pending)
    values = {"organization_id": access.organization.id}
    if most is None:
        return Page([membership_views.of_row(access, row) for row in _PAGES.all(values, *conditions)], None)
    page = _PAGES.page(values, *conditions, limit=most, cursor=cursor)
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


def _matches(text: str) -> Condition:
    """Return the condition that each word is part of the name or the address, in any order."""
    words = folding.folded(text).split()
    return and_(*(User.search_text.contains(word, autoescape=True) for word in words), true())
