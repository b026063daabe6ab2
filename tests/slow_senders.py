"""Senders and readers that take their time, over connections of their own."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.serving import Served

_BOUNDARY = "crew"


def begin_upload(server: Served, key: str, app: str, size: int) -> tuple[socket.socket, bytes]:
    """Begin an upload; return the open connection, and what would complete it."""
    fields = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {"app_id": app, "version": "9.9.9"}.items()
    )
    file = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="b.zip"\r\n\r\n'
    rest = b"x" * (size - size // 2) + f"\r\n--{_BOUNDARY}--\r\n".encode()
    start = (fields + file).encode() + b"x" * (size // 2)
    head = (
        f"POST /bundle/ HTTP/1.1\r\nHost: 127.0.0.1\r\nauthorization: {key}\r\n"
        f"Content-Type: multipart/form-data; boundary={_BOUNDARY}\r\n"
        f"Content-Length: {len(start) + len(rest)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(head.encode() + start)
    wait_for(lambda: any(draft.stat().st_size > size // 4 for draft in drafts(server)))
    return connection, rest


def drafts(server: Served) -> list[Path]:
    return list((server.instance / "bundles" / "drafts").glob("*"))


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
