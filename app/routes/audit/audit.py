"""`/organization/audit/`: show and export the audit log."""

from collections.abc import Callable, Iterator, Sequence

import orjson
import structlog
from flask import Blueprint, Response

from app.base import clock, events
from app.base.codes import Code
from app.base.errors import Unavailable
from app.base.permissions import Action
from app.routes.audit import api
from app.services.audit_log import queries
from app.services.audit_log.filters import Filters
from app.services.audit_log.queries import Entry
from app.services.core import audit
from app.services.core.actors import Access
from app.services.core.paging import Page
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.base_field import Invalid
from app.web.forms.forms import CursorField, Field, InOrganization, LimitField, TextField
from app.web.forms.moments import SinceField, UntilField
from app.web.guard.access import requires
from app.web.response import replies, spreadsheets
from app.web.response.screens import Screen

routes = Blueprint("audit", __name__)
log = structlog.get_logger()

Batches = Iterator[Sequence[Entry]]

_HEAD = ("at", "actor_uid", "actor_email", "key_id", "key_name", "action", "outcome", "target")
_TAIL = ("before", "after", "request_id", "id")


class AuditRead(InOrganization):
    """Filters for the audit log, and the page of entries or the format to export."""

    actor = TextField.optional(
        "Person",
        "Only entries of this person, given by user ID or email address.",
        example="john@example.com",
    )
    action = TextField.optional(
        "Activity",
        "Only entries of this event, first part of an event's name, or group of events.",
        example="member",
    )
    target = TextField.optional(
        "Target",
        "Only entries about this object or person, given by ID or email address.",
        example="user_789",
    )
    since = SinceField.optional("From", "Only entries at or after this date or time.", example="2024-01-01")
    until = UntilField.optional(
        "To", "Only entries at or before this date or time.", example="2024-01-01T12:00:00Z"
    )
    q = TextField.optional("Search", "Only entries that contain this text.", example="write")
    limit = LimitField.optional()
    cursor = CursorField.optional("Cursor")
    format = TextField.optional(
        "Format", "The format to download the result in, instead of JSON.", example="csv"
    )

    def validate_format(self, field: Field[str | None]) -> None:
        """Refuse unknown formats."""
        if field.value and field.value not in _WRITERS:
            raise Invalid(Code.INVALID_CHOICE, "format must be csv or jsonl")

    @property
    def filters(self) -> Filters:
        """Return the filters for the query."""
        return Filters(
            actor=self.actor.value,
            action=self.action.value,
            target=self.target.value,
            since=self.since.value,
            until=self.until.value,
            q=self.q.value,
        )


@routes.get("/organization/audit/")
@requires(Action.AUDIT_READ, AuditRead, opens_units=True, api=api.INDEX)
def index(access: Access, form: AuditRead) -> replies.Result:
    """List or export the audit log of an organization; both are recorded in it."""
    if form.format.value:
        return _export(access, form, form.format.value)
    with unit_of_work.reading():
        page = queries.page(
            access.organization.id, form.filters, limit=form.limit.value, cursor=form.cursor.value
        )
        recorded = audit.read_recently(access)
    if not recorded:
        _record_read(access)
    return replies.shown(lambda: replies.paged(page, api.audit_entry), lambda: _screen(form, page))


def _record_read(access: Access) -> None:
    """Record the read; if the database is read-only or busy, the log can still be shown."""
    try:
        with unit_of_work.writing():
            audit.record_read(access)
    except Unavailable:
        log.warning("reading_not_recorded", credential=access.actor.credential_id)


def _export(access: Access, form: AuditRead, name: str) -> Response:
    """Stream the matching entries, after the export itself was recorded and committed."""
    organization_id = access.organization.id
    with unit_of_work.reading():
        newest = queries.newest(organization_id)
    with unit_of_work.writing():
        audit.record_export(access, name, form.filters.written())

    database = current.database
    batches = queries.batches(database, organization_id, form.filters, newest)
    write, mimetype = _WRITERS[name]
    headers = {"Content-Disposition": f'attachment; filename="audit.{name}"'}
    return Response(write(batches), mimetype=mimetype, headers=headers)


def _as_jsonl(batches: Batches) -> Iterator[bytes]:
    for entries in batches:
        yield b"".join(orjson.dumps(api.audit_entry(entry)) + b"\n" for entry in entries)


def _as_csv(batches: Batches) -> Iterator[str]:
    yield spreadsheets.BYTE_ORDER_MARK + spreadsheets.lines([(*_HEAD, *_TAIL)])
    for entries in batches:
        yield spreadsheets.lines(map(_cells, entries))


def _cells(entry: Entry) -> list[str]:
    details = [orjson.dumps(value).decode() if value else None for value in (entry.before, entry.after)]
    key_name = entry.key_name if entry.credential_id else None
    cells = (
        *(clock.rfc3339(entry.at), entry.actor_id, entry.actor_email, entry.credential_id, key_name),
        *(entry.action, str(entry.outcome), entry.target, *details, entry.request_id, entry.id),
    )
    return [cell or "" for cell in cells]


_WRITERS: dict[str, tuple[Callable[[Batches], Iterator[str] | Iterator[bytes]], str]] = {
    "csv": (_as_csv, "text/csv"),
    "jsonl": (_as_jsonl, "application/jsonl"),
}


def _screen(form: AuditRead, page: Page[Entry]) -> Screen:
    """Return the page, with the filters as they were typed."""
    names = ("actor", "action", "target", "since", "until", "q")
    typed = {name: (form[name].data or "").strip() for name in names}
    context = {
        "entries": page.rows,
        "next_cursor": page.next_cursor,
        "filters": {name: text or None for name, text in typed.items()},
        "filtered": any(typed.values()),
        "activities": _activities(typed["action"]),
    }
    return Screen("audit/index.html", "audit/_list.html", "audit", context)


def _activities(asked: str) -> dict[str, str]:
    """Return the options of the filter: the groups, and the requested event if it is not a group."""
    groups = {group.value: group.label for group in events.Group if group.in_organizations}
    return groups if not asked or asked in groups else {asked: events.label(asked), **groups}
