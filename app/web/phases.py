"""A request in three phases: judged without a lock, written under one, drawn after the commit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from flask.typing import ResponseReturnValue

from app.base.events import Event
from app.errors import NotAuthenticated
from app.permissions import Action
from app.services import organizations
from app.services.actors import Actor
from app.web import (
    authentication,
    drawing,
    incoming,
    rate_limits,
    replies,
    transaction,
    unknown_fields,
    uploads,
)
from app.web.current import current
from app.web.forms import Operation
from app.web.screens import Redraw

log = structlog.get_logger()
# The event that a refused attempt is recorded as; some routes make several, and the form says which.
RefusedAs = Event | Callable[[Any], Event]
AnyView = Callable[..., replies.Result]
View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks for; the architecture test, the specification and the error pages read it."""

    kind: str
    operation: type[Operation]
    action: Action | None = None
    redraw: Redraw | None = None
    opens_units: bool = False
    streams: bool = False
    refused_as: RefusedAs | None = None

    def attempted(self, form: Operation) -> Event | None:
        """Return the event that a refused request is recorded as, None for one that leaves no entry."""
        named = self.refused_as
        return named if named is None or isinstance(named, Event) else named(form)


def guarded(guard: Guard, enter: Callable[[Any], Any]) -> Callable[[AnyView], View]:
    """Return what guards a view; `enter` returns its first argument for a form, or refuses."""

    def decorate(view: AnyView) -> View:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:  # what the path names, `incoming.fields()` brings
            current.guard = guard
            if _opens_units(guard):
                return _drawn_apart(_apart(guard, enter, view))
            if transaction.changes():
                return _drawn_apart(_written(guard, enter, view))
            with transaction.reading():
                return drawing.drawn(view(*_checked(guard, enter)))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def receiving(guard: Guard, enter: Callable[[Any], Any]) -> Callable[[AnyView], View]:
    """Return what guards a view that takes a file, which comes in between two looks at the request."""

    def decorate(view: AnyView) -> View:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:
            current.guard = guard
            with transaction.reading():
                rate_limits.check(_recognised(guard))
            with uploads.received(lambda: _admit(guard, enter)):
                result = _judged_again(guard, enter, view)
            return _drawn_apart(result)

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _opens_units(guard: Guard) -> bool:
    return guard.opens_units or (guard.kind == "public" and transaction.changes())


def _apart(guard: Guard, enter: Callable[[Any], Any], view: AnyView) -> replies.Result:
    """Judge the request in a read, and call the view, which opens its units of work itself."""
    with transaction.reading():
        arguments = _checked(guard, enter)
    return view(*arguments)


def _written(guard: Guard, enter: Callable[[Any], Any], view: AnyView) -> replies.Result:
    """Judge the request without a lock, then change what it asks for under one.

    What may have changed in between is judged again: the credential, the membership and the role.
    """
    with transaction.reading():
        _, form = _checked(guard, enter)
    authentication.forget()
    with transaction.writing():
        return view(enter(form), form)


def _drawn_apart(result: replies.Result) -> ResponseReturnValue:
    """Draw a result in a read of its own; a page that cannot be drawn does not deny the change."""
    if not drawing.needs_reading(result):
        return drawing.drawn(result)
    try:
        with transaction.reading():
            return drawing.drawn(result)
    except Exception:
        if not isinstance(result, replies.Reply):
            raise
        log.exception("not_drawn")
        return drawing.undrawn(result)


def _judged_again(guard: Guard, enter: Callable[[Any], Any], view: AnyView) -> replies.Result:
    authentication.forget()
    with transaction.writing():
        return view(*_judged(guard, enter))


def _admit(guard: Guard, enter: Callable[[Any], Any]) -> str:
    """Judge before the file is read, by the fields in front of it; all of them are judged again behind it.

    Return who it is that may upload.
    """
    with transaction.reading():
        if all(name in incoming.fields() for name in guard.operation.required_names()):
            _judged(guard, enter)
        elif guard.action:
            authentication.check_forgery()
            organizations.check_anywhere(authentication.actor(), guard.action)
        return authentication.actor().user_id


def _checked(guard: Guard, enter: Callable[[Any], Any]) -> tuple[Any, Operation]:
    """Walk the order of checks; return what the view is called with."""
    rate_limits.check(_recognised(guard))
    return _judged(guard, enter)


def _judged(guard: Guard, enter: Callable[[Any], Any]) -> tuple[Any, Operation]:
    """Walk the part of the order that needs the body."""
    form = _filled(guard)
    return enter(form), form


def _filled(guard: Guard) -> Operation:
    """Return the form with the request's fields; raises the first refusal that needs no database."""
    authentication.check_forgery()
    current.form = form = guard.operation()
    unknown_fields.check_query(form)
    form.fill(incoming.fields(), ignoring=unknown_fields.asks_for_page())
    return form


def _recognised(guard: Guard) -> Actor | None:
    """Return who is asking; a refused key counts for the network address that sent it."""
    try:
        return authentication.visitor() if guard.kind == "public" else authentication.actor()
    except NotAuthenticated:
        rate_limits.check(None)
        raise
