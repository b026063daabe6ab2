"""PgBouncer for tests: the system's own program in front of a temporary Postgres."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.support.ports import free_port
from tests.support.postgres_server import identity

_SETTINGS = """
[databases]
* = host=127.0.0.1 port={postgres} user=crew
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 500
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""


class Pooler:
    """A PgBouncer with fewer connections to the server than the portal has to it."""

    def __init__(self, postgres_port: int, mode: str, *, size: int = 4) -> None:
        self.port = free_port()
        self.folder = Path(
            tempfile.mkdtemp(prefix="crewroom-pgbouncer-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
        )
        settings = _SETTINGS.format(
            postgres=postgres_port, port=self.port, mode=mode, size=size, folder=self.folder
        )
        (self.folder / "pgbouncer.ini").write_text(settings)
        if user := identity().get("user"):
            for path in (self.folder, self.folder / "pgbouncer.ini"):
                shutil.chown(path, user)
        self._process: subprocess.Popen[Any] | None = None

    def url(self, database_url: str) -> str:
        """Return the URL of a database through this pooler."""
        there = make_url(database_url).set(port=self.port)
        return there.render_as_string(hide_password=False)

    def start(self) -> None:
        """Start PgBouncer and wait until it accepts connections."""
        self._process = subprocess.Popen(
            [find_pgbouncer() or "pgbouncer", "-q", self.folder / "pgbouncer.ini"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **identity(),
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline, (self.folder / "pgbouncer.log").read_text()
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Kill PgBouncer: every connection through it is cut."""
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def pooled() -> Iterator[Callable[..., Pooler]]:
    """Return a function that starts poolers in front of a server; they are removed at the end of the test."""
    if find_pgbouncer() is None:
        pytest.skip("no PgBouncer here (Debian: apt install pgbouncer)")
    with ExitStack() as stack:

        def start(postgres_port: int, mode: str, **options: int) -> Pooler:
            pooler = Pooler(postgres_port, mode, **options)
            stack.callback(pooler.remove)
            pooler.start()
            return pooler

        yield start


def find_pgbouncer() -> str | None:
    """Return the path of PgBouncer; Debian installs it where only root's PATH looks."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
