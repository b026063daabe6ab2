"""Refusals by the server itself, with the same shape, headers and log line as those of the application."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
import structlog

from app.base import identifiers
from app.base.codes import Code
from app.base.errors import DomainError
from app.server import limits

log = structlog.get_logger()
Header = tuple[bytes, bytes]
_METHODS = "DELETE, GET, HEAD, POST, PUT"


class Refused(DomainError):
    """A request that the server refuses without calling the application."""


def malformed(error: str = "The request is not well-formed HTTP/1.1") -> Refused:
    """Return the refusal of a request that breaks RFC 9112."""
    return Refused(Code.MALFORMED_REQUEST, error)


def cut_short() -> Refused:
    """Return the refusal of a request whose body is incomplete."""
    return Refused(Code.INCOMPLETE_BODY)


def too_slow(what: str) -> Refused:
    """Return the refusal of a client that missed a deadline."""
    return Refused(Code.REQUEST_TIMEOUT, f"The {what} took too long to arrive", status=408)


def busy() -> Refused:
    """Return the refusal of a request for which no thread was free in time."""
    return Refused(Code.BUSY, status=503)


def no_space() -> Refused:
    """Return the refusal of a request whose response could not be buffered on disk."""
    return Refused(Code.NO_TEMPORARY_SPACE, status=503)


class Refusals:
    """Write refusals with the headers that every response of the portal has."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Set the headers that every refusal has."""
        self._fixed = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    def answer(self, refused: Refused, request: Mapping[str, object]) -> tuple[list[Header], bytes]:
        """Log a refusal and return its headers and body; `request` has the facts to log about the request."""
        request_id = identifiers.new("req")
        user = {"user": None, "credential": None}
        log.info("request", id=request_id, **request, status=refused.status, **user, code=refused.code.word)
        body = orjson.dumps({"error": refused.error, "status": "KO", "code": refused.code.word})
        return [*self._fixed, *_headers(refused, request_id, len(body))], body


def status_line(status: int) -> bytes:
    """Return the status line of a response."""
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


def _headers(refused: Refused, request_id: str, length: int) -> list[Header]:
    headers = {
        "content-type": "application/json",
        "content-length": str(length),
        "cache-control": "no-store",
        "x-request-id": request_id,
        "connection": "close",
    }
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(limits.BUSY_RETRY_AFTER)
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = _METHODS
    return [(name.encode(), value.encode()) for name, value in headers.items()]
