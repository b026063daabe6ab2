"""Takes new connections, many in one round of the loop.

The loop's own way takes one a round. When a thousand clients connect at once, each of the rounds would also
serve those that came before, and the last client would wait for the work of all others.
"""

import asyncio
import socket
from collections.abc import Callable

import structlog

from app.server import limits

log = structlog.get_logger()


class Acceptor:
    """Accepts on sockets that are bound, until it is closed."""

    def __init__(self, sockets: list[socket.socket], protocol: Callable[[], asyncio.Protocol]) -> None:
        """Listen, and make a protocol for each connection; the sockets stay open when this closes."""
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._sockets = sockets
        self._beginning: set[asyncio.Task[object]] = set()
        for listening in sockets:
            listening.listen(limits.BACKLOG)
            listening.setblocking(False)  # noqa: FBT003 - the name of the function says it
            self._watch(listening)

    def close(self) -> None:
        """Accept nothing more."""
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
            except OSError as error:  # no files or no memory are left: others have to go first
                log.warning("not_accepted", reason=str(error))
                self._loop.remove_reader(listening)
                self._loop.call_later(limits.ACCEPT_PAUSE_SECONDS, self._watch, listening)
                return
            self._begin(connection)

    def _begin(self, connection: socket.socket) -> None:
        connection.setblocking(False)  # noqa: FBT003 - the name of the function says it
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, connection))
        self._beginning.add(task)
        task.add_done_callback(self._began)

    def _began(self, task: "asyncio.Task[object]") -> None:
        self._beginning.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:  # the client left meanwhile
            log.info("not_accepted", reason=str(error))
