"""`crewroom serve` in a separate process, and the command line on the same instance."""

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
            "CREWROOM_MAX_ORGANIZATIONS_PER_USER": "0",  # load tests create hundreds
            **UNLIMITED_MAIL,
            **databases().connect(instance),
            **variables,
        }
        self.process: subprocess.Popen[str] | None = None

    @cached_property
    def portal(self) -> Portal:
        """Return the same installation in this process, to set up people and read results quickly."""
        own = {name: value for name, value in self.environment.items() if name.startswith("CREWROOM_")}
        return Portal(settings.load({"CREWROOM_BASE_URL": self.url, **own}))

    def start(self, *options: str, folder: Path | None = None) -> None:
        """Start the server, optionally in another working folder, and wait until it answers."""
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
        """Ask the server to stop; return its exit code."""
        assert self.process is not None
        if "portal" in vars(self):
            self.portal.close()
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill all its processes at once, as the kernel does when it runs out of memory."""
        assert self.process is not None
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(30)

    def pids(self) -> list[int]:
        """Return the process ids of the server and its workers, from Linux's `/proc`."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [self.process.pid, *(int(pid) for found in children for pid in found.read_text().split())]

    def peak_memory(self) -> int:
        """Return the peak memory of all its processes together, in MiB."""
        return self.memory("VmHWM")

    def memory(self, name: str = "VmRSS") -> int:
        """Return the memory of all its processes together, in MiB."""
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
        """Create an account with `PASSWORD`; return the secret of a key."""
        return self.portal.key(self.portal.person(name, address))

    def key(self, address: str) -> str:
        """Create a key for an account; return its secret."""
        with self.portal.writing() as db:
            user = db.scalars(select(User).where(User.email == address)).one()
        return self.portal.key(Person(user.id, user.email, user.name))

    def client(self, key: str | None = None, **headers: str) -> httpx.Client:
        """Return a client over real connections."""
        authorization = {"authorization": key} if key else {}
        return httpx.Client(base_url=self.url, headers={**authorization, **headers}, timeout=30)

    def visitor(self) -> httpx.Client:
        """Return an unused client with cookies and the CSRF token that pages send, ready for `with`."""
        with self.client() as client:
            return self._copy_of(with_token(client))

    def log_in(self, address: str) -> httpx.Client:
        """Sign in with `PASSWORD`; return an unused client with the session."""
        with self.visitor() as client:
            entered = client.post("/login/", json={"email": address, "password": PASSWORD})
            assert entered.status_code == 200, entered.text
            return self._copy_of(with_token(client))

    def _copy_of(self, client: httpx.Client) -> httpx.Client:
        """Return a new client with the cookies and token of another."""
        other = self.client(**{"X-CSRFToken": client.headers["X-CSRFToken"]})
        other.cookies = client.cookies
        return other

    def mailed_link(self, to: str, path: str) -> str:
        """Wait for a mail with a link to a path; return the link without its host."""
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
            deadline = time.monotonic() + 100  # slow machines run several tests at once
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log()
                try:
                    if client.get("/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log()}")


def with_token(client: httpx.Client) -> httpx.Client:
    """Make a client send the CSRF token of its session from now on."""
    client.headers["X-CSRFToken"] = str(client.get("/login/").json()["data"]["csrf_token"])
    return client


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run one server for all tests of a worker; each test creates its own people."""
    server = Served(tmp_path_factory.mktemp("served"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Return a function that starts servers on the test's own instance; the rest are killed at the end."""
    started: list[Served] = []

    def start(**options: Any) -> Served:
        started.append(Served(tmp_path / "instance", **options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        if server.process is not None and server.process.poll() is None:
            server.kill()
