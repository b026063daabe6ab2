"""Cap the number of connections per process by closing idle ones."""

import time
from typing import Any

from uvicorn.server import ServerState


class Connections(ServerState):
    """Uvicorn's server state, plus the connections without a complete request head, oldest first."""

    def __init__(self, most: int) -> None:
        """Allow `most` connections at once."""
        super().__init__()
        self._most = most
        self._without_head: dict[Any, None] = {}

    def arrived(self, connection: Any) -> None:
        """Add a connection; if that is one too many, abort the oldest one without a complete head."""
        self.await_head(connection)
        if len(self.connections) > self._most:
            oldest = next(iter(self._without_head))
            self.head_is_whole(oldest)
            oldest.transport.abort()

    def await_head(self, connection: Any) -> None:
        """Mark a connection as waiting for a request head, and as the newest to do so."""
        self._without_head.pop(connection, None)
        self._without_head[connection] = None

    def head_is_whole(self, connection: Any) -> None:
        """Mark a connection as having a complete head, or as closed."""
        self._without_head.pop(connection, None)

    def sweep(self) -> None:
        """Let every connection enforce its deadlines."""
        now = time.monotonic()
        for connection in list(self.connections):
            connection.sweep(now)  # type: ignore[union-attr] # uvicorn's type includes protocols that this server does not use
