"""Enforce deadlines on connections: for a request head, for reading a response, and for closing."""

import time
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.server import limits
from app.server.connections import Connections
from app.server.environ import address_of
from app.server.refusals import Refusals, Refused, status_line, too_slow
from app.server.request_cycle import RequestCycle


class TimedConnection(HttpToolsProtocol):
    """Uvicorn's httptools protocol with deadlines, and with refusals in the portal's error shape."""

    refusals: Refusals  # set by the worker
    server_state: Connections
    cycle: RequestCycle

    def connection_made(self, transport: Any) -> None:
        """Start waiting for a request head; over the connection limit, another connection is closed."""
        transport.set_write_buffer_limits(high=limits.WRITE_BUFFER)
        super().connection_made(transport)
        self._head_since: float | None = time.monotonic()
        self._unread_since: float | None = None
        self._linger_until: float | None = None
        self._in_head = True
        self._head_bytes = self._overhead = 0
        self._first_bytes = b""
        self._discarding = False  # further bytes are read and thrown away
        self._refused: Refused | None = None
        self._primed = False
        self.server_state.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.server_state.head_is_whole(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start the deadline for the client to read."""
        self._unread_since = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Clear that deadline: the client has read."""
        self._unread_since = None
        super().resume_writing()

    def finish(self) -> None:
        """Close; a client that is still sending first gets a few seconds to read the response."""
        self._discarding = True
        if not self._refused and not self._body_arriving:
            self.transport.close()
        elif not self._linger_until and not self.transport.is_closing():
            self._linger_until = time.monotonic() + limits.LINGER_SECONDS
            self.flow.resume_reading()
            self.transport.write_eof()

    def sweep(self, now: float) -> None:
        """Refuse, close or abort the connection if a deadline has passed."""
        if self._head_since is not None and now - self._head_since > limits.HEAD_SECONDS:
            self._head_since = None
            if self._head_bytes:
                self._refuse(too_slow("request"))
            else:
                self.transport.close()
        if self._linger_until is not None and now > self._linger_until:
            self.transport.close()
        if self._unread_since is None and self.transport.is_closing():
            self._unread_since = now
        if self._unread_since is not None and now - self._unread_since > limits.UNREAD_SECONDS:
            self.transport.abort()

    @property
    def _pending(self) -> RequestCycle | None:
        """The newest request, if its response is not complete."""
        cycle = cast("RequestCycle | None", self.cycle)
        return None if cycle is None or cycle.response_complete else cycle

    @property
    def _body_arriving(self) -> bool:
        """Whether the body of the newest request is still arriving."""
        cycle = cast("RequestCycle | None", self.cycle)
        return cycle is not None and cycle.more_body

    def _refuse(self, refused: Refused) -> None:
        """Stop reading, and refuse now or after the pending responses."""
        if self._discarding:
            return
        self._discarding, self._head_since, self._refused = True, None, refused
        if not self._pending:
            self._answer(refused)
        elif self._body_arriving:
            self._pending.cut_off()

    def _answer(self, refused: Refused) -> None:
        method = self._first_bytes.partition(b" ")[0]
        request = {"method": method[:20].decode("latin-1"), "path": None, "address": address_of(self.client)}
        headers, body = self.refusals.answer(refused, request)
        lines = [b"%s: %s\r\n" % field for field in [*self.server_state.default_headers, *headers]]
        self.transport.write(status_line(refused.status) + b"".join(lines) + b"\r\n" + body)
        self.finish()
