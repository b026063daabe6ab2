"""Refusals by the server itself, in the same shape, with the same headers and log line as the portal's."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
import structlog

from app.base import identifiers
from app.server import limits

log = structlog.get_logger()
Header = tuple[bytes, bytes]
_METHODS = "DELETE, GET, HEAD, POST, PUT"


class Refused(Exception):
    """A request that the server answers itself."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        """Take the status, the text for the caller and the word for the log."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.reason = reason


def malformed(error: str = "The request is not well-formed HTTP/1.1") -> Refused:
    """Return the refusal of a request that breaks RFC 9112."""
    return Refused(400, error, "malformed")


def cut_short() -> Refused:
    """Return the refusal of a request whose body did not arrive whole."""
    return Refused(400, "The body did not arrive whole", "cut_short")


def too_slow(what: str) -> Refused:
    """Return the refusal of a sender that missed a deadline."""
    return Refused(408, f"The {what} took too long to arrive", "too_slow")


def busy() -> Refused:
    """Return the refusal of a request that found no thread in time."""
    return Refused(503, "Service temporarily unavailable", "busy")


def no_space() -> Refused:
    """Return the refusal of a request whose answer fits neither into memory nor on the disk for it."""
    return Refused(503, "Service temporarily unavailable", "no_space")


class Refusals:
    """Writes refusals, with the headers that every answer of the portal carries."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Take the fixed headers."""
        self._fixed = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    def answer(self, refused: Refused, seen: Mapping[str, object]) -> tuple[list[Header], bytes]:
        """Log a refusal; return its headers and its body. `seen` is what is known of the request."""
        number = identifiers.new("req")
        user = {"user": None, "credential": None}
        log.info("request", id=number, **seen, status=refused.status, **user, reason=refused.reason)
        body = orjson.dumps({"error": refused.error, "status": "KO"})
        return [*self._fixed, *_own(refused, number, len(body))], body


def status_line(status: int) -> bytes:
    """Return the first line of an answer."""
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


def _own(refused: Refused, number: str, length: int) -> list[Header]:
    headers = {
        "content-type": "application/json",
        "content-length": str(length),
        "cache-control": "no-store",
        "x-request-id": number,
        "connection": "close",
    }
    if refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(limits.BUSY_RETRY_AFTER)
    if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = _METHODS
    return [(name.encode(), value.encode()) for name, value in headers.items()]
