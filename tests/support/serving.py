"""The real thing for tests: `crewroom serve` in a process of its own, and the command line beside it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.base import config as settings
from app.models import User
from tests.support.databases import databases
from tests.support.portal import Person, Portal, read_mails, text_of
from tests.support.ports import free_port
from tests.support.shared_installation import UNLIMITED_MAIL

CREWROOM = Path(sys.executable).with_name("crewroom")
PASSWORD = "correct horse battery"


class Served:
    """A running portal: its address, its folder, and the command line on the same database."""

    def __init__(self, instance: Path, *, command: Path = CREWROOM, **variables: str) -> None:
        self.instance = instance
        self.command = command
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CREWROOM_")}
        self.environment = {
            **inherited,
            "CREWROOM_INSTANCE": str(instance),
            "CREWROOM_RATE_LIMIT": "0",
            "CREWROOM_MAX_ORGANIZATIONS_PER_USER": "0",  # loads create hundreds
            **UNLIMITED_MAIL,
            **databases().connect(instance),
            **variables,
        }
        self.process: subprocess.Popen[str] | None = None

    @cached_property
    def portal(self) -> Portal:
        """The same installation in this process: sets scenes in milliseconds, and reads what happened."""
        own = {name: value for name, value in self.environment.items() if name.startswith("CREWROOM_")}
        return Portal(settings.load({"CREWROOM_BASE_URL": self.url, **own}))

    def start(self, *options: str, folder: Path | None = None) -> None:
        """Start the server, from another working folder if one is given, and wait until it answers."""
        self.instance.mkdir(parents=True, exist_ok=True)
        with (self.instance / "serve.log").open("a") as log:
            self.process = subprocess.Popen(
                [self.command, "serve", "--port", str(self.port), *options],
                cwd=folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )
        self._wait()

    def stop(self) -> int:
        """Ask the server to stop, and return its exit code."""
        assert self.process is not None
        if "portal" in vars(self):
            self.portal.close()
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """End all its processes at once, as the kernel does that is out of memory."""
        assert self.process is not None
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(30)

    def pids(self) -> list[int]:
        """The server's process and its workers; Linux tells."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(pid) for found in children for pid in found.read_text().split())]

    def peak_memory(self) -> int:
        """The most that its processes held together, in MiB."""
        return self.memory("VmHWM")

    def memory(self, name: str = "VmRSS") -> int:
        """What its processes hold together, in MiB."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in self.pids()]
        return sum(int(status.partition(f"{name}:")[2].split()[0]) for status in statuses) // 1024

    def run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command; `given` is its standard input."""
        return subprocess.run(
            [self.command, *arguments],
            env=self.environment,
            input=given or "",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def person(self, address: str, name: str = "") -> str:
        """Create an account with `PASSWORD`; return a key of its own."""
        return self.portal.key(self.portal.person(name, address))

    def key(self, address: str) -> str:
        """Create a key of somebody; return its secret."""
        with self.portal.writing() as db:
            user = db.scalars(select(User).where(User.email == address)).one()
        return self.portal.key(Person(user.id, user.email, user.name))

    def client(self, key: str | None = None, **headers: str) -> httpx.Client:
        """A client over a real connection."""
        authorization = {"authorization": key} if key else {}
        return httpx.Client(base_url=self.url, headers={**authorization, **headers}, timeout=30)

    def visitor(self) -> httpx.Client:
        """A program with cookies and a CSRF token, as pages send it; not used yet, so `with` takes it."""
        with self.client() as client:
            return self._unused(with_token(client))

    def log_in(self, address: str) -> httpx.Client:
        """Open a session of somebody with `PASSWORD`; the client is not used yet."""
        with self.visitor() as client:
            entered = client.post("/login/", json={"email": address, "password": PASSWORD})
            assert entered.status_code == 200, entered.text
            return self._unused(with_token(client))

    def _unused(self, client: httpx.Client) -> httpx.Client:
        """Another client that goes on where one is."""
        other = self.client(**{"X-CSRFToken": client.headers["X-CSRFToken"]})
        other.cookies = client.cookies
        return other

    def mailed_link(self, to: str, path: str) -> str:
        """Wait until the server has mailed somebody a link to a path; return it without the host."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            mails = [mail for mail in read_mails(self.instance / "mail") if mail["To"] == to]
            found = re.findall(re.escape(self.url) + rf"({path}\S*)", "\n".join(map(text_of, mails)))
            if found:
                return str(found[-1])
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to} with a link to {path}")

    def log(self) -> str:
        return (self.instance / "serve.log").read_text()

    def _wait(self) -> None:
        assert self.process is not None
        with self.client() as client:
            deadline = time.monotonic() + 100  # machines that test several things at once are slow
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log()
                try:
                    if client.get("/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log()}")


def with_token(client: httpx.Client) -> httpx.Client:
    """Let a client send the CSRF token of its session with whatever it asks from now on."""
    client.headers["X-CSRFToken"] = str(client.get("/login/").json()["data"]["csrf_token"])
    return client


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of a worker that need a real one; each brings people of its own."""
    server = Served(tmp_path_factory.mktemp("served"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start servers on an instance of the test's own; those that still run at its end are killed."""
    started: list[Served] = []

    def start(**options: Any) -> Served:
        started.append(Served(tmp_path / "instance", **options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        if server.process is not None and server.process.poll() is None:
            server.kill()
