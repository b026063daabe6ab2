"""Answers of the application: short ones stay in memory, long ones wait for their reader on disk."""

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
    """A file that the application answers with; it is read piece by piece as its reader takes it."""

    def __init__(self, file: IO[bytes], _buffer_size: int = 0) -> None:
        """Take an open file; the size of a piece is ours to choose."""
        super().__init__(file, limits.PIECE)


class Answer:
    """What the application answers: status, headers, and a body of which the beginning is read already."""

    def __init__(self, status: int, headers: list[Header], body: Iterable[bytes]) -> None:
        """Take the body as the application gives it; but for a file it is read to its end.

        Raises `Refused` when the disk that keeps long ones is full.
        """
        self.status = status
        self.headers = headers
        self.streams = isinstance(getattr(body, "iterable", body), FileBody)
        self._source = cast("Any", body if self.streams else self._kept(body))
        self._left = self._declared() if self.streams else self._source.tell()
        self._pieces: Iterator[bytes] = iter(body) if self.streams else self._parts(self._source)
        self.beginning = self.next_piece()

    @property
    def continues(self) -> bool:
        """Whether more of the body follows what was read."""
        return self._left > 0

    def next_piece(self) -> bytes:
        """Return some bytes of the body, nothing at its end; may wait for a disk."""
        piece = next(self._pieces, b"")
        self._left = self._left - len(piece) if piece else 0
        return piece

    def close(self) -> None:
        """Let go of files."""
        self._source.close()

    def _kept(self, body: Iterable[bytes]) -> IO[bytes]:
        kept = tempfile.SpooledTemporaryFile(limits.MEMORY_PER_ANSWER)  # noqa: SIM115 - closed with the answer
        for piece in body:
            self._keep(kept, piece)
        self._add_length(kept.tell())
        return kept

    @staticmethod
    def _keep(kept: IO[bytes], piece: bytes) -> None:
        try:
            kept.write(piece)
        except OSError as error:
            kept.close()
            raise no_space() from error

    @staticmethod
    def _parts(kept: IO[bytes]) -> Iterator[bytes]:
        """Read what was kept, all at once if it is in memory."""
        length = kept.tell()
        kept.seek(0)
        return iter(partial(kept.read, length if length <= limits.MEMORY_PER_ANSWER else limits.PIECE), b"")

    def _declared(self) -> float:
        lengths = [int(value) for name, value in self.headers if name == b"content-length"]
        return lengths[0] if lengths else math.inf

    def _add_length(self, length: int) -> None:
        """Say how long the answer is: HTTP/1.0 knows no chunks."""
        known = any(name == b"content-length" for name, _ in self.headers)
        if not known and self.status not in _NO_BODY:
            self.headers.append((b"content-length", str(length).encode()))


def answered(application: Application, environ: dict[str, Any], deliver: Callable[[Answer], None]) -> None:
    """Call the application in the thread that this runs in; what it does on closing delays no answer."""
    began: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG001
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        began.update(status=int(status[:3]), headers=lines)

    body = application(environ, start_response)
    streams = False
    try:
        answer = Answer(began["status"], began["headers"], body)
        streams = answer.streams
        deliver(answer)
    finally:
        if not streams:
            getattr(body, "close", lambda: None)()
