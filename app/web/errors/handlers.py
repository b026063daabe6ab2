"""Turn every refusal and failure into a response in the caller's dialect."""

import structlog
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException

from app.base.codes import Code
from app.base.error_texts import TEXTS
from app.base.errors import (
    Conflict,
    DomainError,
    Gone,
    NotAuthenticated,
    TooManyRequests,
    Unavailable,
)
from app.web import unit_of_work
from app.web.current import current
from app.web.errors import refusals
from app.web.forms import unknown_fields
from app.web.forms.forms import Operation
from app.web.guard import authentication, rate_limits
from app.web.guard.guards import AnyGuard
from app.web.request import incoming, origins, probes
from app.web.request.key_headers import carries_key
from app.web.request.negotiation import Dialect, dialect
from app.web.response import replies
from app.web.response.screens import Screen

log = structlog.get_logger()

# The codes of Werkzeug's errors; others are those of malformed requests, such as a wrong `Host`.
_CODES = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    412: Code.PRECONDITION_FAILED,
    413: Code.BODY_TOO_LARGE,
    416: Code.RANGE_NOT_SATISFIABLE,
}

# Every 401 needs a challenge (RFC 9110, 15.5.2); for `Basic`, browsers would open a dialog.
_CHALLENGE = 'Bearer realm="Crewroom"'

# Headers of Werkzeug's errors that are kept: the allowed methods, the length of a file.
_KEPT_HEADERS = {"Allow", "Content-Range"}


def init_app(app: Flask) -> None:
    """Handle refusals, Werkzeug's errors, and unexpected exceptions."""
    app.register_error_handler(DomainError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _fail)


def _refuse(error: DomainError) -> Response:
    current.refused_with = error
    if isinstance(error, NotAuthenticated) and error.code is Code.INVALID_KEY:
        return _ask_to_sign_in(error)
    if isinstance(error, Unavailable):
        log.warning("unavailable", reason=str(error.__cause__))
    refusals.record(error)
    response = _respond(error)
    if isinstance(error, NotAuthenticated):
        response.headers["WWW-Authenticate"] = _CHALLENGE
    elif isinstance(error, TooManyRequests):
        rate_limits.show_refusal(response, error)
    elif isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _ask_to_sign_in(error: NotAuthenticated) -> Response:
    """Respond to an anonymous request: a 401 for programs, a redirect to the login page for people."""
    if dialect() is Dialect.JSON:
        response = replies.refused(error)
        response.headers["WWW-Authenticate"] = _CHALLENGE
        return response
    log_in = url_for("sessions.log_in", next=_came_from())
    if dialect() is Dialect.PAGE:
        return Response(status=303, headers={"Location": log_in})
    return Response(status=401, headers={"HX-Redirect": log_in, "WWW-Authenticate": _CHALLENGE})


def _came_from() -> str:
    """Return the page to return to after signing in: this one, or the one that sent the change."""
    if dialect() is Dialect.PAGE and not unit_of_work.changes():
        return origins.own_path(request.full_path.rstrip("?"))
    return origins.referring_path()


def _respond(error: DomainError) -> Response:
    """Return the response to a refusal; a page is rendered in a new read, since it needs the database."""
    if dialect() is Dialect.JSON:
        return replies.refused(error)
    if error.code is Code.SECOND_FACTOR_REQUIRED:
        error.remedy = ("Set up two-factor", url_for("second_factors.index"))
    try:
        with unit_of_work.reading():
            _authenticate()
            return replies.refused(error, _redraw(error))
    except Unavailable:
        return replies.refused(error)


def _authenticate() -> None:
    """Authenticate if that has not happened yet, so that the error page has the right links."""
    if not current.authenticated:
        try:
            authentication.find_actor()
        except NotAuthenticated:
            current.authenticated = True


def _redraw(error: DomainError) -> Screen | None:
    """Return the form with a person's refused input, or None if there is nothing to draw again."""
    guard = current.guard
    if guard is None or guard.redraw is None or not (error.field or _may_succeed_later(error, guard)):
        return None
    form = current.form or _form_as_sent(guard)
    if form is None:
        return None
    form.add_error(error)
    try:
        return guard.redraw(form)
    except DomainError:
        return None


def _may_succeed_later(error: DomainError, guard: AnyGuard) -> bool:
    """Return whether the same form may succeed later, although its input was not the problem.

    A fragment needs no redrawn form then: htmx swaps only the notice.
    """
    if guard.kind == "public":
        return not isinstance(error, Gone)
    return dialect() is Dialect.PAGE and isinstance(error, Conflict | TooManyRequests | Unavailable)


def _form_as_sent(guard: AnyGuard) -> Operation | None:
    """Return the form of a page whose change was refused before the form was read, or None."""
    if guard.streams or dialect() is not Dialect.PAGE or not unit_of_work.changes():
        return None
    try:
        authentication.check_forgery()
        form: Operation = guard.operation()
        form.fill(incoming.fields(), ignoring=unknown_fields.asks_for_page())
    except DomainError:
        return None
    return form


def _refuse_http(error: HTTPException) -> Response:
    try:
        _count()
    except DomainError as refusal:
        return _refuse(refusal)
    status = error.code or 500
    code = _CODES.get(status, Code.MALFORMED_REQUEST)
    text = TEXTS.get(code, error.name.capitalize())
    current.refused_with = DomainError(code, text, status=status)
    response = _respond(current.refused_with)
    for name, value in error.get_response().headers.items():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _count() -> None:
    """Count a request that reached no guard, such as one to an unknown address."""
    if not current.counted and not probes.uncounted():
        with unit_of_work.reading():
            _authenticate()
            rate_limits.check(current.actor)


def _fail(error: Exception) -> Response:
    log.error("failed", exc_info=error, by_key=carries_key())
    message = "Nothing was changed. The operator's log has the details."
    current.refused_with = DomainError(Code.INTERNAL_ERROR, message=message, status=500)
    return replies.refused(current.refused_with)
