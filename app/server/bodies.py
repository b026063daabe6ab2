"""Read request bodies under deadlines: up to 64 KiB in the event loop, the rest of an upload on demand."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any

from app.server import limits
from app.server.refusals import cut_short, too_slow

Receive = Callable[[], Awaitable[Any]]


class Body:
    """The body of one request, read as it arrives."""

    def __init__(self, receive: Receive, headers: list[tuple[bytes, bytes]]) -> None:
        """Take the body's length from the headers, without reading anything yet."""
        fields = dict(headers)
        self._receive = receive
        self.declared = int(fields[b"content-length"]) if b"content-length" in fields else None
        self.whole = not self.declared and b"transfer-encoding" not in fields
        self.size = 0
        self._started_at = time.monotonic()

    async def beginning(self) -> bytes:
        """Return the whole body, or slightly more than `limits.BODY_BYTES` of a longer one.

        Raises `Refused` if the client is too slow or disconnects.
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

    async def next_piece(self) -> bytes:
        """Return the next next_piece of an upload, empty at its end.

        Raises `TimeoutError` if the client is too slow and `ConnectionError` if it disconnects.
        """
        async with asyncio.timeout(limits.UPLOAD_PAUSE_SECONDS):
            piece = b"" if self.whole else await self._next()
        elapsed = time.monotonic() - self._started_at
        due = (elapsed - limits.UPLOAD_GRACE_SECONDS) * limits.UPLOAD_BYTES_PER_SECOND
        if not self.whole and self.size < due:
            raise TimeoutError
        return piece

    async def discard(self) -> None:
        """Read and discard the rest within a time limit, so that the client gets to read the refusal."""
        try:
            async with asyncio.timeout(limits.DISCARD_SECONDS):
                while not self.whole and self.size < limits.DISCARD_BYTES:
                    await self._next()
        except (TimeoutError, ConnectionError):
            return

    async def _next(self) -> bytes:
        """Wait for more bytes or the end of the body. Raises `ConnectionError` if the client disconnects."""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the body ended early")
            self.whole = not message["more_body"]
            self.size += len(message["body"])
            if message["body"] or self.whole:
                return bytes(message["body"])


class Stream(io.RawIOBase):
    """The body of an upload as a file; reads block the calling thread until the event loop has data."""

    def __init__(self, beginning: bytes, body: Body, loop: asyncio.AbstractEventLoop) -> None:
        """Start with the bytes that have already been read."""
        self._ready = memoryview(beginning)
        self._body = body
        self._loop = loop

    def readable(self) -> bool:
        """Return true: the stream is readable."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into the buffer and return the number of bytes. Raises what `Body.next_piece` raises."""
        if not self._ready:
            coming = asyncio.run_coroutine_threadsafe(self._body.next_piece(), self._loop)
            self._ready = memoryview(coming.result(2 * limits.UPLOAD_PAUSE_SECONDS))
        length = min(len(buffer), len(self._ready))
        buffer[:length], self._ready = self._ready[:length], self._ready[length:]
        return length
