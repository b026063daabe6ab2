"""Run a request in three phases: check it without a lock, write under the lock, render after the commit."""

from functools import wraps

import structlog
from flask.typing import ResponseReturnValue

from app.base.errors import NotAuthenticated
from app.services.core import organization_access
from app.services.core.actors import Actor, require_session
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
    """Return the decorator that runs the guard and then the view."""

    def decorate(view: View[A, F]) -> GuardedView:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:  # `incoming.fields()` includes path variables
            current.guard = guard
            if _opens_units(guard):
                return _draw_in_read(_run_view_apart(guard, view))
            if unit_of_work.changes():
                return _draw_in_read(_run_change(guard, view))
            with unit_of_work.reading():
                return drawing.draw(view(*_check(guard)))

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def receiving(guard: Guard[A, F]) -> Decorator[A, F]:
    """Return the decorator for a view that takes a file, which is read between two checks of the request."""

    def decorate(view: View[A, F]) -> GuardedView:
        @wraps(view)
        def run(**_path: str) -> ResponseReturnValue:
            current.guard = guard
            with unit_of_work.reading():
                rate_limits.check(_authenticate(guard))
            with uploads.received(lambda: _admit(guard)):
                result = _recheck_and_run(guard, view)
            return _draw_in_read(result)

        run.guard = guard  # type: ignore[attr-defined]
        return run

    return decorate


def _opens_units(guard: AnyGuard) -> bool:
    return guard.opens_units or (guard.kind == "public" and unit_of_work.changes())


def _run_view_apart(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    """Check the request in a read, then call the view, which opens its own units of work."""
    with unit_of_work.reading():
        arguments = _check(guard)
    return view(*arguments)


def _run_change(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    """Check the request without a lock, then run the view under the lock.

    What may have changed in between is checked again: the credential, the membership and the role.
    """
    with unit_of_work.reading():
        _, form = _check(guard)
    authentication.recheck()
    with unit_of_work.writing():
        return view(guard.enter(form), form)


def _draw_in_read(result: replies.Result) -> ResponseReturnValue:
    """Render a result in a new read. If that fails after a change, confirm the change without its page."""
    if not drawing.needs_reading(result):
        return drawing.draw(result)
    try:
        with unit_of_work.reading():
            return drawing.draw(result)
    except Exception:
        if not isinstance(result, replies.Reply):
            raise
        log.exception("not_drawn")
        return drawing.draw_fallback(result)


def _recheck_and_run(guard: Guard[A, F], view: View[A, F]) -> replies.Result:
    authentication.recheck()
    with unit_of_work.writing():
        return view(*_check_form(guard))


def _admit(guard: AnyGuard) -> str:
    """Check the fields before the file, before it is read, and return the id of the uploading person.

    Everything is checked again once the file has arrived.
    """
    with unit_of_work.reading():
        if all(name in incoming.fields() for name in guard.operation.required_names()):
            _check_form(guard)
        elif guard.action:
            authentication.check_forgery()
            current.form = guard.operation()  # blank, so that a refusal can be recorded
            organization_access.check_anywhere(authentication.actor(), guard.action)
        return authentication.actor().user_id


def _check(guard: Guard[A, F]) -> tuple[A, F]:
    """Run all checks in order, and return the arguments of the view."""
    rate_limits.check(_authenticate(guard))
    return _check_form(guard)


def _check_form(guard: Guard[A, F]) -> tuple[A, F]:
    """Run the checks that need the body, and return the arguments of the view."""
    form = _fill_form(guard)
    entered = guard.enter(form)
    if guard.by_key:
        require_session(authentication.find_actor(), guard.by_key)
    return entered, form


def _fill_form(guard: Guard[A, F]) -> F:
    """Return the form with the request's fields. Raises the first refusal that needs no database."""
    authentication.check_forgery()
    current.form = form = guard.operation()
    unknown_fields.check_query(form)
    form.fill(incoming.fields(), ignoring=unknown_fields.asks_for_page())
    return form


def _authenticate(guard: AnyGuard) -> Actor | None:
    """Return the actor. A rejected credential is counted against its network's rate limit."""
    try:
        return authentication.find_actor() if guard.kind == "public" else authentication.actor()
    except NotAuthenticated:
        rate_limits.check(None)
        raise
