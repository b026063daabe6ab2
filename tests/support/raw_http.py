"""Raw connections: bytes that no client library would send, and the answers to them."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.support.serving import Served

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class RawAnswer:
    """An answer: its status, its headers by lower-case name, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), PATIENCE_SECONDS)


def send(served: Served, request: bytes, *, half_close: bool = False) -> list[RawAnswer]:
    """Send bytes on a new connection; return the answers until the server closes it."""
    with connect(served) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # the server has answered already
            connection.sendall(request)
        if half_close:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        return read_answers(connection)


def read_answers(connection: socket.socket, number: int = 0) -> list[RawAnswer]:
    """Read this many answers, or all until the server closes."""
    found: list[RawAnswer] = []
    rest = b""
    while not number or len(found) < number:
        answer, rest = _next(connection, rest)
        if answer is None:
            break
        found.append(answer)
    return found


def _next(connection: socket.socket, rest: bytes) -> tuple[RawAnswer | None, bytes]:
    while b"\r\n\r\n" not in rest:
        more = _received(connection)
        if not more:
            assert rest == b""
            return None, b""
        rest += more
    head, _, rest = rest.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    status = int(first.split()[1])
    if status == 100:
        return RawAnswer(status, headers, b""), rest
    while len(rest) < int(headers["content-length"]):
        rest += _received(connection)
    length = int(headers["content-length"])
    return RawAnswer(status, headers, rest[:length]), rest[length:]


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""
