"""Answers of an operation by status: its own, those its guard brings, and those that any request may get."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from app.base.permissions import RULES
from app.web.guard.guards import AnyGuard
from app.web.json_types import Refusal
from app.web.openapi.operations import Described
from app.web.openapi.schemas import Schema, Schemas

_NOBODY, _EXPIRED_FORM = "Invalid API key", "The form has expired"
_COMMON = {
    "TooLarge": "The body is longer than 64 KiB, or the file longer than this portal takes.",
    "UnsupportedMedia": "The body is neither JSON nor a form.",
    "TooManyRequests": "The same caller asked too often; `Retry-After` says for how many seconds to wait.",
    "Unavailable": "The database or the uploads are busy; `Retry-After` says for how many seconds to wait.",
}
_PHRASES = {
    400: "The input is not what it should be",
    401: "It is not known who asks",
    403: "It is known who asks, and they may not",
    404: "It does not exist, or not for whoever asks",
    409: "The state of things forbids it",
    410: "It existed, and is over",
    412: "It is not the file that `If-Match` or `If-Unmodified-Since` means",
    416: "The range lies outside the file",
    507: "The disk for uploads is full",
}
HEADERS: Schema = {
    "X-Request-Id": {
        "description": "Names this request; the operator finds it in the log.",
        "required": True,
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "How many requests a minute are allowed; absent if any number is.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "In how many seconds the count begins anew.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Retry-After": {
        "description": "For how many seconds to wait.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "How to say who asks: `Bearer`, with an API key.",
        "required": True,
        "schema": {"type": "string"},
    },
}
_EVERYWHERE = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


def of(
    guard: AnyGuard, described: Described, schemas: Schemas, *, changes: bool, required: Iterable[str]
) -> Schema:
    """Return the answers of an operation."""
    texts = {400: list(required), **_texts(guard, described, changes=changes)}
    refusals = {str(status): _refused_or_common(status, said) for status, said in texts.items()}
    bodied = {"413": _reference("TooLarge"), "415": _reference("UnsupportedMedia")} if changes else {}
    shared = {**bodied, "429": _reference("TooManyRequests"), "503": _reference("Unavailable")}
    return dict(sorted({**_successes(described, schemas), **refusals, **shared}.items()))


def common(schemas: Schemas) -> Schema:
    """Return the answers that operations share."""
    schemas.of(Refusal)
    busy = {"Retry-After": _header("Retry-After")}
    return {
        "InvalidInput": _refused(400, ()),
        "NotAuthenticated": _refused(401, [_NOBODY]),
        **{
            name: {
                "description": text,
                "headers": {**_headers(), **(busy if "Retry-After" in text else {})},
                "content": _json({"$ref": "#/components/schemas/Refusal"}),
            }
            for name, text in _COMMON.items()
        },
    }


def _refused_or_common(status: int, texts: list[str]) -> Schema:
    """Return a refusal, by reference if it is one of those that most operations have."""
    known = {(400, ()): "InvalidInput", (401, (_NOBODY,)): "NotAuthenticated"}.get((status, tuple(texts)))
    return _reference(known) if known else _refused(status, texts)


def _refused(status: int, texts: Iterable[str]) -> Schema:
    """Return a refusal, with its texts as examples."""
    said = list(dict.fromkeys(texts))
    examples = {_name(text): {"value": {"error": text, "status": "KO"}} for text in said}
    media = {"schema": {"$ref": "#/components/schemas/Refusal"}, **({"examples": examples} if said else {})}
    asking = {"WWW-Authenticate": _header("WWW-Authenticate")} if status == HTTPStatus.UNAUTHORIZED else {}
    return {
        "description": _PHRASES[status] + (": " if said else "") + "; ".join(f"`{text}`" for text in said),
        "headers": {**_headers(), **asking},
        "content": {"application/json": media},
    }


def _texts(guard: AnyGuard, described: Described, *, changes: bool) -> dict[int, list[str]]:
    """Collect the texts by status: what the operation itself refuses, then what its guard does."""
    forbidden = [RULES[guard.action].refusal] if guard.action else []
    forbidden += [described.by_key] if described.by_key else []
    forbidden += [_EXPIRED_FORM] if changes else []
    brought: dict[int, list[str]] = {401: [_NOBODY], **({403: forbidden} if forbidden else {})}
    statuses = brought.keys() | described.refusals.keys()
    return {
        status: [*described.refusals.get(status, ()), *brought.get(status, ())] for status in sorted(statuses)
    }


def _successes(described: Described, schemas: Schemas) -> Schema:
    content = _json(schemas.of(described.answer)) if described.answer else {}
    content |= {kind: {"schema": {"type": "string"}} for kind in described.files}
    texts = " ".join(described.files.values()) or "Done."
    whole = {"200": {"description": texts, "headers": _headers(), "content": content}}
    return {**whole, **(_parts() if "application/octet-stream" in described.files else {})}


def _parts() -> Schema:
    """Return what a download may answer to `Range` and to conditions."""
    octets = {"application/octet-stream": {"schema": {"type": "string"}}}
    return {
        "206": {"description": "The range that was asked for.", "headers": _headers(), "content": octets},
        "304": {"description": "It is the file that `If-None-Match` names.", "headers": _headers()},
        "412": _refused(412, ()),
        "416": _refused(416, ()),
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
