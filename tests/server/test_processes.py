"""The processes of `crewroom serve`: what ends them, what doesn't, and the error of a failed start."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.raw_http import read_answers
from tests.support.serving import CREWROOM, Served
from tests.support.slow_clients import wait_for

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are looked up in /proc"),
]


def ended(pid: int) -> bool:
    """Return whether a process has ended; a zombie counts as ended."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def worker_of(server: Served) -> int:
    """Return the serving process; one that was killed but not reaped does not count."""
    running = list[int]()

    def found() -> bool:
        running[:] = [pid for pid in server.pids()[1:] if not ended(pid)]
        return bool(running)

    wait_for(found)
    return running[0]


@pytest.mark.short
def test_a_worker_is_restarted_after_each_of_three_kills(serve):
    server = serve()
    for _ in range(3):
        worker = worker_of(server)
        os.kill(worker, signal.SIGKILL)
        wait_for(partial(ended, worker))

    wait_until_answered(server)

    assert server.log().count('"worker_ended"') == 3
    assert server.stop() == 0


def wait_until_answered(server: Served) -> None:
    """Wait until the server answers; restarts back off, and machines are slow."""
    deadline = time.monotonic() + 60
    while True:
        try:
            assert httpx.get(f"{server.url}/healthz", timeout=10).status_code == 200
        except httpx.TransportError:
            assert time.monotonic() < deadline, server.log()
            time.sleep(0.2)
        else:
            return


@pytest.mark.short
def test_workers_end_when_their_parent_is_killed(serve):
    server = serve()
    worker = worker_of(server)

    os.kill(server.process.pid, signal.SIGKILL)

    server.process.wait(10)
    wait_for(lambda: ended(worker))
    with socket.create_server(("127.0.0.1", server.port)):
        pass


@pytest.mark.long
def test_sighup_is_ignored_and_sigint_stops_the_server(serve):
    """A terminal sends both signals to all processes; only the second stops the server."""
    server = serve()
    pids = server.pids()
    for pid in pids:
        os.kill(pid, signal.SIGHUP)
    wait_until_answered(server)

    for pid in pids:
        os.kill(pid, signal.SIGINT)

    assert server.process.wait(30) == 0
    assert "Traceback" not in server.log()


@pytest.mark.long
def test_a_request_in_flight_is_answered_during_a_stop(serve):
    """The rest of its body arrives after SIGTERM, when new connections are refused."""
    server = serve()
    body = b'{"email": "a@crew.test", "password": "wrong"}'
    head = b"POST /login/ HTTP/1.1\r\nHost: crew.test\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:10])
        time.sleep(0.5)
        server.process.terminate()
        wait_for(lambda: refuses(server))
        connection.sendall(body[10:])
        (answer,) = read_answers(connection)

    assert answer.status == 403
    assert answer.headers["connection"] == "close"
    assert server.process.wait(30) == 0


def refuses(server: Served) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), 1).close()
    except OSError:
        return True
    return False


@pytest.mark.long
def test_a_hanging_request_delays_a_stop_only_for_a_limited_time(serve):
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST /login/ HTTP/1.1\r\nHost: crew.test\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.5)
        began_at = time.monotonic()

        assert server.stop() == 0

    assert time.monotonic() - began_at < 23


