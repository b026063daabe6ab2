"""`crewroom serve`: bind, migrate the database, serve in child processes, stop cleanly.

The parent process watches its children, and imports nothing of the portal but its settings.
"""

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import click

from app.base import config as settings
from app.base.config import Config, WrongSetting
from app.server import listener
from app.server.supervisor import CannotStart, Supervisor

_EVERY_ADDRESS = {"0.0.0.0", "::", "[::]"}  # noqa: S104 - compared


def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve until SIGTERM or SIGINT; arguments that are None come from the settings."""
    try:
        config = settings.load()
        host, port = host or config.host, port or config.port
        sockets = listener.bind(host, port)
        address = _address(host, port)
        os.environ.setdefault(settings.SERVED_AT, address)
        config = settings.load()  # again, since this address may be the base URL
        _warn_of_links(host, address, config)
        _warn_of_names(config)
        with listener.closing(sockets), closing(Supervisor()) as supervisor:
            _supervise(supervisor, sockets, config, workers or config.workers, _socket_note(host))
    except (WrongSetting, CannotStart) as error:
        raise click.ClickException(str(error)) from error


def deliver_mail(stopped: threading.Event) -> None:
    """Run jobs until `stopped` is set, for installations whose web processes run elsewhere."""
    from app.services.installation import installations
    from app.services.job_handlers import HANDLERS
    from app.services.jobs import jobs

    with installations.opened(settings.load()) as database:
        jobs.run_until(stopped, database, HANDLERS)


def _supervise(
    supervisor: Supervisor, sockets: list[socket.socket], config: Config, workers: int, note: str
) -> None:
    with _shared_metrics(config, workers):
        supervisor.run(
            partial(_serve, sockets),
            workers,
            first=partial(_prepare_and_serve, sockets),
            began=lambda: click.echo(f"Crewroom is at {config.base_url}{note}"),
            stopping=partial(listener.close, sockets),  # connections would queue on them
        )


def _prepare_and_serve(sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Bring the folder, the database and the bundles up to date, then serve."""
    from app.commands import opened, report_refusals
    from app.services.apps import bundle_files
    from app.services.login import passkey_hosts
    from app.web.observe import request_log

    @report_refusals
    def prepare() -> None:
        request_log.configure()
        with opened(making=True) as database:
            bundle_files.sweep(database)
            line = passkey_hosts.notice(database)
            if line:
                click.echo(line)

    prepare()
    _serve(sockets, ready)


def _serve(sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Serve in this process, a child of the parent."""
    from app import wsgi
    from app.commands import report_refusals

    report_refusals(wsgi.serve)(sockets, ready)


@contextmanager
def _shared_metrics(config: Config, workers: int) -> Iterator[None]:
    """Give several processes a folder in which to add up their metrics."""
    if workers == 1 or not config.metrics_token:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="crewroom-metrics-") as folder:
        os.environ.setdefault(settings.METRICS_FOLDER, folder)
        yield


def _warn_of_links(host: str, address: str, config: Config) -> None:
    """Warn if the portal listens to other machines, but mailed links lead to this one."""
    if not host.startswith("unix:") and host not in _EVERY_ADDRESS:
        return
    if config.base_url == address:
        consequence = f"links in mail lead to {config.base_url}. Set it to the address that people use."
        click.echo(f"Warning: CREWROOM_BASE_URL is not set, so {consequence}", err=True)


def _warn_of_names(config: Config) -> None:
    """Warn about ignored variables that look like settings, as they may be typos."""
    if config.ignored:
        names = ", ".join(config.ignored)
        click.echo(f"Warning: {names}: not a setting, ignored as a container link", err=True)


def _socket_note(host: str) -> str:
    """Return the unix socket for the start message, or an empty text if there is none."""
    return f" (listening on {host})" if host.startswith("unix:") else ""


def _address(host: str, port: int) -> str:
    """Return the URL for a browser on this machine."""
    if host.startswith("unix:"):
        return settings.DEFAULT_BASE_URL
    name = "127.0.0.1" if host in _EVERY_ADDRESS else host.strip("[]")
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
