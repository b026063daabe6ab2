"""One server process: uvicorn with this package's protocol and bridge, on sockets bound by the parent."""

import gc
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from types import FrameType

import uvicorn

from app.server import limits
from app.server.acceptor import Acceptor
from app.server.answers import Application
from app.server.bridge import Bridge, Router
from app.server.connections import Connections
from app.server.protocol import Connection
from app.server.refusals import Refusals


def run(
    application: Application,
    sockets: list[socket.socket],
    *,
    lanes: Mapping[str, int],
    route: Router,
    headers: Mapping[str, str],
    ready: Callable[[], None],
    stopping: Callable[[], None],
) -> None:
    """Serve until SIGTERM, then finish the requests in flight.

    `ready` is called once requests are accepted, `stopping` when shutdown begins.
    """
    Connection.refusals = refusals = Refusals(headers)
    server = _Server(_config(Bridge(application, lanes, route, refusals)), ready, stopping)
    server.run(sockets)


def _config(bridge: Bridge) -> uvicorn.Config:
    return uvicorn.Config(
        bridge,
        http=Connection,
        ws="none",
        lifespan="off",
        loop="uvloop",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=limits.BACKLOG,
        timeout_keep_alive=limits.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=limits.FINISH_SECONDS,
    )


class _Server(uvicorn.Server):
    """Uvicorn's server with `Connections`, whose deadlines it enforces once a second."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._connections = Connections(_connection_limit())
        self.server_state = self._connections
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])  # uvicorn's own listeners accept one connection per iteration
        _freeze_imports()
        self._acceptor = Acceptor(sockets or [], self._connection)
        self._ready()

    def _connection(self) -> Connection:
        return Connection(self.config, self.server_state, self.lifespan.state)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            self._connections.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        self._acceptor.close()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Stop at SIGTERM; Ctrl-C is ignored, because the parent gets it too and sends SIGTERM."""
        if sig == signal.SIGTERM:
            self.should_exit = True


def _freeze_imports() -> None:
    """Exclude imported modules from garbage collection: they live as long as the process.

    Walking them took a third of the time of a burst of connections.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(limits.COLLECTED_AFTER)


def _connection_limit() -> int:
    """Raise the limit of open files and return how many connections fit, each with a bundle open."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * limits.CONNECTIONS + limits.OTHER_FILES
    if resource.RLIM_INFINITY in {allowed, most}:
        most = wanted
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        allowed = min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    room = 2 * limits.CONNECTIONS if allowed == resource.RLIM_INFINITY else allowed - limits.OTHER_FILES
    return max(16, min(limits.CONNECTIONS, room // 2))
