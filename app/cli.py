"""The command line, `crewroom`.

Exit codes: 0 for success, 1 for a refusal with one line on standard error, 2 for wrong usage.
"""

import importlib
import signal
import threading

import click

from app.commands import changing, report_refusals

# Imported when they are called, so that the parent process of `serve` stays small.
_MODULES = {
    "audit": "app.commands.audit",
    "backup": "app.commands.backups",
    "check": "app.commands.checks",
    "doctor": "app.commands.doctor",
    "key": "app.commands.keys",
    "mail": "app.commands.mail",
    "restore": "app.commands.backups",
    "secret-key": "app.commands.secret_keys",
    "user": "app.commands.users",
}


class _Commands(click.Group):
    """The commands of this module and those in `_MODULES`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *_MODULES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module if needed."""
        if cmd_name not in _MODULES:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(
            importlib.import_module(_MODULES[cmd_name]), cmd_name.replace("-", "_")
        )
        return found


@click.group(cls=_Commands)
@click.version_option(package_name="crewroom")
def main() -> None:
    """Crewroom: a team-management portal that you host yourself.

    Settings come from the environment and from crewroom.env in the instance folder; see the README.
    """


@main.command()
@click.option("--host", help="Host name, address, or unix:PATH.  [CREWROOM_HOST, or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [CREWROOM_PORT, or 8000]")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Number of server processes.  [CREWROOM_WORKERS, or 1]"
)
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Upgrade the database, serve, and deliver mail."""
    from app import serving

    serving.serve(host, port, workers)


@main.command()
@report_refusals
def worker() -> None:
    """Deliver mail only, without serving."""
    from app import serving

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    serving.deliver_mail(stopped)


@main.command()
@report_refusals
def demo() -> None:
    """Fill an empty database with a small sample team."""
    from app.services.login import passwords
    from app.services.operations import demo as team

    password_hash = passwords.hashed(team.PASSWORD)
    with changing(making=True):
        lines = team.fill(password_hash)
    for line in lines:
        click.echo(line)


@main.command()
@report_refusals
def openapi() -> None:
    """Print the OpenAPI specification; needs no database."""
    from app.commands import specification

    click.echo(specification.written())
