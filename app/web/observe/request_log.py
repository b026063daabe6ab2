"""One line of JSON for each request: no query, no body, no header, so that no secret can get in.

What was refused has the name of its reason, which is one of ours and never what somebody sent.
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
_LONGEST_GIVEN_ID = 100
# What tracing systems write: UUIDs, `1-67891233-abcdef`, `Root=1-…;Parent=…`, base64.
_NOT_IN_GIVEN_ID = re.compile(r"[^A-Za-z0-9._:;=@/+-]", re.ASCII)


class _Log:
    """Standard error; a line that finds no room on its disk is lost, and the answer is not."""

    def write(self, text: str) -> None:
        """Write what can be written."""
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError):
            sys.stderr.flush()


def configure() -> None:
    """Write log lines as JSON to standard error."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, _rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(_Log()),  # type: ignore[arg-type] # all it calls
    )


def _rendered(_: object, level: str, event: EventDict) -> str:
    """Return a log line: one processor instead of a chain, since every request pays for it."""
    line = {**event, "level": level, "timestamp": clock.now().isoformat().replace("+00:00", "Z")}
    try:
        return orjson.dumps(line, default=repr).decode()
    except TypeError:  # text with a lone surrogate, which only the standard library escapes
        return json.dumps(line, default=repr)


def init_app(app: Flask) -> None:
    """Give each request an identifier, and log its answer."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    current.request_id = identifiers.new("req")
    current.began_at = time.perf_counter()


def _end(response: Response) -> Response:
    actor = current.actor
    log.info(
        "request",
        id=current.request_id,
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - current.began_at) * 1000, 1),
        address=_address(),
        user=actor.user_id if actor else None,
        credential=actor.credential_id if actor else None,
        **_given_id(),
        **_reason(response),
    )
    return response


def _address() -> str | None:
    """Return the network address that asked, or `unix:` if a proxy on a unix socket names none."""
    given = (request.remote_addr or "").partition("%")[0]
    if given == UNIX_PEER:
        return given
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return None


def _given_id() -> dict[str, str]:
    """Return the identifier that the caller gave the request, without what could pass for something else."""
    given = _NOT_IN_GIVEN_ID.sub("", request.headers.get("X-Request-Id", "")[:_LONGEST_GIVEN_ID])
    return {"caller_id": given} if given else {}


def _reason(response: Response) -> dict[str, str]:
    """Return why something was refused; a refusal on the way to an answer after all is no reason."""
    refused = response.status_code >= HTTPStatus.BAD_REQUEST
    return {"reason": current.reason} if current.reason and refused else {}
