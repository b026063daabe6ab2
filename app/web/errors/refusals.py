"""Record refused changes in the audit log, in a new transaction because the first was rolled back."""

from typing import Any

import structlog
from flask import request

from app.base.errors import Conflict, DomainError, Gone, NotFound, NotPermitted, Unavailable
from app.base.events import Event
from app.services.audit_log import refused_attempts
from app.services.core import audit, organization_access
from app.services.core.actors import Actor
from app.text import names
from app.text.email_addresses import Address
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import Operation

log = structlog.get_logger()

# Fields that name the target of a change; the first one that was sent counts.
_TARGETS = ("email", "uid", "id", "app_id")


def record(error: DomainError) -> None:
    """Record the refused attempt of an actor to change something, unless the form was forged."""
    actor, form, guard = current.actor, current.form, current.guard
    if actor is None or form is None or guard is None or not unit_of_work.changes():
        return
    if not isinstance(error, NotPermitted | NotFound | Conflict | Gone):
        return
    event = guard.attempted(form)
    try:
        if event:
            _record(event, actor, form, error)
    except Unavailable:
        log.warning("refusal_not_recorded", id=current.request_id)


def _record(event: Event, actor: Actor, form: Operation, error: DomainError) -> None:
    """Record a member's attempt in their organization's log; those of outsiders are only in the request log.

    A missing right that concerns no organization is recorded in the portal's log.
    """
    from_error = getattr(error, "organization_id", None)
    requested = current.requested_organization or from_error or _value(form, "orgId")
    organization_id = requested if isinstance(requested, str) else None
    if organization_id is None and not isinstance(error, NotPermitted):
        return
    with unit_of_work.reading():
        if organization_id and not organization_access.has_member(organization_id, actor.user_id):
            return
    with unit_of_work.writing():
        target = audit.target_of(organization_id, _target(form)) or organization_id or actor.user_id
        refused_attempts.record(event, actor, error.error, target=target, organization_id=organization_id)


def _target(form: Operation) -> Address | str | None:
    candidates = [*(request.view_args or {}).values(), *(_value(form, name) for name in _TARGETS)]
    target = next((value for value in candidates if value and isinstance(value, Address | str)), None)
    return names.printable(target) if isinstance(target, str) else target


def _value(form: Operation, name: str) -> Any:
    """Return the parsed value of the field that requests call `name`."""
    return next((getattr(field, "value", None) for field in form if field.name == name), None)
