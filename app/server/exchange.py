"""One request and its answer on a connection: uvicorn's cycle, which also knows of bodies that end early."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class Exchange(RequestResponseCycle):
    """One request and its answer; knows when the rest of the body will never come."""

    cut = False

    async def receive(self) -> Any:
        """Return what came of the body, or that the rest never comes; the answer can still be sent."""
        if self.cut and not self.body:
            return {"type": "http.disconnect"}
        return await super().receive()

    async def send(self, message: Any) -> None:
        """Send; raises `ConnectionError` when the connection is gone."""
        await super().send(message)
        if self.disconnected:
            raise ConnectionError("the reader is gone")

    def cut_off(self) -> None:
        """Note that nothing more comes, and that this is the last request of its connection."""
        self.keep_alive = False
        if self.more_body:
            self.cut = True
            self.message_event.set()


class Outlet:
    """The transport as an exchange sees it: closing it takes care of senders that are still at it."""

    def __init__(self, transport: Any, close: Callable[[], None]) -> None:
        """Take the transport, and what closes it."""
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close
