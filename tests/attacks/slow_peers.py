"""Attacks by slow clients on a separate portal, with the latency of other clients before, during and after.

`make attack` runs it; it ends by itself within some minutes. Each attack keeps its connections while the
latencies of `/healthz` and of a change are measured, closes them, and waits until the deadlines have passed.
"""

import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import click
import httpx

from tests.support.ports import free_port
from tests.support.serving import Served
from tests.support.slow_clients import large_download, make_app

HOST = b"Host: crew.test\r\n"
STREAMS, TIMES = 180, 5
BODIES, READERS, HEADS = 800, 1600, 4300
PROBES = 10
MULTIPART = b"Content-Type: multipart/form-data; boundary=crew\r\nContent-Length: 1000000\r\n\r\n--crew\r\n"
SLOW_LOG_IN = (
    b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{"
)
NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port}; client_max_body_size 101m; client_body_timeout 20s;
        proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
        location / {{ proxy_pass http://127.0.0.1:{behind}; }}
        location = /bundle/ {{ proxy_pass http://127.0.0.1:{behind}; proxy_request_buffering off; }}
    }}
}}
"""


def main() -> int:
    """Run every attack; return how many of them blocked other clients."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crewroom-attack-")))
        server = Served(folder / "instance")
        server.start()
        stack.callback(server.stop)
        key = server.person("alice@crew.test")
        stranger = server.person("stranger@crew.test")
        app = make_app(server, key)
        click.echo(f"{'':34} {'healthz':>22} {'change':>22}   memory")
        report(server, key, "before")
        failed = 0
        for name, port, request, number in attacks(server, stack, folder, key, stranger, app):
            failed += not attacked(server, key, name, port, request, number)
        failed += not report(server, key, "after everything")
    return failed


def attacks(
    server: Served, stack: ExitStack, folder: Path, key: str, stranger: str, app: str
) -> Iterator[tuple[str, int, bytes, int]]:
    """Yield each attack: its name, its port, the request of each connection, and their number."""
    slow_upload = b"POST /bundle/ HTTP/1.1\r\n" + HOST + f"authorization: {stranger}\r\n".encode() + MULTIPART
    for number in range(TIMES):
        yield f"HTTP/2, {STREAMS} streams, {number + 1}", server.port, _streams(), 1
    yield f"{BODIES} slow log-ins", server.port, SLOW_LOG_IN, BODIES
    yield f"{BODIES} slow uploads, no right", server.port, slow_upload, BODIES
    if port := stack.enter_context(nginx(folder, server.port)):
        yield f"{BODIES} of them through nginx", port, slow_upload, BODIES
    yield f"{READERS} downloads not read", server.port, large_download(server, key), READERS
    yield f"{HEADS} unfinished heads", server.port, b"GET /healthz HTTP/1.1\r\n" + HOST, HEADS


def attacked(server: Served, key: str, name: str, port: int, request: bytes, number: int) -> bool:
    """Attack, measure during and afterwards; return whether other clients were served."""
    with ExitStack() as connections:
        for _ in range(number):
            with suppress(OSError):
                connections.enter_context(_opened(port, request))
        fine = report(server, key, f"during {name}")
    return report(server, key, "   after it") and fine


def report(server: Served, key: str, name: str) -> bool:
    """Print the median and the worst latency in milliseconds; return whether every request was answered."""
    with server.client() as client:
        alive = [measured(lambda: client.get("/healthz")) for _ in range(PROBES)]
    with server.client(key) as client:
        changes = [
            measured(lambda: client.put("/organization/", json={"name": "Meanwhile"})) for _ in range(PROBES)
        ]
    memory = server.memory()
    click.echo(f"{name:34} {_shown(alive):>22} {_shown(changes):>22}   {memory} MB")
    return None not in alive and None not in changes and max(filter(None, alive)) < 1


def measured(ask: Callable[[], httpx.Response]) -> float | None:
    """Return the seconds until the expected answer, or None for another one."""
    began_at = time.monotonic()
    try:
        answer = ask()
    except httpx.TransportError:
        return None
    return time.monotonic() - began_at if answer.status_code == 200 else None


def _shown(seconds: list[float | None]) -> str:
    found = sorted(second * 1000 for second in seconds if second is not None)
    if not found:
        return "no answer"
    lost = f" ({len(seconds) - len(found)} lost)" if len(found) < len(seconds) else ""
    return f"{statistics.median(found):.0f} / {found[-1]:.0f} ms{lost}"


def _opened(port: int, request: bytes) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(5)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    return connection


def _streams() -> bytes:
    """Open streams of `POST /login/`, each with one of the 60 bytes of its body."""
    fields = b"".join(
        _literal(name, value)
        for name, value in {
            b":method": b"POST", b":scheme": b"http", b":authority": b"crew.test", b":path": b"/login/",
            b"content-length": b"60",
        }.items()
    )  # fmt: skip
    frames = [_frame(4, 0, 0, b"")]
    for number in range(STREAMS):
        stream = 2 * number + 1
        frames += [_frame(1, 4, stream, fields), _frame(0, 0, stream, b"{")]
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"".join(frames)


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def _literal(name: bytes, value: bytes) -> bytes:
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """Run nginx as in `docs/operations.md`; return its port, or 0 without nginx."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        yield 0
        return
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, behind=behind))
    process = subprocess.Popen([program, "-c", str(config), "-e", str(folder / "error.log")])
    try:
        time.sleep(1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    sys.exit(main())
