"""The time a connection has, and its end: a head too late, an answer unread, a refusal to deliver."""

import time
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.server import limits
from app.server.connections import Connections
from app.server.environ import address_of
from app.server.exchange import Exchange
from app.server.refusals import Refusals, Refused, status_line, too_slow


class Timed(HttpToolsProtocol):
    """Uvicorn's httptools protocol with deadlines, and refusals in the portal's shape."""

    refusals: Refusals  # the worker says how they look
    server_state: Connections
    cycle: Exchange

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a head; when there are too many connections, another one goes."""
        transport.set_write_buffer_limits(high=limits.WRITE_BUFFER)
        super().connection_made(transport)
        self._head_since: float | None = time.monotonic()
        self._unread_since: float | None = None
        self._linger_until: float | None = None
        self._in_head = True
        self._head_bytes = self._overhead = 0
        self._start = b""
        self._deaf = False  # bytes that still arrive are read and discarded
        self._refused: Refused | None = None
        self._primed = False
        self.server_state.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.server_state.head_is_whole(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Note since when the peer has not read."""
        self._unread_since = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that it does."""
        self._unread_since = None
        super().resume_writing()

    def finish(self) -> None:
        """Close; a peer that still sends gets some seconds to see the answer, and is read and not heard."""
        self._deaf = True
        if not self._refused and not self._sends:
            self.transport.close()
        elif not self._linger_until and not self.transport.is_closing():
            self._linger_until = time.monotonic() + limits.LINGER_SECONDS
            self.flow.resume_reading()
            self.transport.write_eof()

    def sweep(self, now: float) -> None:
        """Look whether a deadline has passed."""
        if self._head_since is not None and now - self._head_since > limits.HEAD_SECONDS:
            self._head_since = None
            if self._head_bytes:
                self._give_up(too_slow("request"))
            else:
                self.transport.close()
        if self._linger_until is not None and now > self._linger_until:
            self.transport.close()
        if self._unread_since is None and self.transport.is_closing():
            self._unread_since = now
        if self._unread_since is not None and now - self._unread_since > limits.UNREAD_SECONDS:
            self.transport.abort()

    @property
    def _pending(self) -> Exchange | None:
        """The newest request, if its answer is still to come."""
        cycle = cast("Exchange | None", self.cycle)
        return None if cycle is None or cycle.response_complete else cycle

    @property
    def _sends(self) -> bool:
        """Whether the body of the newest request has not come to its end."""
        cycle = cast("Exchange | None", self.cycle)
        return cycle is not None and cycle.more_body

    def _give_up(self, refused: Refused) -> None:
        """Read nothing more, and refuse: now, or behind the answers that are still to come."""
        if self._deaf:
            return
        self._deaf, self._head_since, self._refused = True, None, refused
        if not self._pending:
            self._answer(refused)
        elif self._sends:
            self._pending.cut_off()

    def _answer(self, refused: Refused) -> None:
        method = self._start.partition(b" ")[0]
        seen = {"method": method[:20].decode("latin-1"), "path": None, "address": address_of(self.client)}
        headers, body = self.refusals.answer(refused, seen)
        lines = [b"%s: %s\r\n" % field for field in [*self.server_state.default_headers, *headers]]
        self.transport.write(status_line(refused.status) + b"".join(lines) + b"\r\n" + body)
        self.finish()
