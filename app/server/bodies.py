"""Bodies: the beginning is read in the loop, under a deadline; only uploads have more than that."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any

from app.server import limits
from app.server.refusals import cut_short, too_slow

Receive = Callable[[], Awaitable[Any]]


class Body:
    """The body of one request, as it comes in."""

    def __init__(self, receive: Receive, headers: list[tuple[bytes, bytes]]) -> None:
        """Look what the head says; nothing is read yet."""
        fields = dict(headers)
        self._receive = receive
        self.declared = int(fields[b"content-length"]) if b"content-length" in fields else None
        self.whole = not self.declared and b"transfer-encoding" not in fields
        self.size = 0
        self._began_at = time.monotonic()

    async def beginning(self) -> bytes:
        """Return the body, or of a longer one a little more than the application takes.

        Raises `Refused` when the sender is too slow, or leaves.
        """
        pieces: list[bytes] = []
        try:
            async with asyncio.timeout(limits.BODY_SECONDS):
                while not self.whole and self.size <= limits.BODY_BYTES:
                    pieces.append(await self._next())
        except TimeoutError:
            raise too_slow("body") from None
        except ConnectionError:
            raise cut_short() from None
        return b"".join(pieces)

    async def piece(self) -> bytes:
        """Return a piece of an upload, nothing at its end.

        Raises `TimeoutError` when the sender is too slow, `ConnectionError` when it leaves.
        """
        async with asyncio.timeout(limits.UPLOAD_PAUSE_SECONDS):
            piece = b"" if self.whole else await self._next()
        elapsed = time.monotonic() - self._began_at
        due = (elapsed - limits.UPLOAD_GRACE_SECONDS) * limits.UPLOAD_BYTES_PER_SECOND
        if not self.whole and self.size < due:
            raise TimeoutError
        return piece

    async def discard(self) -> None:
        """Read the rest and keep nothing, for some time, so that its sender reads the refusal."""
        try:
            async with asyncio.timeout(limits.DISCARD_SECONDS):
                while not self.whole and self.size < limits.DISCARD_BYTES:
                    await self._next()
        except (TimeoutError, ConnectionError):
            return

    async def _next(self) -> bytes:
        """Wait for some bytes, or for the end."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the body ended early")
            self.whole = not message["more_body"]
            self.size += len(message["body"])
            if message["body"] or self.whole:
                return bytes(message["body"])


class Stream(io.RawIOBase):
    """The body of an upload as a file: the thread that reads it waits for the loop."""

    def __init__(self, beginning: bytes, body: Body, loop: asyncio.AbstractEventLoop) -> None:
        """Begin with what was read already."""
        self._ready = memoryview(beginning)
        self._body = body
        self._loop = loop

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; raises what `Body.piece` raises."""
        if not self._ready:
            coming = asyncio.run_coroutine_threadsafe(self._body.piece(), self._loop)
            self._ready = memoryview(coming.result(2 * limits.UPLOAD_PAUSE_SECONDS))
        length = min(len(buffer), len(self._ready))
        buffer[:length], self._ready = self._ready[:length], self._ready[length:]
        return length
