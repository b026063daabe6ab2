"""Filters of the audit log, and their SQL conditions."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.base import events
from app.base.clock import rfc3339
from app.models import AuditEntry, User

# The actor and the target; the statement that reads the log joins both.
ACTOR, TARGET = aliased(User), aliased(User)

_TEXTS = (
    *(AuditEntry.action, AuditEntry.target, AuditEntry.outcome),
    *(ACTOR.email, ACTOR.name, TARGET.email, TARGET.name),
)
_DETAILS = (cast(AuditEntry.before, String), cast(AuditEntry.after, String))


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the audit log. `since` is inclusive, `until` exclusive; `q` matches any text."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None

    def written(self) -> dict[str, str]:
        """Return the filters that are set, by name, as texts."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: rfc3339(value) if isinstance(value, datetime) else value
            for name, value in values.items()
            if value
        }

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the SQL conditions. `action` is an event, a group, or the first word of several events."""
        conditions: list[ColumnElement[bool]] = []
        if self.actor:
            conditions.append(AuditEntry.actor_id == _identifier(self.actor))
        if self.action:
            within = AuditEntry.action.startswith(f"{self.action}.", autoescape=True)
            conditions.append(
                or_(AuditEntry.action.in_([self.action, *events.matching(self.action)]), within)
            )
        if self.target:
            conditions.append(AuditEntry.target.in_([self.target, _identifier(self.target)]))
        if self.since:
            conditions.append(AuditEntry.at >= self.since)
        if self.until:
            conditions.append(AuditEntry.at < self.until)
        if self.q:
            conditions.append(_contains(self.q.lower()))
        return conditions


def _identifier(text: str) -> Any:
    """Return an identifier unchanged, or a subquery for the identifier of an address's account."""
    if "@" not in text:
        return text
    return select(User.id).where(User.email_key == text.lower()).scalar_subquery()


def _contains(text: str) -> ColumnElement[bool]:
    """Return the SQL condition for entries that contain a lower-case text anywhere, ignoring letter case."""
    inside_json = orjson.dumps(text).decode()[1:-1]
    return or_(
        *(func.lower(column).contains(text, autoescape=True) for column in _TEXTS),
        *(func.lower(column).contains(inside_json, autoescape=True) for column in _DETAILS),
    )
