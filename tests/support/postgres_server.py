"""A temporary Postgres server, started from the system's programs by a user without privileges."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.ports import free_port

# The data is temporary, so durability and statistics are not worth their time.
_OPTIONS = (
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=400",
    "shared_buffers=64MB",
)


class PostgresServer:
    """A server with its own folder and port, which can be stopped and started again."""

    def __init__(self) -> None:
        self._programs = find_programs()
        self._identity = identity()
        self.folder = Path(
            tempfile.mkdtemp(prefix="crewroom-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
        )
        if self._identity:
            shutil.chown(self.folder, self._identity["user"])
        self.port = free_port()
        self.url = f"postgresql+psycopg://crew@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[Any] | None = None
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "crew", "-A", "trust", "-E", "UTF8", "-N")

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        settings = [part for option in _OPTIONS for part in ("-c", option)]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *self._place(), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._identity,
            )
        self._wait()

    def stop(self) -> None:
        """Stop the server at once: connections are cut and transactions aborted."""
        if self._process:
            self._process.send_signal(2)  # SIGINT: "fast shutdown"
            self._process.wait(30)
            self._process = None

    def freeze(self) -> None:
        """Suspend all its processes: connections stay open and get no answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume its processes."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        for pid in (self._process.pid, *map(int, children.split())):
            os.kill(pid, number)

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _place(self) -> list[str]:
        return ["-D", str(self.folder / "data"), "-k", str(self.folder), "-p", str(self.port)]

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self.folder / "server.log").read_text()
            try:
                psycopg.connect(self.url.replace("+psycopg", "")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the Postgres server did not start")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=self.folder,
            check=False,
            **self._identity,
        )
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """Return a server for tests that stop it, or that are about Postgres whatever the suite runs on."""
    try:
        server = PostgresServer()
    except AssertionError as reason:
        pytest.skip(str(reason))
    try:
        server.start()
        yield server
    finally:
        server.remove()


def find_programs() -> Path:
    """Return the folder of `postgres` and `initdb`; Debian keeps them out of the PATH."""
    named = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    for folder in [*named, *reversed(debian)]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise AssertionError(
        "no Postgres here (Debian: apt install postgresql); or set CREWROOM_TEST_DATABASE_URL"
    )


def identity() -> dict[str, Any]:
    """Return the user that runs the server: Postgres refuses root, and the tests may run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    return (
        {"user": "postgres", "group": "postgres"}
        if "postgres" in names
        else {"user": "nobody", "group": "nogroup"}
    )
