"""`crewroom`: serve, accounts, keys, a demo.

Exit codes: 0, 1 for a refusal with one line on standard error, 2 for wrong usage.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from app import addresses, config, texts
from app.config import WrongSetting
from app.database import Database
from app.errors import DomainError, NotFound
from app.models import User
from app.permissions import Role

P = ParamSpec("P")
R = TypeVar("R")


def refusing(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal into one line on standard error and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **options: P.kwargs) -> R:
        from app.migrations import NewerSchema

        try:
            return command(*args, **options)
        except (WrongSetting, NewerSchema) as error:
            raise click.ClickException(str(error)) from error
        except DomainError as error:
            raise click.ClickException(f"{error.error}. {error.message or ''}".strip()) from error

    return run


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


@main.group()
def user() -> None:
    """Manage accounts."""


@user.command("create")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--name", default="")
@refusing
def user_create(email: str, name: str, *, password_stdin: bool) -> None:
    """Create an account; its address counts as confirmed."""
    from app.services import accounts, passwords

    address = addresses.parse(email)
    label = texts.name(name, field="name", missing="name must be text people can read") if name else ""
    password = _password(asked=password_stdin)
    password_hash = passwords.hashed(passwords.check(password, email, label)) if password else None
    with changing():
        created = accounts.create(address, name=label, password_hash=password_hash)
    click.echo(f"{created.id} {created.email}")


@user.command("list")
@refusing
def user_list() -> None:
    """List all accounts: identifier, address, state, name."""
    from app.services import accounts

    with changing():
        for found in accounts.everyone():
            click.echo(f"{found.id}\t{found.email}\t{_state(found)}\t{found.name}")


@user.command("disable")
@click.argument("email")
@refusing
def user_disable(email: str) -> None:
    """Shut an account; its sessions and keys end at once."""
    from app.services import accounts

    with changing():
        disabled = accounts.disable(addresses.parse(email))
    click.echo(f"{disabled.email} is disabled")


@main.group()
def key() -> None:
    """Manage API keys."""


@key.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.SUPER_ADMIN.value)
@click.option("--org", "organization_id", help="Limit the key to one organization.")
@click.option("--expires-in-days", type=click.IntRange(1, 3650))
@refusing
def key_create(
    email: str, name: str, role: str, organization_id: str | None, expires_in_days: int | None
) -> None:
    """Create a key for an account, and print its secret, this once."""
    from app.services import accounts, keys

    with changing():
        owner = accounts.by_address(addresses.parse(email))
        if owner is None:
            raise NotFound(f"{email} has no account")
        lifetime = timedelta(days=expires_in_days) if expires_in_days else None
        _, secret = keys.create(
            owner, name=name, role=Role(role), organization_id=organization_id, lifetime=lifetime
        )
    click.echo(secret)


@key.command("list")
@refusing
def key_list() -> None:
    """List the keys that work: identifier, owner, prefix, ceiling, organization, name."""
    from app.services import keys

    with changing():
        for found, owner in keys.everyones():
            limit = found.organization_id or "every organization"
            click.echo(f"{found.id}\t{owner.email}\t{found.prefix}\t{found.role}\t{limit}\t{found.name}")


@key.command("revoke")
@click.argument("identifier")
@refusing
def key_revoke(identifier: str) -> None:
    """Revoke a key."""
    from app.services import keys

    with changing():
        keys.revoke(identifier)
    click.echo(f"{identifier} is revoked")


@main.command()
@refusing
def demo() -> None:
    """Fill an empty database with a small believable team."""
    from app.services import demo as team

    with changing():
        lines = team.fill()
    for line in lines:
        click.echo(line)


@main.command()
@click.option("--repair", is_flag=True, help="Remove files that belong to no bundle.")
@refusing
def check(*, repair: bool) -> None:
    """Compare the files of bundles with the database; exit code 1 if something does not fit."""
    from app.services import inventory

    fits = True
    with opened() as database:
        for finding in inventory.check(database, repair=repair):
            click.echo(finding.text)
            fits = fits and finding.mended
    sys.exit(0 if fits else 1)


@contextmanager
def changing() -> Iterator[None]:
    """Open a unit of work on the configured database, for one command."""
    with opened() as database, database.writing():
        yield


@contextmanager
def opened() -> Iterator[Database]:
    """Open the configured database, brought up to date."""
    from app.migrations import bring_up_to_date
    from app.services import instance

    database = Database(instance.prepare(config.load()))
    try:
        bring_up_to_date(database)
        yield database
    finally:
        database.close()


def _password(*, asked: bool) -> str | None:
    """Return the password: from a pipe if asked for, else from the terminal, else none."""
    if asked:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return None


def _state(found: User) -> str:
    if found.disabled_at:
        return "disabled"
    return "confirmed" if found.confirmed_at else "unconfirmed"
