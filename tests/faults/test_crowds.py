"""Many at once: people who log in, and connections that do next to nothing."""

import os
import resource
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack

import httpx
import pytest

from tests.loads import check_refusal
from tests.serving import PASSWORD, Served
from tests.soak import LONG

SLOW = 600
MIB = 1024 * 1024
# The most that the server's processes may hold together.
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


def test_two_hundred_log_ins_at_once(serve):
    server = serve()
    server.person("alice@crew.test")
    statuses: list[int] = []
    with server.client() as client:
        token = client.get("/login/").json()["data"]["csrf_token"]
        cookies = dict(client.cookies)

    def log_in() -> None:
        sent = {"email": "alice@crew.test", "password": PASSWORD}
        headers = {"X-CSRFToken": token}
        answer = httpx.post(f"{server.url}/login/", json=sent, headers=headers, cookies=cookies, timeout=120)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=log_in) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counted = Counter(statuses)
    assert counted.total() == 200
    assert set(counted) <= {200, 503}
    assert counted[200] >= 50
    assert server.peak_memory() < MOST_MEMORY
    assert '"failed"' not in server.log()


@pytest.fixture
def open_files():
    """Begin with as few open files as most systems allow; calling it allows the test itself more."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, most), most))
    yield lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


def mixtures() -> list[dict[str, int]]:
    """How many of each kind: a third each, or with patience all of one kind."""
    kinds = ("heads", "bodies", "readers")
    return [dict.fromkeys(kinds, SLOW // 3), *([{kind: SLOW} for kind in kinds] if LONG else [])]


@pytest.mark.parametrize("crowd", mixtures(), ids=str)
def test_slow_connections_keep_nobody_out(serve, crowd, open_files):
    server = serve()
    open_files()
    key = server.person("alice@crew.test")
    download = large_download(server, key)
    sent = {"heads": HALF_A_HEAD, "bodies": HALF_A_BODY, "readers": download}

    with ExitStack() as connections:
        for kind, number in crowd.items():
            for _ in range(number):
                connections.enter_context(opened(server, sent[kind]))
        alive = [answered(server, "/healthz") for _ in range(5)]
        with server.client(key) as client:
            read = client.get("/organization/")
            changed = client.put("/organization/", json={"name": "Meanwhile"})
        memory = server.peak_memory()
        server.kill()  # stopping would wait for all of them

    assert alive == [200] * 5
    assert (read.status_code, changed.status_code) == (200, 200)
    assert memory < MOST_MEMORY


def test_more_stalled_bodies_than_there_are_threads(serve, open_files):
    server = serve()
    open_files()
    with ExitStack() as connections:
        for _ in range(1200):
            connections.enter_context(opened(server, HALF_A_BODY))
        alive = [answered(server, "/healthz") for _ in range(3)]
        read = answered(server, "/login/")
        refused = httpx.post(f"{server.url}/login/", json={}, timeout=30)
        server.kill()

    assert (alive, read) == ([200] * 3, 200)
    check_refusal(refused)


def opened(server: Served, request: bytes) -> socket.socket:
    """Send the beginning of a request, or one whose answer nobody reads."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(request)
    return connection


def answered(server: Served, path: str) -> int:
    time.sleep(0.2)
    return httpx.get(f"{server.url}{path}", timeout=20).status_code


def large_download(server: Served, key: str) -> bytes:
    """Upload a file larger than what the machine keeps for a slow reader; return a request for it."""
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
        form = {"app_id": app, "version": "1.0.0"}
        made = client.post("/bundle/", data=form, files={"file": ("b.zip", os.urandom(8 * MIB))}).json()
    path = f"/bundle/{made['data']['id']}/download"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nauthorization: {key}\r\n\r\n".encode()
