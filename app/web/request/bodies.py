"""Parse bodies and queries into fields, by the declared media type and charset."""

import json
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from app.base.codes import Code
from app.base.errors import InvalidInput, UnsupportedMedia
from app.web.request import multipart

MOST_FIELDS = 200
Fields = dict[str, Any]
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class RepeatedValues(list[str]):
    """The values of a form field that was sent more than once. JSON bodies never produce it."""


def read(content_type: str, data: bytes) -> Fields:
    """Return the fields of a body: a JSON object or a form, in UTF-8.

    Raises `UnsupportedMedia` for other types and encodings, and `InvalidInput` if the body is malformed.
    """
    kind, parameters = parse_options_header(content_type)
    kind = kind.lower()
    if not data and kind != _MULTIPART:
        return {}
    check_charset(parameters.get("charset", ""))
    if is_json(kind):
        return _json_object(data)
    if kind == _FORM:
        return urlencoded(data, "form")
    if kind == _MULTIPART:
        return by_name(multipart.fields(data, parameters.get("boundary", ""), most=MOST_FIELDS))
    raise UnsupportedMedia("Content-Type must be application/json or a form")


def check_charset(declared: str) -> None:
    """Raise `UnsupportedMedia` if the declared `charset` is neither UTF-8 nor ASCII."""
    if not multipart.is_utf_8(declared):
        raise UnsupportedMedia("This charset is not supported: send UTF-8")


def urlencoded(data: bytes, source: str) -> Fields:
    """Return the fields of a form or a query. Raw UTF-8 is accepted, since `curl -d` does not encode."""
    if data.count(b"&") >= MOST_FIELDS:
        raise InvalidInput(Code.TOO_MANY_FIELDS, f"The {source} has more than {MOST_FIELDS} fields")
    try:
        pairs = parse_qsl(data.decode("utf-8-sig"), keep_blank_values=True, errors="strict")
    except UnicodeError as error:
        raise InvalidInput(Code.MALFORMED_BODY, f"The {source} is not UTF-8") from error
    except ValueError as error:
        raise InvalidInput(Code.MALFORMED_BODY, f"The {source} is not well-formed") from error
    return by_name(pairs)


def by_name(pairs: list[tuple[str, Any]]) -> Fields:
    """Return the fields by name; a repeated field becomes `RepeatedValues`."""
    found: Fields = {}
    for name, value in pairs:
        if name in found:
            earlier = found[name]
            several = earlier if isinstance(earlier, RepeatedValues) else RepeatedValues([earlier])
            found[name] = RepeatedValues([*several, value])
        else:
            found[name] = value
    return found


def is_json(kind: str) -> bool:
    """Return whether a media type is JSON, or based on it (`+json`, RFC 6839)."""
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _json_object(data: bytes) -> Fields:
    try:
        # RFC 8259 allows parsers to ignore a byte order mark.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            Code.MALFORMED_BODY, "The body is not UTF-8", message="Send JSON in UTF-8."
        ) from error
    try:
        body = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, _NotUnique):
            raise InvalidInput(Code.FIELD_REPEATED, str(error), field=error.name) from error
        raise InvalidInput(Code.MALFORMED_BODY, "The body is not well-formed JSON") from error
    if not isinstance(body, dict):
        raise InvalidInput(Code.MALFORMED_BODY, "The body must be a JSON object")
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
