"""Load on a running portal: several threads that create organizations and record every answer."""

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
    """Write a `crewroom` command that gives up on a locked database after a second; return its path."""
    command = folder / "crewroom"
    command.write_text(_HASTY.format(python=sys.executable))
    command.chmod(0o755)
    return command


class Load:
    """Several threads that make changes until stopped, or until the server is gone."""

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
        """Wait for this many more acknowledged changes."""
        self._wait_for(self.acknowledged, changes)

    def wait_for_refusals(self, changes: int) -> None:
        """Wait for this many more refused changes."""
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
    """Assert that an answer is the 503 that asks the caller to retry."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    body = answer.json()
    assert (body["status"], body["error"]) == ("KO", "Service temporarily unavailable")


def concurrent_sign_ins(
    server: Served, addresses: Sequence[str], number: int, meanwhile: Callable[[], None] = lambda: None
) -> list[int]:
    """Sign in many times at once, cycling through the addresses; return the statuses.

    `meanwhile` runs once the first answer has arrived. Use several addresses: one person's attempts would
    cause a lockout.
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
