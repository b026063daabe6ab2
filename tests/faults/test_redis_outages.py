"""Redis stopped, frozen, restarted or misconfigured: requests continue and are counted in the process."""

import socket
import sys
import threading
import time

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.portal import Portal
from tests.support.ports import free_port
from tests.support.redis_server import RedisServer

PATH = "/organization/"
TOKEN = "a-token-of-the-operator-0123456789"
LOST, FOUND = "rate_limits_not_shared", "rate_limits_shared_again"


@pytest.fixture
def log_lines():
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def counting_portal(settings_for):
    """Return a function that creates a portal which counts in a Redis."""
    portals: list[Portal] = []

    def make(url: str, limit: int = 1000) -> Portal:
        variables = {"CREWROOM_RATE_LIMIT": str(limit), "CREWROOM_RATE_LIMIT_STORAGE": url}
        portals.append(Portal(settings_for(**variables, CREWROOM_METRICS_TOKEN=TOKEN)))
        return portals[-1]

    yield make
    for portal in portals:
        portal.close()


def events(lines, *names):
    return [line["event"] for line in lines if line["event"] in names]


def metric(portal):
    answer = portal.api(f"Bearer {TOKEN}").client.get(
        "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    (line,) = [
        found for found in answer.text.splitlines() if found.startswith("crewroom_rate_limits_shared ")
    ]
    return float(line.split()[1])


def ask(api, number):
    """Send this many requests; return the statuses, and the time of the slowest."""
    statuses, slowest = [], 0.0
    for _ in range(number):
        began = time.perf_counter()
        statuses.append(api.get(PATH).status_code)
        slowest = max(slowest, time.perf_counter() - began)
    return statuses, slowest


def eventually(claim, seconds=15):
    for _ in range(seconds * 10):
        if claim():
            return True
        time.sleep(0.1)
    return False


def test_several_processes_count_together(counting_portal, redis_server):
    first, second = counting_portal(redis_server.url, 4), counting_portal(redis_server.url, 4)
    key = first.key(first.person("Alice"))

    answers = [portal.api(key).get(PATH) for portal in (first, second) * 3]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["3", "2", "1", "0", "0", "0"]
    assert all(0 < int(answer.headers["RateLimit-Reset"]) <= 60 for answer in answers)
    assert metric(first) == 1


@pytest.mark.short
def test_requests_continue_when_redis_stops(counting_portal, redis_server, log_lines):
    portal = counting_portal(redis_server.url, 20)
    alice = portal.person("Alice")
    api = portal.api(portal.key(alice))
    assert ask(api, 3)[0] == [200] * 3
    log_lines.clear()

    redis_server.stop()
    created = api.put(PATH, name="Northwind")
    statuses, slowest = ask(api, 25)

    assert created.status_code == 200
    assert len(portal.audit("organization.created")) == 1
    assert statuses == [200] * 19 + [429] * 6
    assert slowest < 1
    assert events(log_lines, LOST, FOUND) == [LOST]
    assert portal.app.test_client().get("/healthz").status_code == 200
    assert metric(portal) == 0


@pytest.mark.short
@pytest.mark.parametrize(
    "storage", ["redis://127.0.0.1:{port}/0", "unix:///nowhere/redis.sock", "rediss://127.0.0.1:{port}"]
)
def test_a_wrong_address_is_logged_at_the_start_and_requests_continue(counting_portal, log_lines, storage):
    url = storage.format(port=free_port())
    portal = counting_portal(url, 2)
    api = portal.api(portal.key(portal.person("Alice")))

    statuses, slowest = ask(api, 3)

    assert statuses == [200, 200, 429]
    assert slowest < 1
    assert events(log_lines, LOST, FOUND) == [LOST]
    (line,) = [line for line in log_lines if line["event"] == LOST]
    assert line["storage"] == url.partition("//")[2]


@pytest.mark.short
def test_a_missing_package_is_named_and_requests_continue(
    counting_portal, redis_server, log_lines, monkeypatch
):
    """`pip install crewroom` without `[redis]`."""
    monkeypatch.setitem(sys.modules, "redis", None)
    portal = counting_portal(redis_server.url, 2)

    assert ask(portal.api(portal.key(portal.person("Alice"))), 3)[0] == [200, 200, 429]
    (line,) = [line for line in log_lines if line["event"] == LOST]
    assert line["reason"] == "package missing: install crewroom[redis]"


@pytest.mark.short
def test_a_committed_change_is_not_answered_as_failed(counting_portal, redis_server):
    """Redis stops between the count before the change and the headers after it."""
    portal = counting_portal(redis_server.url)
    api = portal.api(portal.key(portal.person("Alice")))
    portal.app.before_request(lambda: None)
    stopped = threading.Event()

    def stop_once(response):
        if not stopped.is_set():
            stopped.set()
            redis_server.stop()
        return response

    portal.app.after_request_funcs[None].append(stop_once)
    answer = api.put(PATH, name="Northwind")

    assert (answer.status_code, stopped.is_set()) == (200, True)
    assert answer.headers["RateLimit-Remaining"] == "999"
    assert len(portal.audit("organization.created")) == 1


class OtherProgram:
    """Another program at the address: a web server, or one that speaks no known protocol."""

    def __init__(self, answer: bytes) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self.listener.accept()
                with taken:
                    taken.recv(1000)
                    taken.sendall(self.answer)
            except OSError:
                return


# A web server; a Redis that wants a password, is loading, or is a replica; bytes of no protocol.
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"-LOADING Redis is loading the dataset in memory\r\n",
        b"-READONLY You can't write against a read only replica.\r\n",
        b"\xff\x00\xfe",
        b"",
    ],
)
def test_another_program_at_the_address_causes_no_failures(counting_portal, log_lines, answer):
    other = OtherProgram(answer)
    portal = counting_portal(f"redis://:secret-password@127.0.0.1:{other.listener.getsockname()[1]}/0", 2)

    statuses, _ = ask(portal.api(portal.key(portal.person("Alice"))), 3)
    other.listener.close()

    assert statuses == [200, 200, 429]
    assert events(log_lines, LOST, FOUND) == [LOST]
    assert "secret-password" not in str(log_lines)


@pytest.mark.long
def test_a_frozen_redis_delays_at_most_one_request(counting_portal, redis_server, log_lines):
    portal = counting_portal(redis_server.url)
    api = portal.api(portal.key(portal.person("Alice")))
    ask(api, 2)

    redis_server.freeze()
    _, first = ask(api, 1)
    statuses, slowest = ask(api, 300)
    redis_server.thaw()

    assert set(statuses) == {200}
    assert first < 1.5
    assert slowest < 0.25
    assert eventually(lambda: metric(portal) == 1)
    assert events(log_lines, LOST, FOUND) == [LOST, FOUND]


@pytest.mark.long
def test_a_redis_that_returns_is_used_again(counting_portal, redis_server: RedisServer, log_lines):
    first, second = counting_portal(redis_server.url, 100), counting_portal(redis_server.url, 100)
    key = first.key(first.person("Alice"))
    for portal in (first, second):
        ask(portal.api(key), 2)

    redis_server.stop()
    away = [ask(portal.api(key), 3)[0] for portal in (first, second)]
    redis_server.start()

    assert away == [[200] * 3] * 2
    assert eventually(lambda: metric(first) == metric(second) == 1)
    left = [int(portal.api(key).get(PATH).headers["RateLimit-Remaining"]) for portal in (first, second) * 2]
    assert left == [99, 98, 97, 96]
    assert events(log_lines, LOST, FOUND) == [LOST, LOST, FOUND, FOUND]
