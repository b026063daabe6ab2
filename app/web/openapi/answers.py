"""The responses of an operation by status: its own, those of its guard, and common ones."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from app.base.codes import Code
from app.base.error_texts import TEXTS
from app.base.permissions import RULES, Action
from app.web.guard.guards import AnyGuard
from app.web.json_types import Error
from app.web.json_types.description import Description
from app.web.openapi.schemas import Schema, Schemas

# A refusal: its code and its text.
Text = tuple[Code, str]
_NO_ACTOR = (Code.INVALID_KEY, TEXTS[Code.INVALID_KEY])
_FORM_EXPIRED = (Code.FORM_EXPIRED, TEXTS[Code.FORM_EXPIRED])
_COMMON = {
    "TooLarge": "The body exceeds 64 KiB, or the file exceeds the portal's upload limit.",
    "UnsupportedMedia": "The body is neither JSON nor a form.",
    "TooManyRequests": "Too many requests. Wait for the number of seconds in `Retry-After`.",
    "Unavailable": "The portal is temporarily busy. Wait for the number of seconds in `Retry-After`.",
}
_PHRASES = {
    400: "The request is invalid",
    401: "The request is not authenticated",
    403: "The caller does not have permission",
    404: "The object does not exist, or the caller cannot access it",
    409: "The request conflicts with the current state",
    410: "The link or invitation is no longer valid",
    412: "The file does not match `If-Match` or `If-Unmodified-Since`",
    416: "The range is outside the file",
    507: "The portal has no space left for uploads",
}
HEADERS: Schema = {
    "X-Request-Id": {
        "description": "The ID of the request, which also appears in the portal's log.",
        "required": True,
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "The number of requests allowed per minute. Absent if there is no limit.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit-Remaining": {
        "description": "The number of requests left in the current minute.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "The number of seconds until the limit resets.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Retry-After": {
        "description": "The number of seconds to wait before retrying.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "The authentication scheme: `Bearer`, with an API key.",
        "required": True,
        "schema": {"type": "string"},
    },
}
_EVERYWHERE = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def of(
    guard: AnyGuard, described: Description, schemas: Schemas, *, changes: bool, required: Iterable[Text]
) -> Schema:
    """Return the responses of an operation."""
    texts = {400: list(required), **_texts(guard, described, changes=changes)}
    refusals = {str(status): _refusal_or_reference(status, errors) for status, errors in texts.items()}
    bodied = {"413": _reference("TooLarge"), "415": _reference("UnsupportedMedia")} if changes else {}
    shared = {**bodied, "429": _reference("TooManyRequests"), "503": _reference("Unavailable")}
    return dict(sorted({**_successes(described, schemas), **refusals, **shared}.items()))


def common(schemas: Schemas) -> Schema:
    """Return the responses that operations share."""
    schemas.of(Error)
    busy = {"Retry-After": _header("Retry-After")}
    return {
        "InvalidInput": _refusal(400, ()),
        "NotAuthenticated": _refusal(401, [_NO_ACTOR]),
        **{
            name: {
                "description": text,
                "headers": {**_headers(), **(busy if "Retry-After" in text else {})},
                "content": _json({"$ref": "#/components/schemas/Error"}),
            }
            for name, text in _COMMON.items()
        },
    }


def _refusal_or_reference(status: int, texts: list[Text]) -> Schema:
    """Return the response for a refusal, as a reference if it is a common one."""
    common_name = {(400, ()): "InvalidInput", (401, (_NO_ACTOR,)): "NotAuthenticated"}.get(
        (status, tuple(texts))
    )
    return _reference(common_name) if common_name else _refusal(status, texts)


def _refusal(status: int, texts: Iterable[Text]) -> Schema:
    """Return the response for a refusal, with its texts as examples."""
    errors = list(dict.fromkeys(texts))
    examples = {
        _name(text): {"value": {"error": text, "status": "KO", "code": code.word}} for code, text in errors
    }
    media = {"schema": {"$ref": "#/components/schemas/Error"}, **({"examples": examples} if errors else {})}
    challenge = {"WWW-Authenticate": _header("WWW-Authenticate")} if status == HTTPStatus.UNAUTHORIZED else {}
    return {
        "description": _PHRASES[status]
        + (": " if errors else "")
        + "; ".join(f"`{text}`" for _, text in errors),
        "headers": {**_headers(), **challenge},
        "content": {"application/json": media},
    }


def _texts(guard: AnyGuard, described: Description, *, changes: bool) -> dict[int, list[Text]]:
    """Return the refusals by status, first those of the operation, then those of its guard."""
    forbidden = [_text(guard.action)] if guard.action else []
    forbidden += [(Code.SESSION_REQUIRED, guard.by_key)] if guard.by_key else []
    forbidden += [_FORM_EXPIRED] if changes else []
    by_guard: dict[int, list[Text]] = {401: [_NO_ACTOR], **({403: forbidden} if forbidden else {})}
    own = {status: [_text(one) for one in listed] for status, listed in described.refusals.items()}
    statuses = sorted(by_guard.keys() | own.keys())
    return {status: [*own.get(status, ()), *by_guard.get(status, ())] for status in statuses}


def _text(refusal: Code | Action) -> Text:
    """Return a code and its text; for an action, those of a role that may not perform it."""
    if isinstance(refusal, Action):
        return Code.INSUFFICIENT_ROLE, RULES[refusal].refusal
    return refusal, TEXTS[refusal]


def _successes(described: Description, schemas: Schemas) -> Schema:
    content = _json(schemas.of(described.answer)) if described.answer else {}
    content |= {kind: {"schema": {"type": "string"}} for kind in described.files}
    texts = " ".join(described.files.values()) or "The request succeeded."
    success = {"200": {"description": texts, "headers": _headers(), "content": content}}
    return {**success, **(_parts() if "application/octet-stream" in described.files else {})}


def _parts() -> Schema:
    """Return the responses of a download to `Range` and conditional headers."""
    octets = {"application/octet-stream": {"schema": {"type": "string"}}}
    return {
        "206": {"description": "The requested range.", "headers": _headers(), "content": octets},
        "304": {"description": "The caller's copy of the file is current.", "headers": _headers()},
        "412": _refusal(412, ()),
        "416": _refusal(416, ()),
    }


def _headers() -> Schema:
    return {name: _header(name) for name in _EVERYWHERE}


def _header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/responses/{name}"}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _name(text: str) -> str:
    return "".join(word.capitalize() for word in text.split() if word.isalnum())
