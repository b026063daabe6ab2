"""Two hosts of one portal, with separate instance folders and a shared secret key and database.

There is no load balancer: the traffic alternates between the hosts, request by request.
"""

import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.ports import free_port
from tests.support.serving import CREWROOM, PASSWORD, Served

_FAKETIME = """#!/bin/sh
exec {faketime} -f '{shift}s' {crewroom} "$@"
"""


class Hosts:
    """Two served portals; the second one's clock may be ahead."""

    def __init__(self, folder: Path, database_url: str, *, ahead: int = 0, **variables: str) -> None:
        base_url = f"http://127.0.0.1:{free_port()}"
        settings: dict[str, Any] = {
            "CREWROOM_DATABASE_URL": database_url,
            "CREWROOM_BASE_URL": base_url,
            **variables,
        }
        self.first = Served(folder / "first", **settings)
        self.second = Served(folder / "second", command=_shifted(folder, ahead), **settings)
        self.both = (self.first, self.second)

    def __enter__(self) -> Self:
        self.first.start()
        self.second.instance.mkdir(parents=True)
        shutil.copy(self.first.instance / "secret_key", self.second.instance / "secret_key")
        self.second.start()
        return self

    def __exit__(self, *_: object) -> None:
        for host in self.both:
            if host.process is not None and host.process.poll() is None:
                host.kill()

    def failures(self) -> int:
        """Return how many requests failed with an exception, according to the logs."""
        return sum(host.log().count('"failed"') for host in self.both)


def _shifted(folder: Path, ahead: int) -> Path:
    """Return a `crewroom` command whose clock is shifted."""
    if not ahead:
        return CREWROOM
    command = folder / "crewroom"
    script = _FAKETIME.format(faketime=shutil.which("faketime"), shift=f"{ahead:+d}", crewroom=CREWROOM)
    command.write_text(script)
    command.chmod(0o755)
    return command


@dataclass
class Tally:
    """The results of requests; `wrong` has a line for each answer that must not occur."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    slowest: float = 0.0

    def line(self, name: str) -> str:
        """Return a row of the table."""
        failed = {status: count for status, count in sorted(self.answers.items()) if status >= 500}
        counted = (sum(self.answers.values()), len(self.acknowledged), len(self.lost), len(self.wrong))
        numbers = "".join(f"{number:>14}" for number in counted)
        return f"{name:<34}{numbers}   {failed or 'none'}   {self.slowest:.1f} s"


HEADING = f"{'':<34}{'requests':>14}{'acknowledged':>14}{'lost':>14}{'wrong':>14}   5xx   slowest"


class Traffic:
    """People who create organizations, read them and sign in, alternating between the hosts."""

    def __init__(self, hosts: Hosts, people: int = 6) -> None:
        self.tally = Tally()
        self._hosts = hosts
        self._stopped = threading.Event()
        addresses = [f"person{number}@crew.test" for number in range(people)]
        self._keys = {address: hosts.first.person(address) for address in addresses}
        self._threads = [threading.Thread(target=self._work, args=pair) for pair in self._keys.items()]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self._find_lost()

    def run_for(self, seconds: float) -> None:
        """Let the traffic continue."""
        self._stopped.wait(seconds)

    def wait_for(self, changes: int) -> None:
        """Wait for this many more acknowledged changes."""
        wanted, deadline = len(self.tally.acknowledged) + changes, time.monotonic() + 60
        while len(self.tally.acknowledged) < wanted:
            assert time.monotonic() < deadline, self.tally.answers
            time.sleep(0.02)

    def _work(self, address: str, key: str) -> None:
        number = 0
        with httpx.Client(timeout=60) as program, httpx.Client(timeout=60) as browser:
            program.headers["Authorization"] = key
            mine: dict[str, str] = {}
            while not self._stopped.is_set():
                number += 1
                here, there = self._hosts.both[number % 2].url, self._hosts.both[1 - number % 2].url
                self._create_organization(program, here, there, f"{address} {number}", mine)
                if number % 10 == 1:
                    self._sign_in(browser, here, there, address)

    def _create_organization(
        self, program: httpx.Client, here: str, there: str, name: str, mine: dict[str, str]
    ) -> None:
        """Create an organization on one host, and read it on the other."""
        made = self._ask(program, "PUT", f"{here}/organization/", json={"name": name})
        if made is not None and made.status_code == 200:
            mine[made.json()["id"]] = name
            self.tally.acknowledged[made.json()["id"]] = name
        seen = self._ask(program, "GET", f"{there}/organization/")
        if seen is not None and seen.status_code == 200:
            found = {org["id"]: org["name"] for org in seen.json()["data"]}
            self._expect(mine.items() <= found.items(), f"{there} does not show what {here} acknowledged")

    def _sign_in(self, browser: httpx.Client, here: str, there: str, address: str) -> None:
        """Sign in on one host, and use the session on the other immediately."""
        browser.cookies.clear()
        form = self._ask(browser, "GET", f"{here}/login/", headers={"Accept": "application/json"})
        if form is None or form.status_code != 200:
            return
        token = {"X-CSRFToken": form.json()["data"]["csrf_token"]}
        body = {"email": address, "password": PASSWORD}
        entered = self._ask(browser, "POST", f"{there}/login/", json=body, headers=token)
        if entered is not None and entered.status_code == 200:
            used = self._ask(browser, "GET", f"{here}/organization/")
            self._expect(
                used is None or used.status_code != 401, "a new session is refused by the other host"
            )

    def _ask(self, client: httpx.Client, method: str, url: str, **options: object) -> httpx.Response | None:
        started = time.monotonic()
        try:
            answer = client.request(method, url, **options)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self.tally.wrong.append(f"{method} {url}: {error!r}")
            return None
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - started)
        self.tally.answers[answer.status_code] += 1
        refused = answer.status_code == 503 and int(answer.headers.get("Retry-After", 0)) > 0
        self._expect(refused or answer.status_code == 200, f"{method} {url}: {answer.status_code}")
        if refused:
            self._stopped.wait(0.1)
        return answer

    def _expect(self, right: object, reason: str) -> None:
        if not right:
            self.tally.wrong.append(reason)

    def _find_lost(self) -> None:
        found: set[str] = set()
        for key in self._keys.values():
            with self._hosts.second.client(key) as client:
                found |= {org["id"] for org in client.get("/organization/").json()["data"]}
        self.tally.lost = self.tally.acknowledged.keys() - found
