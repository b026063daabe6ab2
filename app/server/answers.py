"""Buffer the application's responses for slow clients: short ones in memory, long ones on disk."""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, Any, cast

from werkzeug.wsgi import FileWrapper

from app.server import limits
from app.server.refusals import Header, no_space

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_NO_BODY = {204, 304}


class FileBody(FileWrapper):
    """A file that the application responds with; read in pieces, at the speed of the client."""

    def __init__(self, file: IO[bytes], _buffer_size: int = 0) -> None:
        """Wrap an open file; the application's buffer size is ignored in favor of `limits.PIECE`."""
        super().__init__(file, limits.PIECE)


class Answer:
    """A response of the application: status, headers, and a body whose first piece has been read."""

    def __init__(self, status: int, headers: list[Header], body: Iterable[bytes]) -> None:
        """Read the whole body, unless it is a file, which is streamed.

        Raises `Refused` if the disk that buffers long bodies is full.
        """
        self.status = status
        self.headers = headers
        self.streams = isinstance(getattr(body, "iterable", body), FileBody)
        self._source = cast("Any", body if self.streams else self._buffered(body))
        self._remaining = self._declared_length() if self.streams else self._source.tell()
        self._pieces: Iterator[bytes] = iter(body) if self.streams else self._buffered_pieces(self._source)
        self.beginning = self.next_piece()

    @property
    def continues(self) -> bool:
        """Whether part of the body is still unread."""
        return self._remaining > 0

    def next_piece(self) -> bytes:
        """Return the next bytes of the body, empty at its end. May block on disk."""
        piece = next(self._pieces, b"")
        self._remaining = self._remaining - len(piece) if piece else 0
        return piece

    def close(self) -> None:
        """Close the file or buffer."""
        self._source.close()

    def _buffered(self, body: Iterable[bytes]) -> IO[bytes]:
        buffer = tempfile.SpooledTemporaryFile(limits.MEMORY_PER_ANSWER)  # noqa: SIM115 - closed with the answer
        for piece in body:
            self._write(buffer, piece)
        self._add_length(buffer.tell())
        return buffer

    @staticmethod
    def _write(buffer: IO[bytes], piece: bytes) -> None:
        try:
            buffer.write(piece)
        except OSError as error:
            buffer.close()
            raise no_space() from error

    @staticmethod
    def _buffered_pieces(buffer: IO[bytes]) -> Iterator[bytes]:
        """Yield the buffered body, in one piece if it is in memory."""
        length = buffer.tell()
        buffer.seek(0)
        return iter(partial(buffer.read, length if length <= limits.MEMORY_PER_ANSWER else limits.PIECE), b"")

    def _declared_length(self) -> float:
        lengths = [int(value) for name, value in self.headers if name == b"content-length"]
        return lengths[0] if lengths else math.inf

    def _add_length(self, length: int) -> None:
        """Add a Content-Length header, because HTTP/1.0 has no chunked encoding."""
        known = any(name == b"content-length" for name, _ in self.headers)
        if not known and self.status not in _NO_BODY:
            self.headers.append((b"content-length", str(length).encode()))


def call_application(
    application: Application, environ: dict[str, Any], deliver: Callable[[Answer], None]
) -> None:
    """Call the application in this thread and deliver its response before the body's `close()` hooks run."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG001
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        started.update(status=int(status[:3]), headers=lines)

    body = application(environ, start_response)
    streams = False
    try:
        answer = Answer(started["status"], started["headers"], body)
        streams = answer.streams
        deliver(answer)
    finally:
        if not streams:
            getattr(body, "close", lambda: None)()
