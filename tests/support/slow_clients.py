"""Clients that send or read slowly, over their own connections."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.serving import Served

_BOUNDARY = "crew"
_MIB = 1024 * 1024


def begin_upload(server: Served, key: str, app: str, size: int) -> tuple[socket.socket, bytes]:
    """Send half of an upload; return the open connection, and the bytes that complete it."""
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


def make_app(server: Served, key: str) -> str:
    """Create an organization with an app; return the app's identifier."""
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        return str(client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"])


def large_download(server: Served, key: str) -> bytes:
    """Upload a file too large for the socket buffers; return a request that downloads it."""
    with server.client(key) as client:
        form = {"app_id": make_app(server, key), "version": "1.0.0"}
        made = client.post("/bundle/", data=form, files={"file": ("b.zip", os.urandom(8 * _MIB))}).json()
    path = f"/bundle/{made['data']['id']}/download"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nauthorization: {key}\r\n\r\n".encode()
