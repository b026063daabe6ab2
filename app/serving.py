"""`crewroom serve`: bind, bring the database up to date, serve in processes of their own, stop cleanly.

The process that is started watches the others and imports nothing of the portal but its settings.
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
    """Serve until told to stop; what is not given is in the settings."""
    try:
        config = settings.load()
        host, port = host or config.host, port or config.port
        sockets = listener.bound(host, port)
        address = _address(host, port)
        os.environ.setdefault(settings.SERVED_AT, address)
        _warn_of_links(host, address, settings.load())
        _warn_of_names(config)
        with listener.removed(sockets), closing(Supervisor()) as supervisor:
            _supervise(supervisor, sockets, workers or config.workers, _behind(host))
    except (WrongSetting, CannotStart) as error:
        raise click.ClickException(str(error)) from error


def deliver_mail(stopped: threading.Event) -> None:
    """Do jobs and nothing else, for installations whose web processes run elsewhere."""
    from app.services.installation import installations
    from app.services.job_handlers import WORKERS
    from app.services.jobs import jobs

    with installations.opened(settings.load()) as database:
        jobs.run_until(stopped, database, WORKERS)


def _supervise(supervisor: Supervisor, sockets: list[socket.socket], workers: int, behind: str) -> None:
    config = settings.load()
    with _counting_together(config, workers):
        supervisor.run(
            partial(_serve, sockets),
            workers,
            first=partial(_prepare_and_serve, sockets),
            began=lambda: click.echo(f"Crewroom is at {config.base_url}{behind}"),
            stopping=partial(listener.close, sockets),  # while this process has them, connections would queue
        )


def _prepare_and_serve(sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Bring the folder, the database and the bundles up to date before anybody uses them."""
    from app.commands import opened, refusing
    from app.services.apps import bundle_files
    from app.services.login import passkey_hosts
    from app.web.observe import request_log

    @refusing
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
    """Serve in this process, a child of the one that watches."""
    from app import wsgi
    from app.commands import refusing

    refusing(wsgi.serve)(sockets, ready)


@contextmanager
def _counting_together(config: Config, workers: int) -> Iterator[None]:
    """Give several processes a folder to count in; one counts for itself."""
    if workers == 1 or not config.metrics_token:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="crewroom-metrics-") as folder:
        os.environ.setdefault(settings.METRICS_FOLDER, folder)
        yield


def _warn_of_links(host: str, address: str, config: Config) -> None:
    """Say that mailed links lead to this machine, if the portal listens to others and has no base URL."""
    if not host.startswith("unix:") and host not in _EVERY_ADDRESS:
        return
    if config.base_url == address:
        consequence = f"links in mail lead to {config.base_url}. Set it to the address that people use."
        click.echo(f"Warning: CREWROOM_BASE_URL is not set, so {consequence}", err=True)


def _warn_of_names(config: Config) -> None:
    """Name the variables that look like settings and are ignored, so that a mistake can be noticed."""
    if config.ignored:
        names = ", ".join(config.ignored)
        click.echo(f"Warning: {names}: not a setting, ignored as a container link", err=True)


def _behind(host: str) -> str:
    """Return where a proxy finds the portal, if the base URL does not say it."""
    return f" (listening on {host})" if host.startswith("unix:") else ""


def _address(host: str, port: int) -> str:
    """Return the address as a browser on this machine writes it."""
    if host.startswith("unix:"):
        return settings.DEFAULT_BASE_URL
    name = "127.0.0.1" if host in _EVERY_ADDRESS else host.strip("[]")
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
