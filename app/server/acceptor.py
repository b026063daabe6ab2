"""Accept new connections in batches.

The event loop itself accepts one connection per iteration, and each iteration also serves the connections
that are already open. When a thousand clients connect at once, the last would wait for all the others' work.
"""

import asyncio
import socket
from collections.abc import Callable

import structlog

from app.server import limits

log = structlog.get_logger()


class Acceptor:
    """Accept connections on bound sockets until closed."""

    def __init__(self, sockets: list[socket.socket], protocol: Callable[[], asyncio.Protocol]) -> None:
        """Start to listen; each connection gets a new `protocol()`. Closing this leaves the sockets open."""
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._sockets = sockets
        self._connecting: set[asyncio.Task[object]] = set()
        for listening in sockets:
            listening.listen(limits.BACKLOG)
            listening.setblocking(False)  # noqa: FBT003 - the only way to call it
            self._watch(listening)

    def close(self) -> None:
        """Stop accepting connections."""
        for listening in self._sockets:
            self._loop.remove_reader(listening)
        self._sockets = []

    def _watch(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            self._loop.add_reader(listening, self._accept, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(limits.ACCEPTED_AT_ONCE):
            try:
                connection, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # out of file descriptors or memory: wait for connections to close
                log.warning("not_accepted", reason=str(error))
                self._loop.remove_reader(listening)
                self._loop.call_later(limits.ACCEPT_PAUSE_SECONDS, self._watch, listening)
                return
            self._connect(connection)

    def _connect(self, connection: socket.socket) -> None:
        connection.setblocking(False)  # noqa: FBT003 - the only way to call it
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, connection))
        self._connecting.add(task)
        task.add_done_callback(self._connected)

    def _connected(self, task: "asyncio.Task[object]") -> None:
        self._connecting.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:  # the client disconnected before its protocol was set up
            log.info("not_accepted", reason=str(error))
