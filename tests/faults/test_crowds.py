"""Many at once: people who sign in, and idle connections."""

import os
import resource
import socket
import time
from collections import Counter
from contextlib import ExitStack

import httpx
import pytest

from tests.support.loads import concurrent_sign_ins
from tests.support.serving import Served
from tests.support.slow_clients import large_download
from tests.support.soak import LONG, rounds

LOG_INS = rounds(40, 200)
SLOW = 600
MORE = 1200
MIB = 1024 * 1024
# The maximum memory of all server processes together.
MOST_MEMORY = 400

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc"),  # noqa: PTH110
]

HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_A_BODY = (
    b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)


@pytest.mark.long
def test_many_sign_ins_at_once(serve):
    server = serve()
    people = [f"person{number}@crew.test" for number in range(20)]
    for address in people:
        server.person(address)

    statuses = Counter(concurrent_sign_ins(server, people, LOG_INS))

    assert statuses.total() == LOG_INS
    assert set(statuses) <= {200, 503}
    assert statuses[200] >= LOG_INS // 4
    assert server.peak_memory() < MOST_MEMORY
    assert '"failed"' not in server.log()


@pytest.fixture
def open_files():
    """Start with the open file limit of most systems; calling the fixture raises the test's own limit."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, most), most))
    yield lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


def mixtures() -> list[dict[str, int]]:
    """Return how many connections of each kind: a third each; long runs add crowds of a single kind."""
    kinds = ("heads", "bodies", "readers")
    return [dict.fromkeys(kinds, SLOW // 3), *([{kind: SLOW} for kind in kinds] if LONG else [])]


@pytest.mark.long
@pytest.mark.parametrize("crowd", mixtures(), ids=str)
def test_slow_connections_do_not_block_other_clients(serve, crowd, open_files):
    server = serve()
    open_files()
    key = server.person("alice@crew.test")
    download = large_download(server, key)
    sent = {"heads": HALF_A_HEAD, "bodies": HALF_A_BODY, "readers": download}

    with ExitStack() as connections:
        for kind, number in crowd.items():
            for _ in range(number):
                connections.enter_context(open_connection(server, sent[kind]))
        alive = [status_of(server, "/healthz") for _ in range(3)]
        with server.client(key) as client:
            read = client.get("/organization/")
            changed = client.put("/organization/", json={"name": "Meanwhile"})
        memory = server.peak_memory()
        for _ in range(MORE):
            connections.enter_context(open_connection(server, HALF_A_BODY))
        alive += [status_of(server, "/healthz"), status_of(server, "/login/")]
        with server.client(key) as client:
            changed_amid_more = client.put("/organization/", json={"name": "Amid more"})
        server.kill()  # stopping gracefully would wait for all of them

    assert alive == [200] * len(alive)
    assert (read.status_code, changed.status_code, changed_amid_more.status_code) == (200, 200, 200)
    assert memory < MOST_MEMORY


def open_connection(server: Served, request: bytes) -> socket.socket:
    """Send the beginning of a request, or a request whose answer is never read."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(request)
    return connection


def status_of(server: Served, path: str) -> int:
    time.sleep(0.2)
    return httpx.get(f"{server.url}{path}", timeout=20).status_code
