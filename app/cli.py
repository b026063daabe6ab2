"""`crewroom`: serve, accounts, keys, the audit log, backups, a demo.

Exit codes: 0, 1 for a refusal with one line on standard error, 2 for wrong usage.
"""

import signal
import threading

import click

from app.commands import changing, refusing
from app.commands.audit import audit
from app.commands.backups import backup, restore
from app.commands.checks import check
from app.commands.keys import key
from app.commands.users import user


@click.group()
@click.version_option(package_name="crewroom")
def main() -> None:
    """Crewroom: who may do what in a team."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@refusing
def serve(host: str, port: int, workers: int) -> None:
    """Bring the database up to date, serve, and deliver mail."""
    from app import serving

    serving.serve(host, port, workers)


@main.command()
@refusing
def worker() -> None:
    """Deliver mail, and do nothing else."""
    from app import serving

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    serving.deliver_mail(stopped)


main.add_command(user)
main.add_command(key)
main.add_command(check)
main.add_command(audit)
main.add_command(backup)
main.add_command(restore)


@main.command()
@refusing
def demo() -> None:
    """Fill an empty database with a small believable team."""
    from app.services import demo as team

    with changing(making=True):
        lines = team.fill()
    for line in lines:
        click.echo(line)


@main.command()
@refusing
def openapi() -> None:
    """Print the specification of the API; needs no database."""
    from app.commands import specification

    click.echo(specification.written())