def test_the_parent_imports_nothing_of_the_portal(tmp_path):
    """It uses some 20 MB and contains nothing that could fail."""
    modules = (
        "flask",
        "sqlalchemy",
        "werkzeug.routing",
        "alembic",
        "app.storage.database",
        "app.web",
        "app.routes",
    )
    found = f"[name for name in {modules!r} if name in sys.modules]"
    code = f"import sys, app.cli, app.serving; print({found})"

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert printed.stdout == "[]\n"


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Return a function that starts a server which must fail, and returns its only line."""

    def start(*options: str, **variables: Any) -> str:
        server = Served(tmp_path / "instance", **variables)
        done = subprocess.run(
            [CREWROOM, "serve", *options],
            env=server.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        (line,) = done.stderr.splitlines()
        assert (done.returncode, done.stdout) == (1, "")
        return line

    return start


def test_an_address_it_cannot_listen_on_is_named(refused, tmp_path, subtests):
    file, long = tmp_path / "file", tmp_path / ("x" * 100)
    file.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        wrong = {
            "a port in use": (("--port", taken), f"{taken}: cannot be used (Address already in use); stop"),
            "an unknown host": (("--host", "no-such-host.invalid"), "there is no such host"),
            "an invalid host name": (("--host", "a..b"), "there is no such host"),
            "an empty address": (("--host", "[]"), "there is no such host"),
            "an address of another machine": (("--host", "192.0.2.1"), "cannot be used"),
            "a path that is a file": (("--host", f"unix:{file}"), "is not a socket"),
            "a path without its folder": (("--host", f"unix:{tmp_path}/no/sock"), "No such file"),
            "a path that is too long": (("--host", f"unix:{long}"), "103 bytes"),
            "no path": (("--host", "unix:"), "write unix:/PATH"),
        }
        for name, (options, reason) in wrong.items():
            with subtests.test(name):
                assert reason in refused(*options)
    assert file.read_text() == "kept"


def test_a_wrong_address_in_the_settings_is_named(refused):
    assert refused(CREWROOM_PORT="70000") == "Error: CREWROOM_PORT: must be a whole number from 1 to 65535"
    assert refused(CREWROOM_WORKERS="0") == "Error: CREWROOM_WORKERS: must be a whole number from 1 to 64"
    assert "CREWROOM_HOST" in refused(CREWROOM_HOST="http://crew.test")


def test_a_worker_that_cannot_start_ends_the_parent_with_its_reason(refused):
    line = refused(CREWROOM_DATABASE_URL="postgresql://127.0.0.1:1/crew")

    assert line.startswith("Error: ")
    assert "CREWROOM_DATABASE_URL" in line


@pytest.mark.short
def test_listening_on_names_and_on_ipv4_and_ipv6(serve, tmp_path, subtests):
    """`localhost` means both on most machines; `::` accepts IPv4 too, whose addresses are shown as such."""
    for host, addresses in {"localhost": ("127.0.0.1",), "::": ("127.0.0.1", "[::1]")}.items():
        with subtests.test(host):
            server = Served(tmp_path / "instance", CREWROOM_HOST=host)
            try:
                server.start()
            except AssertionError:
                pytest.skip("this machine has no IPv6") if ":" in host else None
                raise
            found = [httpx.get(f"http://{one}:{server.port}/nope").status_code for one in addresses]
            log = server.log()
            server.stop()

            assert found == [404] * len(addresses)
            assert '"address":"127.0.0.1"' in log
            assert "::ffff:" not in log


@pytest.mark.long
def test_a_unix_socket(tmp_path):
    """It is for its owner and group, is locked while in use, and a stale one is replaced."""
    path = tmp_path / "crewroom.sock"
    server = Served(tmp_path / "instance")
    for _ in range(2):
        process = start_on(server, path)
        other = subprocess.run(
            [CREWROOM, "serve", "--host", f"unix:{path}"],
            env=server.environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        mode = path.stat().st_mode & 0o777
        found = get_over_socket(path, "/healthz")
        process.kill()
        process.wait(10)
        wait_for(partial(socket_refuses, path))  # its worker notices within a moment

        assert (found, oct(mode)) == (200, "0o660")
        assert (other.returncode, "is in use by another server" in other.stderr) == (1, True)
        assert path.exists()
    process = start_on(server, path)
    process.terminate()
    output, _ = process.communicate(timeout=30)
    assert (process.returncode, f"(listening on unix:{path})" in output.decode()) == (0, True)
    assert not path.exists()


def start_on(server: Served, path: Path) -> subprocess.Popen[bytes]:
    command = [str(CREWROOM), "serve", "--host", f"unix:{path}"]
    process = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while True:
        try:
            get_over_socket(path, "/healthz")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return process


def socket_refuses(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as peer:
        return peer.connect_ex(str(path)) != 0


def get_over_socket(path: Path, asked: str) -> int:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://crew.test") as client:
        return client.get(asked, timeout=10).status_code
