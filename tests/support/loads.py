"""A load on a running portal: people who create organizations as fast as they are answered, and remember."""

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence, Sized
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

import httpx

from tests.support.serving import PASSWORD, Served
from tests.support.slow_clients import wait_for

# The command, with as little patience as a test has.
_HASTY = """#!{python}
from app import cli
from app.storage import engines
engines.BUSY_SECONDS = 1
cli.main()
"""


def impatient_command(folder: Path) -> Path:
    """Write a `crewroom` that gives up a held database after a second; return it."""
    command = folder / "crewroom"
    command.write_text(_HASTY.format(python=sys.executable))
    command.chmod(0o755)
    return command


class Load:
    """Changes by several threads, until told to stop or until nobody answers."""

    def __init__(self, server: Served, key: str, threads: int = 4, *, persistent: bool = False) -> None:
        self.acknowledged: dict[str, str] = {}
        self.refused: list[httpx.Response] = []
        self._server, self._key, self._persistent = server, key, persistent
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._change, args=(number,)) for number in range(threads)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, changes: int) -> None:
        """Wait until so many changes more were acknowledged."""
        self._wait_for(self.acknowledged, changes)

    def wait_for_refusals(self, changes: int) -> None:
        """Wait until so many changes more were refused."""
        self._wait_for(self.refused, changes)

    def _wait_for(self, answers: Sized, more: int) -> None:
        wanted, deadline = len(answers) + more, time.monotonic() + 30
        while len(answers) < wanted:
            assert time.monotonic() < deadline, [answer.text for answer in self.refused[-3:]]
            time.sleep(0.005)

    def _change(self, number: int) -> None:
        with self._server.client(self._key) as client:
            made = 0
            while not self._stopped.is_set():
                made += 1
                name = f"Crew {number} {made} {id(self)}"
                try:
                    answer = client.put("/organization/", json={"name": name})
                except httpx.TransportError:
                    if not self._persistent:
                        return
                    continue
                self._note(name, answer)

    def _note(self, name: str, answer: httpx.Response) -> None:
        if answer.status_code == 200:
            self.acknowledged[answer.json()["id"]] = name
        else:
            self.refused.append(answer)
            self._stopped.wait(0.02)


def check_refusal(answer: httpx.Response) -> None:
    """Check that an answer says what to do until the portal can work again."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    body = answer.json()
    assert (body["status"], body["error"]) == ("KO", "Service temporarily unavailable")


def concurrent_sign_ins(
    server: Served, addresses: Sequence[str], number: int, meanwhile: Callable[[], None] = lambda: None
) -> list[int]:
    """Log in so many times at once, each time as the next of some people; return the statuses.

    `meanwhile` runs when the first was answered. One person's log-ins would meet the lock-out.
    """
    with server.client() as client:
        token = client.get("/login/").json()["data"]["csrf_token"]
        headers = {
            "X-CSRFToken": token,
            "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        }
    statuses: list[int] = []

    def log_in(address: str) -> None:
        body = json.dumps({"email": address, "password": PASSWORD})
        connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
        connection.request("POST", "/login/", body, {**headers, "Content-Type": "application/json"})
        statuses.append(connection.getresponse().status)
        connection.close()

    threads = [
        threading.Thread(target=log_in, args=(addresses[turn % len(addresses)],)) for turn in range(number)
    ]
    for thread in threads:
        thread.start()
    wait_for(lambda: statuses)
    meanwhile()
    for thread in threads:
        thread.join()
    return statuses
