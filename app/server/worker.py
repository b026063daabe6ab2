"""One server process: uvicorn with our protocol and bridge, on sockets that its parent has bound."""

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
    """Serve until SIGTERM, then finish what is in flight.

    `ready` is called once requests are taken, `stopping` as soon as no new ones are.
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
    """Uvicorn's server, with our connections, and a look at their deadlines each second."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._connections = Connections(_most_connections())
        self.server_state = self._connections
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])  # its servers would take one connection a round
        _spare_collector()
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
        """Stop; an interrupt from the keyboard reaches the parent too, which passes it on."""
        if sig == signal.SIGTERM:
            self.should_exit = True


def _spare_collector() -> None:
    """Let the garbage collector skip what was imported: it stays as long as the process does.

    Walking those objects took a third of the time of a burst of connections.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(limits.COLLECTED_AFTER)


def _most_connections() -> int:
    """Ask for open files: a connection each, a bundle for it, and some; be content with what there is."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * limits.CONNECTIONS + limits.OTHER_FILES
    if resource.RLIM_INFINITY in {allowed, most}:
        most = wanted
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        allowed = min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    room = 2 * limits.CONNECTIONS if allowed == resource.RLIM_INFINITY else allowed - limits.OTHER_FILES
    return max(16, min(limits.CONNECTIONS, room // 2))
