"""A request in three phases: judged without a lock, written under one, drawn after the commit."""

from functools import wraps

import structlog
from flask.typing import ResponseReturnValue

from app.base.errors import NotAuthenticated
from app.services.core import organization_access
from app.services.core.actors import Actor
from app.web import unit_of_work
from app.web.current import current
from app.web.forms import unknown_fields
from app.web.forms.forms import F
from app.web.guard import authentication, rate_limits, uploads
from app.web.guard.guards import A, AnyGuard, Decorator, Guard, GuardedView, View
from app.web.request import incoming
from app.web.response import drawing, replies

log = structlog.get_logger()


def guarded(guard: Guard[A, F]) -> Decorator[A, F]:
    """Return what guards a view."""

    def decorate(view: View[A, F]) -> GuardedView:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:  # what the path names, `incoming.fields()` brings
            current.guard = guard
            if _opens_units(guard):
                return _drawn_apart(_apart(guard, view))
            if unit_of_work.changes():
                return _drawn_apart(_written(guard, view))
            with unit_of_work.reading():
                return drawing.drawn(view(*_checked(guard)))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def receiving(guard: Guard[A, F]) -> Decorator[A, F]:
    """Return what guards a view that takes a file, which comes in between two looks at the request."""

    def decorate(view: View[A, F]) -> GuardedView:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:
            current.guard = guard
            with unit_of_work.reading():
                rate_limits.check(_recognised(guard))
            with uploads.received(lambda: _admit(guard)):
                result = _judged_again(guard, view)
            return _drawn_apart(result)

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _opens_units(guard: AnyGuard) -> bool:
    return guard.opens_units or (guard.kind == "public" and unit_of_work.changes())


def _apart(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    """Judge the request in a read, and call the view, which opens its units of work itself."""
    with unit_of_work.reading():
        arguments = _checked(guard)
    return view(*arguments)


def _written(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    """Judge the request without a lock, then change what it asks for under one.

    What may have changed in between is judged again: the credential, the membership and the role.
    """
    with unit_of_work.reading():
        _, form = _checked(guard)
    authentication.recheck()
    with unit_of_work.writing():
        return view(guard.enter(form), form)


def _drawn_apart(result: replies.Result) -> ResponseReturnValue:
    """Draw a result in a read of its own; a page that cannot be drawn does not deny the change."""
    if not drawing.needs_reading(result):
        return drawing.drawn(result)
    try:
        with unit_of_work.reading():
            return drawing.drawn(result)
    except Exception:
        if not isinstance(result, replies.Reply):
            raise
        log.exception("not_drawn")
        return drawing.undrawn(result)


def _judged_again(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    authentication.recheck()
    with unit_of_work.writing():
        return view(*_judged(guard))


def _admit(guard: AnyGuard) -> str:
    """Judge before the file is read, by the fields in front of it; all of them are judged again behind it.

    Return who it is that may upload.
    """
    with unit_of_work.reading():
        if all(name in incoming.fields() for name in guard.operation.required_names()):
            _judged(guard)
        elif guard.action:
            authentication.check_forgery()
            current.form = guard.operation()  # blank; a refusal is recorded by the event of its guard
            organization_access.check_anywhere(authentication.actor(), guard.action)
        return authentication.actor().user_id


def _checked(guard: Guard[A, F]) -> tuple[A, F]:
    """Walk the order of checks; return what the view is called with."""
    rate_limits.check(_recognised(guard))
    return _judged(guard)


def _judged(guard: Guard[A, F]) -> tuple[A, F]:
    """Walk the part of the order that needs the body."""
    form = _filled(guard)
    return guard.enter(form), form


def _filled(guard: Guard[A, F]) -> F:
    """Return the form with the request's fields; raises the first refusal that needs no database."""
    authentication.check_forgery()
    current.form = form = guard.operation()
    unknown_fields.check_query(form)
    form.fill(incoming.fields(), ignoring=unknown_fields.asks_for_page())
    return form


def _recognised(guard: AnyGuard) -> Actor | None:
    """Return who is asking; a refused key counts for the network address that sent it."""
    try:
        return authentication.visitor() if guard.kind == "public" else authentication.actor()
    except NotAuthenticated:
        rate_limits.check(None)
        raise
