"""Read the input of the current request from exactly one source, and refuse malformed input."""

from typing import Any

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.base.codes import Code
from app.base.errors import DomainError, InvalidInput, UnsupportedMedia
from app.web.current import current
from app.web.request import bodies
from app.web.request.bodies import MOST_FIELDS, Fields, RepeatedValues
from app.web.unit_of_work import changes

__all__ = ["LONGEST_BODY", "MOST_FIELDS", "Fields", "RepeatedValues"]

LONGEST_BODY = 64 * 1024
# Placeholder for a file that has not arrived yet.
ARRIVING = object()


def init_app(app: Flask) -> None:
    """Read the body of a change before anything else does."""
    app.before_request(_read_early)


def _read_early() -> None:
    """Read the body; `fields()` raises its errors later, after the API key was checked."""
    if not changes():
        return
    current.streamed = _is_upload()
    if current.streamed:
        return  # `web/guard/uploads.py` reads it after authentication
    try:
        data = request.get_data(cache=True)
        if request.content_length is not None and len(data) < request.content_length:
            current.body_error = InvalidInput(Code.INCOMPLETE_BODY)
    except RequestEntityTooLarge:
        current.body_error = DomainError(
            Code.BODY_TOO_LARGE, f"The body is larger than {LONGEST_BODY // 1024} KiB", status=413
        )


def _is_upload() -> bool:
    """Return whether the request is a multipart form for a route that accepts a file."""
    guard = getattr(current_app.view_functions.get(request.endpoint or ""), "guard", None)
    return bool(guard and guard.streams) and request.mimetype == "multipart/form-data"


def check_coding() -> None:
    """Raise `UnsupportedMedia` for a compressed body, because size limits apply to the contents."""
    if request.headers.get("Content-Encoding", "").lower() not in {"", "identity"}:
        raise UnsupportedMedia("Content-Encoding is not supported: send the body as it is")


def sent_as_json() -> bool:
    """Return whether the input of the current request is a JSON body."""
    return changes() and bodies.is_json(request.mimetype)


def take(pairs: list[tuple[str, Any]]) -> None:
    """Set the fields that have been read from a form with a file so far."""
    current.body = bodies.by_name(pairs)
    current.fields = None


def fields() -> Fields:
    """Return the input of the current request: the query for GET, the body otherwise, either for DELETE.

    Variables of the path are fields too. Raises `InvalidInput`, `UnsupportedMedia`, or a 413.
    """
    if current.fields is None:
        current.fields = _fields(request)
    return current.fields


def form_value(name: str) -> str | None:
    """Return a text field of the body, None if it is absent or the body is malformed."""
    try:
        value = _body(request).get(name)
    except DomainError:
        return None
    return value if isinstance(value, str) else None


def query_value(name: str) -> str | None:
    """Return a query parameter, None if it is absent or repeated.

    A value with a NUL counts as absent: it matches nothing stored, and Postgres refuses it.
    """
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 and "\0" not in values[0] else None


def query_beside_body() -> Fields:
    """Return the query parameters of a change whose input is its body, except `next`."""
    if request.method in {"GET", "HEAD", "DELETE"}:
        return {}
    return {name: value for name, value in _query(request).items() if name != "next"}


def _fields(request: Request) -> Fields:
    return _merged(dict(request.view_args or {}), _from_source(request), "the path and the request")


def _from_source(request: Request) -> Fields:
    if request.method in {"GET", "HEAD"}:
        return _query(request)
    if request.method == "DELETE":
        return _merged(_query(request), _body(request), "the query and the body")
    return _body(request)


def _query(request: Request) -> Fields:
    return bodies.urlencoded(request.query_string, "query")


def _body(request: Request) -> Fields:
    if current.body is None:
        current.body = _read_body(request)
    return current.body


def _read_body(request: Request) -> Fields:
    if current.streamed:
        return {}
    if current.body_error:
        raise current.body_error
    check_coding()
    return bodies.read(request.headers.get("Content-Type", ""), request.get_data(cache=True))


def _merged(first: Fields, second: Fields, sources: str) -> Fields:
    for name in first.keys() & second.keys():
        if first[name] != second[name]:
            raise InvalidInput(Code.FIELD_CONFLICT, f"{name} differs between {sources}", field=name)
    return {**first, **second}
