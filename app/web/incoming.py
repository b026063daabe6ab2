"""The strict reader of input: one source per request, text in, or a sentence that names what is wrong."""

import json
from typing import Any
from urllib.parse import parse_qsl

from flask import Request, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.errors import DomainError, InvalidInput, TooLarge, UnsupportedMedia

LONGEST_BODY = 64 * 1024
MOST_FIELDS = 200
Fields = dict[str, Any]
# Stands for a file while it is still to come.
ARRIVING = object()


class RepeatedValues(list[str]):
    """The values of a form field that was sent more than once; JSON cannot make one."""


def receive() -> None:
    """Take the body off the wire; what is wrong with it is said by `fields()`, after the key was judged."""
    g.body_error = None
    g.streamed = _with_file()
    if g.streamed:
        return  # `web/uploads.py` reads it, once the sender is known
    try:
        data = request.get_data(cache=True)
        if request.content_length is not None and len(data) < request.content_length:
            g.body_error = InvalidInput("The body ended early")
    except RequestEntityTooLarge:
        g.body_error = TooLarge(f"The body is larger than {LONGEST_BODY // 1024} KiB")


def _with_file() -> bool:
    """Tell whether the request is a form with a file for a route that takes one."""
    guard = getattr(current_app.view_functions.get(request.endpoint or ""), "guard", None)
    return bool(guard and guard.streams) and request.mimetype == "multipart/form-data"


def take(pairs: list[tuple[str, Any]]) -> None:
    """Take the fields that were read from a form with a file; more may follow later."""
    g.body = _single(pairs)
    g.pop("fields", None)


def fields() -> Fields:
    """Return the input of the current request: query for GET, body for the rest, either for DELETE.

    What the path names is a field too.
    """
    if "fields" not in g:
        g.fields = _fields(request)
    found: Fields = g.fields
    return found


def form_value(name: str) -> str | None:
    """Return a field of the body if it can be read at all; for the token and the method override."""
    try:
        value = _body(request).get(name)
    except DomainError:
        return None
    return value if isinstance(value, str) else None


def query_value(name: str) -> str | None:
    """Return the one value of a name in the query, or None; for `next` and for a first look at `orgId`.

    No value that is stored has a NUL in it, and Postgres refuses to look for one.
    """
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 and "\0" not in values[0] else None


def _fields(request: Request) -> Fields:
    return _merged(dict(request.view_args or {}), _sent(request), "the path and the request")


def _sent(request: Request) -> Fields:
    if request.method in {"GET", "HEAD"}:
        return _query(request)
    if request.method == "DELETE":
        return _merged(_query(request), _body(request), "the query and the body")
    return _body(request)


def _query(request: Request) -> Fields:
    return _urlencoded(request.query_string, "query")


def _body(request: Request) -> Fields:
    if "body" not in g:
        g.body = _read_body(request)
    found: Fields = g.body
    return found


def _read_body(request: Request) -> Fields:
    if g.streamed:
        return {}
    if g.body_error:
        raise g.body_error
    data = request.get_data(cache=True)
    if not data and request.mimetype != "multipart/form-data":
        return {}
    if request.is_json:
        return _json_object(data)
    if request.mimetype == "application/x-www-form-urlencoded":
        return _urlencoded(data, "form")
    if request.mimetype == "multipart/form-data":
        return _single(list(request.form.items(multi=True)))
    raise UnsupportedMedia("Content-Type must be application/json or a form")


def _merged(first: Fields, second: Fields, sources: str) -> Fields:
    for name in first.keys() & second.keys():
        if first[name] != second[name]:
            raise InvalidInput(f"{name} differs between {sources}", field=name)
    return {**first, **second}


def _urlencoded(data: bytes, source: str) -> Fields:
    if data.count(b"&") >= MOST_FIELDS:
        raise InvalidInput(f"The {source} has more than {MOST_FIELDS} fields")
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeError, ValueError) as error:
        raise InvalidInput(f"The {source} is not well-formed") from error
    return _single(pairs)


def _single(pairs: list[tuple[str, Any]]) -> Fields:
    found: Fields = {}
    for name, value in pairs:
        if name in found:
            earlier = found[name]
            several = earlier if isinstance(earlier, RepeatedValues) else RepeatedValues([earlier])
            found[name] = RepeatedValues([*several, value])
        else:
            found[name] = value
    return found


def _json_object(data: bytes) -> Fields:
    try:
        body = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, _NotUnique):
            raise InvalidInput(str(error), field=error.name) from error
        raise InvalidInput("The body is not well-formed JSON") from error
    if not isinstance(body, dict):
        raise InvalidInput("The body must be a JSON object")
    return body


class _NotUnique(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name[:50]} is given twice")
        self.name = name[:50]


def _unique(pairs: list[tuple[str, Any]]) -> Fields:
    found: Fields = {}
    for name, value in pairs:
        if name in found:
            raise _NotUnique(name)
        found[name] = value
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
