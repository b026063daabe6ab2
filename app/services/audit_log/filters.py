"""Which entries of the audit log somebody asks for."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.base import events
from app.base.clock import rfc3339
from app.models import AuditEntry, User

# Who acted, and the person acted on; the statement that reads the log joins both.
ACTOR, TARGET = aliased(User), aliased(User)

_TEXTS = (
    *(AuditEntry.action, AuditEntry.target, AuditEntry.outcome),
    *(ACTOR.email, ACTOR.name, TARGET.email, TARGET.name),
)
_DETAILS = (cast(AuditEntry.before, String), cast(AuditEntry.after, String))


@dataclass(frozen=True, slots=True)
class Filters:
    """Of whom, of what kind, on what, from when to before when, holding which text."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None

    def written(self) -> dict[str, str]:
        """Return the filters that are set, as texts."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: rfc3339(value) if isinstance(value, datetime) else value
            for name, value in found.items()
            if value
        }

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what an entry has to meet; an action is an event, a group, or the first word of events."""
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
            conditions.append(_holding(self.q.lower()))
        return conditions


def _identifier(text: str) -> Any:
    """Return the identifier itself, or that of the account which has the address."""
    if "@" not in text:
        return text
    return select(User.id).where(User.email_key == text.lower()).scalar_subquery()


def _holding(text: str) -> ColumnElement[bool]:
    """Return the condition of entries that hold a text anywhere, whatever its letter case."""
    inside_json = orjson.dumps(text).decode()[1:-1]
    return or_(
        *(func.lower(column).contains(text, autoescape=True) for column in _TEXTS),
        *(func.lower(column).contains(inside_json, autoescape=True) for column in _DETAILS),
    )
