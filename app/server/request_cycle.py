"""Extend uvicorn's request-response cycle for request bodies that end early."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class RequestCycle(RequestResponseCycle):
    """One request and its response, where the rest of the request's body may never arrive."""

    cut = False

    async def receive(self) -> Any:
        """Return the next part of the body, or a disconnect if the rest will never arrive."""
        if self.cut and not self.body:
            return {"type": "http.disconnect"}
        return await super().receive()

    async def send(self, message: Any) -> None:
        """Send a message. Raises `ConnectionError` if the client has disconnected."""
        await super().send(message)
        if self.disconnected:
            raise ConnectionError("the client has disconnected")

    def cut_off(self) -> None:
        """Mark the rest of the body as lost, and this request as the last one of its connection."""
        self.keep_alive = False
        if self.more_body:
            self.cut = True
            self.message_event.set()


class DeferredCloseTransport:
    """A transport whose `close` waits for clients that are still sending."""

    def __init__(self, transport: Any, close: Callable[[], None]) -> None:
        """Wrap a transport; `close` replaces its own method."""
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close
