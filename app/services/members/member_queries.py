"""Queries for the members and invitees of an organization, for the API and for the page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.base.permissions import Role
from app.models import Invitation, InvitationState, Membership, User
from app.services.core import paging, two_factor_status
from app.services.core.actors import Access
from app.services.core.paging import Page
from app.services.members import people
from app.storage.database import AnyRow, db

PAGE = 100

_ORDER = (Membership.added_at, Membership.user_id)
_AFTER = tuple_(*_ORDER) > tuple_(bindparam("added_at", type_=Membership.added_at.type), bindparam("user_id"))
_IN_ORGANIZATION = Membership.organization_id == bindparam("organization_id")

# Built once, because building a statement costs more than running it.
_LIST = (
    select(User.id, User.email, User.image_url, Membership.role, Membership.pending, Membership.added_at)
    .join(Membership, Membership.user_id == User.id)
    .where(_IN_ORGANIZATION)
    .order_by(*_ORDER)
)
_LIST_LIMITED = _LIST.limit(bindparam("most"))
_LIST_AFTER = _LIST_LIMITED.where(_AFTER)

_INVITER = aliased(User)
_PEOPLE = (
    select(
        User.id,
        User.email,
        User.name,
        User.image_url,
        User.disabled_at,
        two_factor_status.has_second_factor(User.id).label("secured"),
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
    .order_by(*_ORDER)
)


def in_organization(
    organization_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Page[AnyRow]:
    """List members and invitees in the order they were added: one page, or all without limit and cursor."""
    values: dict[str, Any] = {"organization_id": organization_id}
    if limit is None and cursor is None:
        return Page(db.execute(_LIST, values).all(), None)

    most = limit or PAGE
    values["most"] = most + 1
    if cursor is None:
        return _page(db.execute(_LIST_LIMITED, values).all(), most)
    values["added_at"], values["user_id"] = paging.read(cursor)
    return _page(db.execute(_LIST_AFTER, values).all(), most)


def filtered(
    access: Access,
    *,
    text: str = "",
    role: Role | None = None,
    invited: bool = False,
    cursor: str | None = None,
    most: int | None = PAGE,
) -> Page[people.Person]:
    """List people for the page. `text` matches part of a name or address; `most=None` returns all of them."""
    statement = _PEOPLE
    values: dict[str, Any] = {"organization_id": access.organization.id}
    if text:
        statement = statement.where(_matches(text))
    if role:
        statement = statement.where(Membership.role == role)
    if invited:
        statement = statement.where(Membership.pending)
    if cursor:
        statement = statement.where(_AFTER)
        values["added_at"], values["user_id"] = paging.read(cursor)
    if most is None:
        return Page([people.of_row(access, row) for row in db.execute(statement, values)], None)
    rows, next_cursor = _page(db.execute(statement.limit(most + 1), values).all(), most)
    return Page([people.of_row(access, row) for row in rows], next_cursor)


def recent(access: Access, most: int) -> list[people.Person]:
    """List the most recently added people, newest first."""
    newest = _PEOPLE.order_by(None).order_by(Membership.added_at.desc(), Membership.user_id.desc())
    values = {"organization_id": access.organization.id}
    return [people.of_row(access, row) for row in db.execute(newest.limit(most), values)]


def person(access: Access, email_key: str) -> people.Person | None:
    """Return the member or invitee with an address, given by its normalized form, or None."""
    statement = _PEOPLE.where(User.email_key == email_key)
    row = db.execute(statement, {"organization_id": access.organization.id}).first()
    return row and people.of_row(access, row)


def _page(rows: Sequence[AnyRow], most: int) -> Page[AnyRow]:
    if len(rows) <= most:
        return Page(rows, None)
    last = rows[most - 1]
    return Page(rows[:most], paging.write(last.added_at, last.id))


def _matches(text: str) -> Any:
    pattern = text.strip().lower()
    return or_(
        User.email_key.contains(pattern, autoescape=True),
        func.lower(User.name).contains(pattern, autoescape=True),
    )
