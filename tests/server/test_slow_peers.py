"""Clients that send or read too slowly, with deadlines of two seconds, are disconnected; others are served.

`make soak` runs `tests/attacks/slow_peers.py`, with the real deadlines and measurements.
"""

import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.raw_http import connect, read_answers
from tests.support.serving import Served
from tests.support.slow_clients import begin_upload, drafts, large_download, make_app, wait_for

pytestmark = pytest.mark.timeout(180)

MIB = 1024 * 1024
# The command, with as little patience and capacity as a test has.
_HASTY = """#!{python}
from app import cli
from app.server import limits
for name in ("HEAD", "BODY", "UPLOAD_PAUSE", "UPLOAD_GRACE", "UNREAD", "LINGER", "DISCARD"):
    setattr(limits, name + "_SECONDS", 1)
limits.CONNECTIONS = 60
limits.QUEUE_LENGTH = 4
limits.UPLOAD_BYTES_PER_SECOND = MIB = 1024 * 1024
cli.main()
"""
HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: crew.test\r\n"
HALF_A_BODY = (
    b"POST /login/ HTTP/1.1\r\nHost: crew.test\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
HALF_AN_UPLOAD = (
    b"POST /bundle/ HTTP/1.1\r\nHost: crew.test\r\nX-Api-Key: crew_wrong\r\n"
    b"Content-Type: multipart/form-data; boundary=crew\r\nContent-Length: 1000000\r\n\r\n--crew\r\n"
)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hasty")
    command = folder / "crewroom"
    command.write_text(_HASTY.format(python=sys.executable))
    command.chmod(0o755)
    server = Served(folder / "instance", command=command)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(hasty: Served) -> str:
    return hasty.person("alice@crew.test")


def open_connection(server: Served, request: bytes) -> socket.socket:
    connection = connect(server)
    connection.sendall(request)
    return connection


@pytest.mark.short
def test_slow_senders_get_a_408_and_are_disconnected(hasty, subtests):
    slow = {"half a head": HALF_A_HEAD, "half a body": HALF_A_BODY, "half an upload": HALF_AN_UPLOAD}
    began_at = time.monotonic()
    with ExitStack() as stack:
        senders = {
            name: stack.enter_context(open_connection(hasty, request)) for name, request in slow.items()
        }
        for name, connection in senders.items():
            with subtests.test(name):
                (answer,) = read_answers(connection)

                assert (answer.status, answer.data["status"]) == (408, "KO")
                assert time.monotonic() - began_at < 10


def test_a_silent_connection_is_closed(hasty):
    with connect(hasty) as silent:
        assert read_answers(silent) == []


@pytest.mark.long
def test_a_slowly_dripping_head_does_not_extend_the_deadline(hasty):
    """A byte now and then, as Slowloris sends it, does not restart the deadline."""
    with open_connection(hasty, HALF_A_HEAD) as connection:
        connection.settimeout(0.2)
        deadline = time.monotonic() + 10
        answer = b""
        while not answer and time.monotonic() < deadline:
            try:
                connection.sendall(b"X-A: b\r\n")
                answer = connection.recv(1000)
            except TimeoutError:
                continue

    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.short
def test_the_oldest_connection_without_a_complete_head_is_closed_first(hasty, key):
    with ExitStack() as stack:
        idle = stack.enter_context(hasty.client(key))
        assert idle.get("/healthz").status_code == 200
        crowd = [stack.enter_context(open_connection(hasty, HALF_A_HEAD)) for _ in range(70)]
        with hasty.client(key) as client:
            assert client.put("/organization/", json={"name": "Meanwhile"}).status_code == 200

        crowd[0].settimeout(5)
        assert rest_of(crowd[0]) == 0


@pytest.mark.long
def test_a_download_that_is_not_read_is_aborted(hasty, key):
    request = large_download(hasty, key)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", hasty.port))
        connection.sendall(request)
        time.sleep(6)
        connection.settimeout(10)

        received = rest_of(connection)

    assert received < 8 * MIB


def rest_of(connection: socket.socket) -> int:
    """Read until the end, or until the connection is reset."""
    received = 0
    try:
        while piece := connection.recv(65536):
            received += len(piece)
    except ConnectionResetError:
        pass
    return received


def test_many_simultaneous_downloads_all_complete(hasty, key):
    request = large_download(hasty, key).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with ExitStack() as stack:
        connections = []
        for _ in range(30):  # their pieces wait for four threads, with a queue of four
            connections.append(stack.enter_context(open_connection(hasty, request)))
            connections[-1].recv(1)

        with ThreadPoolExecutor(len(connections)) as readers:
            received = list(readers.map(_length, connections))

    assert min(received) > 8 * MIB
    assert "Traceback" not in hasty.log()


def _length(connection: socket.socket) -> int:
    return sum(map(len, iter(lambda: connection.recv(MIB), b"")))


def test_a_stalled_upload_is_ended_and_leaves_nothing(hasty, key):
    connection, _ = begin_upload(hasty, key, make_app(hasty, key), 4 * MIB)
    with connection:
        (answer,) = read_answers(connection)

    assert (answer.status, answer.data["error"]) == (408, "The body took too long to arrive")
    wait_for(lambda: drafts(hasty) == [])


@pytest.mark.long
def test_an_upload_that_is_too_slow_on_average_is_ended(hasty, key):
    connection, _ = begin_upload(hasty, key, make_app(hasty, key), 8 * MIB)
    deadline = time.monotonic() + 30
    with connection:
        connection.settimeout(0.3)
        answer = b""
        while not answer and time.monotonic() < deadline:
            try:
                connection.sendall(b"x" * 1000)
                answer = connection.recv(1000)
            except TimeoutError:
                continue

    assert answer.startswith(b"HTTP/1.1 408 ")
    wait_for(lambda: drafts(hasty) == [])


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_answers_that_are_not_read_use_little_memory(serve):
    """A hundred clients request the specification twenty times each and read nothing."""
    server = serve()
    key = server.person("alice@crew.test")
    with server.client(key) as client:
        for number in range(3):
            assert client.put("/organization/", json={"name": f"Crew {number}"}).status_code == 200
        before = server.peak_memory()
        length = len(client.get("/openapi.json").content)
    requests = b"GET /openapi.json HTTP/1.1\r\nHost: crew.test\r\n\r\n" * 20
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    with ExitStack() as stack:
        for _ in range(100):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(requests)
        with server.client(key) as client:
            assert client.get("/organization/").status_code == 200
        taken = server.peak_memory() - before
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert length > os.sysconf("SC_PAGE_SIZE")
    assert taken < 100
