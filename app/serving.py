"""`crewroom serve`: migrate, serve, deliver mail, stop cleanly."""

import os
import resource
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app import config as settings
from app.config import Config, WrongSetting
from app.database import Database
from app.services import bundle_files, jobs
from app.services.workers import WORKERS

# Most of them wait for slow senders and readers; `web/turns.py` says how many work. They begin when wanted.
THREADS = 1536
CONNECTIONS = 4096
STOP_SECONDS = 20


def serve(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the workers answer requests and deliver mail."""
    from app.services import installations
    from app.web import request_log

    request_log.configure()
    address = f"http://{_shown(host)}:{port}"
    os.environ.setdefault(settings.SERVED_AT, address)
    with installations.started(settings.load()) as config:
        _check_free(host, port)
        database = Database(config)
        bundle_files.sweep(database)
        database.close()  # before the workers begin: a forked connection would keep its locks
        _allow_open_files()
        with _counting_together(config, workers):
            _run_server(config, host, port, workers)


@contextmanager
def _counting_together(config: Config, workers: int) -> Iterator[None]:
    """Give several processes a folder to count in; one counts for itself."""
    if workers == 1 or not config.metrics_token:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="crewroom-metrics-") as folder:
        os.environ.setdefault(settings.METRICS_FOLDER, folder)
        yield


def deliver_mail(stopped: threading.Event) -> None:
    """Do jobs and nothing else, for installations whose web processes run elsewhere."""
    from app.services import installations

    with installations.opened(settings.load()) as database:
        jobs.run_until(stopped, database, WORKERS)


def _run_server(config: Config, host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "app.wsgi:create",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.on_startup(lambda: click.echo(f"Crewroom is at {config.base_url}"))
    server.serve()


def _allow_open_files() -> None:
    """Ask for as many open files as there may be connections, each of which may read a bundle."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if most == resource.RLIM_INFINITY else min(2 * CONNECTIONS, most)
    if allowed not in {resource.RLIM_INFINITY, most} and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise WrongSetting(f"--host {host} --port {port}", f"cannot be used ({error})") from error


def _shown(host: str) -> str:
    """Return the host as a browser on this machine reaches it."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
