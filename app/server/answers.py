"""Answers of the application: short ones stay in memory, long ones wait for their reader on disk."""

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Any

from werkzeug.wsgi import FileWrapper

from app.server import limits
from app.server.refusals import Header

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
_NO_BODY = {204, 304}


class FileBody(FileWrapper):
    """A file that the application answers with; it is read piece by piece as its reader takes it."""

    def __init__(self, file: IO[bytes], _buffer_size: int = 0) -> None:
        """Take an open file; the size of a piece is ours to choose."""
        super().__init__(file, limits.PIECE)


class Answer:
    """What the application answers: status, headers, and a body in pieces."""

    def __init__(self, status: int, headers: list[Header], body: Iterable[bytes]) -> None:
        """Take the body as the application gives it; but for a file it is read to its end."""
        self.status = status
        self.headers = headers
        self.short = b""
        self.streams = isinstance(getattr(body, "iterable", body), FileBody)
        self._source: Any = None
        if self.streams:
            self._source, self._pieces = body, iter(body)
        else:
            self._keep(body)

    @property
    def long(self) -> bool:
        """Whether the body comes in pieces, from a file."""
        return self._source is not None

    def next_piece(self) -> bytes:
        """Return some bytes of a long body, nothing at its end; may wait for a disk."""
        return next(self._pieces, b"")

    def close(self) -> None:
        """Let go of files."""
        if self._source:
            self._source.close()

    def _keep(self, body: Iterable[bytes]) -> None:
        kept = tempfile.SpooledTemporaryFile(limits.MEMORY_PER_ANSWER)  # noqa: SIM115 - closed with the answer
        for piece in body:
            kept.write(piece)
        length = kept.tell()
        self._add_length(length)
        kept.seek(0)
        if length <= limits.MEMORY_PER_ANSWER:
            self.short = kept.read()
            kept.close()
        else:
            self._source, self._pieces = kept, iter(lambda: kept.read(limits.PIECE), b"")

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
    answer = Answer(began["status"], began["headers"], body)
    deliver(answer)
    if not answer.streams:
        getattr(body, "close", lambda: None)()
