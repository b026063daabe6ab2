"""Parse the requests of a connection: check and bound their heads, pass on their bodies, refuse the rest.

Depends on uvicorn's internals: `pyproject.toml` pins the minor version, and `tests/server` detects changes.
"""

import asyncio
import time
from typing import Any, cast

import httptools

from app.base.codes import Code
from app.server import framing, limits
from app.server.reading import ParsingConnection
from app.server.refusals import Refused, malformed
from app.server.request_cycle import DeferredCloseTransport, RequestCycle


class Connection(ParsingConnection):
    """One connection and the requests that arrive on it."""

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, unless the connection is being closed."""
        if self._discarding:
            return
        self._unset_keepalive_if_required()
        self._count(data)
        try:
            self._parse(data)
            self._check_sizes()
        except httptools.HttpParserError as error:
            self._refuse(self._refused or self._unreadable(error))
        except Refused as refused:
            self._refuse(refused)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Handle the end of input; the client can still read the responses to complete requests."""
        if self._discarding or self._pending or not self._head_bytes:
            self._discarding = True
            if self._pending:
                self._pending.cut_off()
            return self._pending is not None
        self._refuse(malformed("The request ended early"))
        return True

    # Callbacks of the parser.

    def on_message_begin(self) -> None:
        """Start a request head."""
        if self._discarding:
            raise malformed()  # nothing follows a request that closes the connection
        if not self._primed:
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Append a piece of the request target."""
        if not self._primed:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a field to the head; trailers, which follow the body, are ignored."""
        if not self._in_head or self._primed:
            return
        if len(self.headers) >= limits.HEAD_FIELDS:
            raise self._stored(_too_long(self.url))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check the head and start the cycle, or queue it behind earlier ones."""
        if self._primed:
            return
        self._check_head()
        self._in_head, self._head_since = False, None
        self.server_state.head_is_whole(self)
        pending, self.cycle = self._pending, self._new_cycle()
        if pending:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def on_body(self, body: bytes) -> None:
        """Pass on a piece of the body."""
        self._overhead -= 8 * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Prepare for the next request, unless this one closes the connection."""
        if self.parser.should_upgrade() and self._has_body():
            return  # the parser expects another protocol instead of a body; see `_feed`
        self._in_head, self._head_bytes, self._overhead, self._first_bytes = True, 0, 0, b""
        self._in_line, self.url = True, b""
        super().on_message_complete()
        self._discarding = self._discarding or not self.cycle.keep_alive

    def on_response_complete(self) -> None:
        """Continue with the next request, or send the refusal of what followed."""
        super().on_response_complete()
        if self._pending or self._linger_until or self.transport.is_closing():
            return
        self.server_state.await_head(self)
        if self._refused:
            self._answer(self._refused)
        elif self._head_bytes:
            self._head_since = time.monotonic()

    def _count(self, data: bytes) -> None:
        if not self._in_head:
            self._overhead += len(data)
            return
        self._head_bytes += len(data)
        self._first_bytes = self._first_bytes or data[:80].lstrip(b"\r\n")
        if not self._pending and self._head_since is None:
            self._head_since = time.monotonic()

    def _check_sizes(self) -> None:
        if self._in_head and self._head_bytes > limits.HEAD_BYTES:
            raise _too_long(self.url)
        if not self._in_head and self._overhead > limits.HEAD_BYTES:
            raise malformed()  # tiny chunks or endless trailers

    def _check_head(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > limits.HEAD_BYTES:
            raise self._stored(_too_long(self.url))
        if len(self.pipeline) >= limits.PIPELINED:
            raise self._stored(
                Refused(Code.PIPELINED, "Too many requests were sent ahead of their responses", status=429)
            )
        version, method = self.parser.get_http_version(), self.parser.get_method()
        try:
            path, query = framing.check_head(framing.Head(method, self.url, version, self.headers))
        except Refused as refused:
            raise self._stored(refused) from None
        known = {"method": method.decode(), "http_version": version, "raw_path": path, "query_string": query}
        cast("dict[str, Any]", self.scope).update(known)

    def _new_cycle(self) -> RequestCycle:
        return RequestCycle(
            scope=self.scope,
            transport=cast("Any", DeferredCloseTransport(self.transport, self.finish)),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue and self.scope["http_version"] != "1.0",
            keep_alive=self.scope["http_version"] != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def _stored(self, refused: Refused) -> Refused:
        """Store and return a refusal: the parser replaces exceptions from its callbacks with its own."""
        self._refused = refused
        return refused

    def _unreadable(self, error: httptools.HttpParserError) -> Refused:
        unknown = isinstance(error, httptools.HttpParserInvalidMethodError)
        if unknown and framing.could_be_method(self._first_bytes):
            return Refused(Code.METHOD_NOT_ALLOWED, status=405)
        if isinstance(error, httptools.HttpParserInvalidURLError):
            return malformed("The address has characters that must be percent-encoded")
        return malformed()


def _too_long(url: bytes) -> Refused:
    if 2 * len(url) > limits.HEAD_BYTES:
        return Refused(Code.HEADERS_TOO_LONG, "The address is too long", status=414)
    error = f"The request's headers must not exceed {limits.HEAD_BYTES // 1024} KiB"
    return Refused(Code.HEADERS_TOO_LONG, error, status=431)
