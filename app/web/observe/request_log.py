"""Log one line of JSON per request, without query, body or headers, which may contain secrets.

The code of a refusal is a fixed word, never text from the request.
"""

import ipaddress
import json
import logging
import re
import sys
import time
from contextlib import suppress
from http import HTTPStatus

import orjson
import structlog
from flask import Flask, Response, request
from structlog.typing import EventDict

from app.base import clock, identifiers
from app.server.environ import UNIX_PEER
from app.web.current import current

log = structlog.get_logger()
_LONGEST_CALLER_ID = 100
# Everything else is removed. Tracing systems send UUIDs, `1-67891233-abcdef`, `Root=1-…;Parent=…`, base64.
_NOT_IN_CALLER_ID = re.compile(r"[^A-Za-z0-9._:;=@/+-]", re.ASCII)


class _Log:
    """Standard error, without errors: if its disk is full, the line is lost but the response is sent."""

    def write(self, text: str) -> None:
        """Write text if possible."""
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush if possible."""
        with suppress(OSError):
            sys.stderr.flush()


def configure() -> None:
    """Write log lines as JSON to standard error."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, _render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(_Log()),  # type: ignore[arg-type] # duck typing
    )


def _render(_: object, level: str, event: EventDict) -> str:
    """Return a log line. One processor is faster than a chain, and every request runs it."""
    line = {**event, "level": level, "timestamp": clock.now().isoformat().replace("+00:00", "Z")}
    try:
        return orjson.dumps(line, default=repr).decode()
    except TypeError:  # a lone surrogate, which only the standard library escapes
        return json.dumps(line, default=repr)


def init_app(app: Flask) -> None:
    """Give each request an identifier, and log its response."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    current.request_id = identifiers.new("req")
    current.started_at = time.perf_counter()


def _finish(response: Response) -> Response:
    actor = current.actor
    log.info(
        "request",
        id=current.request_id,
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - current.started_at) * 1000, 1),
        address=_address(),
        user=actor.user_id if actor else None,
        credential=actor.credential_id if actor else None,
        **_caller_id(),
        **_refusal(response),
    )
    return response


def _address() -> str | None:
    """Return the client's IP address, `unix:` if a proxy on a unix socket hides it, or None."""
    address = (request.remote_addr or "").partition("%")[0]
    if address == UNIX_PEER:
        return address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def _caller_id() -> dict[str, str]:
    """Return the caller's `X-Request-Id`, stripped of unsafe characters."""
    identifier = _NOT_IN_CALLER_ID.sub("", request.headers.get("X-Request-Id", "")[:_LONGEST_CALLER_ID])
    return {"caller_id": identifier} if identifier else {}


def _refusal(response: Response) -> dict[str, str]:
    """Return the code of a refusal, and the name of the limit if one was exceeded.

    They are left out if the request succeeded in the end.
    """
    error = current.refused_with
    if error is None or response.status_code < HTTPStatus.BAD_REQUEST:
        return {}
    limit = getattr(error, "limit_name", None)
    return {"code": error.code.word, **({"limit": limit} if limit else {})}
