"""What a connection says: heads are judged and bounded, bodies handed on, everything else refused.

It leans on uvicorn's internals: `pyproject.toml` pins the minor version, and `tests/server` notices changes.
"""

import asyncio
import time
from typing import Any, cast

import httptools

from app.server import framing, limits
from app.server.exchange import Exchange, Outlet
from app.server.reading import Reading
from app.server.refusals import Refused, malformed


class Connection(Reading):
    """One connection: what it says, and what is made of it."""

    def data_received(self, data: bytes) -> None:
        """Read what came, unless nothing counts any more."""
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        self._count(data)
        try:
            self._parse(data)
            self._check_sizes()
        except httptools.HttpParserError as error:
            self._give_up(self._refused or self._unreadable(error))
        except Refused as refused:
            self._give_up(refused)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Take the end of what is sent: the answer to a whole request can still be read."""
        if self._deaf or self._pending or not self._head_bytes:
            self._deaf = True
            if self._pending:
                self._pending.cut_off()
            return self._pending is not None
        self._give_up(malformed("The request ended early"))
        return True

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a head."""
        if self._deaf:
            raise malformed()  # nothing follows a request that closes the connection
        if not self._primed:
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        if not self._primed:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; one that follows the body is none."""
        if not self._in_head or self._primed:
            return
        if len(self.headers) >= limits.HEAD_FIELDS:
            raise self._remembered(_too_long(self.url))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Judge the head and begin the exchange, or queue it behind the ones before."""
        if self._primed:
            return
        self._judge()
        self._in_head, self._head_since = False, None
        self.server_state.head_is_whole(self)
        pending, self.cycle = self._pending, self._exchange()
        if pending:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body."""
        self._overhead -= 8 * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request; after one that closes the connection nothing is read."""
        if self.parser.should_upgrade() and self._has_body():
            return  # the parser thinks that another protocol begins; see `_parse`
        self._in_head, self._head_bytes, self._overhead, self._start = True, 0, 0, b""
        self._in_line, self.url = True, b""
        super().on_message_complete()
        self._deaf = self._deaf or not self.cycle.keep_alive

    def on_response_complete(self) -> None:
        """Go on with the next request, or with the refusal of what followed."""
        super().on_response_complete()
        if self._pending or self._linger_until or self.transport.is_closing():
            return
        self.server_state.await_head(self)
        if self._refused:
            self._answer(self._refused)
        elif self._head_bytes:
            self._head_since = time.monotonic()

    # The parts of it.

    def _count(self, data: bytes) -> None:
        if not self._in_head:
            self._overhead += len(data)
            return
        self._head_bytes += len(data)
        self._start = self._start or data[:80].lstrip(b"\r\n")
        if not self._pending and self._head_since is None:
            self._head_since = time.monotonic()

    def _check_sizes(self) -> None:
        if self._in_head and self._head_bytes > limits.HEAD_BYTES:
            raise _too_long(self.url)
        if not self._in_head and self._overhead > limits.HEAD_BYTES:
            raise malformed()  # chunks of next to nothing, or trailers without end

    def _judge(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > limits.HEAD_BYTES:
            raise self._remembered(_too_long(self.url))
        if len(self.pipeline) >= limits.PIPELINED:
            raise self._remembered(Refused(429, "Read the answers before you ask on", "pipelined"))
        version, method = self.parser.get_http_version(), self.parser.get_method()
        try:
            path, query = framing.judged(framing.Head(method, self.url, version, self.headers))
        except Refused as refused:
            raise self._remembered(refused) from None
        known = {"method": method.decode(), "http_version": version, "raw_path": path, "query_string": query}
        cast("dict[str, Any]", self.scope).update(known)

    def _exchange(self) -> Exchange:
        return Exchange(
            scope=self.scope,
            transport=cast("Any", Outlet(self.transport, self.finish)),
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

    def _remembered(self, refused: Refused) -> Refused:
        """Keep a refusal while it passes the parser, which raises an error of its own instead."""
        self._refused = refused
        return refused

    def _unreadable(self, error: httptools.HttpParserError) -> Refused:
        unknown = isinstance(error, httptools.HttpParserInvalidMethodError)
        if unknown and framing.could_be_method(self._start):
            return Refused(405, "Method not allowed", "malformed")
        if isinstance(error, httptools.HttpParserInvalidURLError):
            return malformed("The address has characters that must be percent-encoded")
        return malformed()


def _too_long(url: bytes) -> Refused:
    if 2 * len(url) > limits.HEAD_BYTES:
        return Refused(414, "The address is too long", "head_too_long")
    return Refused(431, f"The head of a request may have {limits.HEAD_BYTES // 1024} KiB", "head_too_long")
