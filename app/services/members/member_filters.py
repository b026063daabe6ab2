"""Which members and invitees to list, and in which order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, true
from sqlalchemy.orm import InstrumentedAttribute

from app.base import clock
from app.base.permissions import Role
from app.models import Membership, User
from app.models.base import Moment
from app.services.core import two_factor_status
from app.services.core.paging import Condition
from app.text import folding

_Column = ColumnElement[Any] | InstrumentedAttribute[Any]
_LONGEST_NAME = 60
_never = literal(datetime(1970, 1, 1, tzinfo=UTC), Moment())
_last_seen = func.coalesce(Membership.last_active_at, Membership.added_at)


class Sort(StrEnum):
    """What a list of members is sorted by."""

    JOINED = "joined"
    NAME = "name"
    ROLE = "role"
    LAST_ACTIVE = "last_active"


class Order(StrEnum):
    """The direction of a sorted list."""

    ASCENDING = "asc"
    DESCENDING = "desc"


_RANKS = {role.value: rank for rank, role in enumerate(Role)}
# The columns of each order, by the names that rows have for them. The last one makes the order total.
COLUMNS: dict[Sort, dict[str, _Column]] = {
    Sort.JOINED: {"added_at": Membership.added_at, "id": Membership.user_id},
    Sort.NAME: {
        # Invitees by their address: cursors have these values, and the name of an account is not for members.
        "name_order": func.substr(
            case((Membership.pending, User.email_key), else_=User.search_text), 1, _LONGEST_NAME
        ).label("name_order"),
        "id": Membership.user_id,
    },
    Sort.ROLE: {
        "rank": case(_RANKS, value=Membership.role).label("rank"),
        "added_at": Membership.added_at,
        "id": Membership.user_id,
    },
    Sort.LAST_ACTIVE: {
        "active_order": func.coalesce(Membership.last_active_at, _never).label("active_order"),
        "id": Membership.user_id,
    },
}


@dataclass(frozen=True, slots=True)
class MemberFilters:
    """The filters and the order of a list. By default it has everyone, in the order of joining.

    `pending` is true for invitees, false for members. `inactive_days` counts from joining for members who
    were never active.
    """

    text: str = ""
    role: Role | None = None
    pending: bool | None = None
    two_factor: bool | None = None
    inactive_days: int | None = None
    sort: Sort = Sort.JOINED
    order: Order = Order.ASCENDING

    @property
    def reveals_activity(self) -> bool:
        """Whether the list tells who is active or has a second factor, which only admins may see."""
        about_activity = self.inactive_days is not None or self.sort is Sort.LAST_ACTIVE
        return about_activity or self.two_factor is not None

    @property
    def narrow(self) -> bool:
        """Whether the list has only some of the members or invitees."""
        return bool(self.text.strip() or self.role or self.inactive_days) or self.two_factor is not None

    def conditions(self) -> list[Condition]:
        """Return the SQL conditions of the filters that are set."""
        found: list[Condition] = []
        if self.text.strip():
            found.append(_matches(self.text))
        if self.role:
            found.append(Membership.role == self.role)
        if self.pending is not None:
            found.append(Membership.pending.is_(self.pending))
        if self.two_factor is not None:
            has_one = two_factor_status.has_second_factor(User.id)
            found += [Membership.pending.is_(False), has_one if self.two_factor else ~has_one]
        if self.inactive_days is not None:
            found += [
                Membership.pending.is_(False),
                clock.now() - timedelta(days=self.inactive_days) > _last_seen,
            ]
        return found


def _matches(text: str) -> Condition:
    """Return the condition that each word is part of the name or the address, in any order."""
    words = folding.folded(text).split()
    return and_(*(User.search_text.contains(word, autoescape=True) for word in words), true())
