"""Queries of the audit log: filtered, newest first, in pages or batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from app.base import events
from app.models import AuditEntry, Credential, CredentialKind, Outcome
from app.services.audit_log.filters import ACTOR, TARGET, Filters
from app.services.core import views
from app.services.core.paging import Keyset, Page
from app.storage.database import AnyRow, Database, db

PAGE = 50
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """The old and new value of one field."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry for people. An actor or target that no longer exists has no name."""

    id: str
    seq: int
    at: datetime
    actor_id: str | None
    actor_email: str | None
    actor_name: str | None
    actor_image_url: str | None
    credential_id: str | None
    key_name: str | None
    action: str
    target: str
    target_name: str | None
    target_email: str | None
    before: dict[str, object] | None
    after: dict[str, object] | None
    request_id: str | None
    outcome: Outcome

    @property
    def refused(self) -> bool:
        """Whether the attempt was refused."""
        return self.outcome is Outcome.REFUSED

    @property
    def label(self) -> str:
        """The event in words."""
        return events.label(self.action)

    @property
    def changes(self) -> list[Change]:
        """The fields that differ, in the order they were recorded."""
        before, after = self.before or {}, self.after or {}
        pairs = [(name, before.get(name), after.get(name)) for name in {**before, **after}]
        return [Change(name, _text(old), _text(new)) for name, old, new in pairs if old != new]


_KEY, _TARGET_KEY = aliased(Credential), aliased(Credential)

# Built once, because building a statement costs more than running it.
_LOG = Keyset(
    select(
        *views.columns(Entry, AuditEntry),
        ACTOR.email.label("actor_email"),
        ACTOR.name.label("actor_name"),
        ACTOR.image_url.label("actor_image_url"),
        _KEY.name.label("key_name"),
        TARGET.email.label("target_email"),
        TARGET.name.label("target_name"),
        _TARGET_KEY.name.label("target_key_name"),
    )
    .outerjoin(ACTOR, ACTOR.id == AuditEntry.actor_id)
    .outerjoin(_KEY, (_KEY.id == AuditEntry.credential_id) & (_KEY.kind == CredentialKind.KEY))
    .outerjoin(TARGET, TARGET.id == AuditEntry.target)
    .outerjoin(_TARGET_KEY, (_TARGET_KEY.id == AuditEntry.target) & (_TARGET_KEY.kind == CredentialKind.KEY))
    .where(AuditEntry.organization_id == bindparam("organization_id")),
    {"seq": AuditEntry.seq},
    page=PAGE,
    descending=True,
)
_NEWEST = select(func.max(AuditEntry.seq)).where(AuditEntry.organization_id == bindparam("organization_id"))


def page(
    organization_id: str, filters: Filters, *, limit: int | None = None, cursor: str | None = None
) -> Page[Entry]:
    """List one page of the entries that match, newest first. New entries don't shift later pages."""
    values = {"organization_id": organization_id}
    return _LOG.page(values, *filters.conditions(), limit=limit, cursor=cursor).of(_entry)


def newest(organization_id: str) -> int:
    """Return the sequence number of the newest entry, where an export starts."""
    return int(db.scalar(_NEWEST, {"organization_id": organization_id}) or 0)


def batches(
    database: Database, organization_id: str, filters: Filters, newest: int
) -> Iterator[Sequence[Entry]]:
    """Yield all entries that match, in batches. No transaction stays open while a slow client reads them."""
    values = {"organization_id": organization_id}
    conditions = (*filters.conditions(), AuditEntry.seq <= newest)
    cursor = None
    while True:
        with database.reading():
            entries, cursor = _LOG.page(values, *conditions, limit=_BATCH, cursor=cursor).of(_entry)
        yield entries
        if cursor is None:
            return


def _entry(row: AnyRow) -> Entry:
    return views.of_row(
        Entry, row, target_name=row.target_name or row.target_key_name, outcome=Outcome(row.outcome)
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
