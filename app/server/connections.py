"""All connections of a process: how many there may be, and which one goes when one too many arrives."""

import time
from typing import Any

from uvicorn.server import ServerState


class Connections(ServerState):
    """Uvicorn's state of a server, and the connections that have sent no whole head, the oldest first."""

    def __init__(self, most: int) -> None:
        """Take how many there may be at once."""
        super().__init__()
        self._most = most
        self._without_head: dict[Any, None] = {}

    def arrived(self, connection: Any) -> None:
        """Add a connection; when there are too many, close the oldest without a whole head for it."""
        self.await_head(connection)
        if len(self.connections) > self._most:
            oldest = next(iter(self._without_head))
            self.head_is_whole(oldest)
            oldest.transport.abort()

    def await_head(self, connection: Any) -> None:
        """Note that a connection has no request on its way, and is the newest of those."""
        self._without_head.pop(connection, None)
        self._without_head[connection] = None

    def head_is_whole(self, connection: Any) -> None:
        """Note that a connection has one, or has gone."""
        self._without_head.pop(connection, None)

    def sweep(self) -> None:
        """Let each connection look whether a deadline of its own has passed."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.sweep(now)  # type: ignore[union-attr] # they are all ours
