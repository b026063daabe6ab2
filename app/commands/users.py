"""`crewroom user`: create, change and list accounts."""

import sys

import click

from app.base import config
from app.base.errors import OperatorError
from app.commands import changing, report_refusals
from app.models import User
from app.text import email_addresses, names


@click.group()
def user() -> None:
    """Manage accounts."""


@user.command("create")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--name", default="", help="The person's name.")
@report_refusals
def user_create(email: str, name: str, *, password_stdin: bool) -> None:
    """Create an account; its address counts as confirmed."""
    from app.services.accounts import accounts
    from app.services.login import passwords, personal_words

    address = email_addresses.parse(email)
    label = names.name(name, field="name", missing="name must be text people can read") if name else ""
    password = _password(asked=password_stdin)
    password_hash = None
    if password is not None:
        known = personal_words.of_portal(config.load())
        password_hash = passwords.hashed(passwords.check(password, email, label, *known))
    with changing(making=True):
        created = accounts.create(address, name=label, password_hash=password_hash)
    click.echo(f"{created.id} {created.email}")
    if password is None:
        hint = f"No password is set; `crewroom user reset-link {created.email}` prints a link to choose one."
        click.echo(hint, err=True)


@user.command("list")
@report_refusals
def user_list() -> None:
    """List all accounts: ID, address, state, name."""
    from app.services.core import users

    with changing():
        for found in users.list_all():
            click.echo(f"{found.id}\t{found.email}\t{_state(found)}\t{found.name}")


@user.command("disable")
@click.argument("email")
@report_refusals
def user_disable(email: str) -> None:
    """Disable an account; its sessions and keys end immediately."""
    from app.services.accounts import accounts

    with changing():
        disabled = accounts.disable(email_addresses.parse(email))
    click.echo(f"{disabled.email} is disabled")


@user.command("enable")
@click.argument("email")
@report_refusals
def user_enable(email: str) -> None:
    """Enable a disabled account; ended sessions and keys don't come back."""
    from app.services.accounts import accounts

    with changing():
        enabled = accounts.enable(email_addresses.parse(email))
    click.echo(f"{enabled.email} can sign in again; keys must be created again")


@user.command("log-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="End the sessions of all accounts.")
@report_refusals
def user_log_out(email: str | None, *, everybody: bool) -> None:
    """End all sessions of one account, or of all; API keys keep working."""
    from app.services.login import sessions

    if everybody == (email is not None):
        raise click.UsageError("Name an address, or give --everybody.")
    with changing():
        ended = sessions.close_of(email_addresses.parse(email)) if email else sessions.close_all_accounts()
    click.echo(f"{ended} session{'' if ended == 1 else 's'} ended")


@user.command("unlock")
@click.argument("email")
@report_refusals
def user_unlock(email: str) -> None:
    """Lift the lockout of an account after too many wrong passwords."""
    from app.services.login import lockouts

    with changing():
        unlocked = lockouts.unlock(email_addresses.parse(email))
    click.echo(f"{unlocked.email} can sign in again")


@user.command("reset-factors")
@click.argument("email")
@click.option(
    "--last-super-admin",
    is_flag=True,
    help="Even if an organization then has no super admin who can act until they set up a new one.",
)
@report_refusals
def user_reset_factors(email: str, *, last_super_admin: bool) -> None:
    """Remove all second factors of an account; its password alone then signs in."""
    from app.services.accounts import two_factor_reset

    with changing():
        user = two_factor_reset.reset_by_operator(email_addresses.parse(email), allow_last=last_super_admin)
    click.echo(f"{user.email} no longer has a second factor; the password alone signs in")


@user.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@report_refusals
def user_set_password(email: str, *, password_stdin: bool) -> None:
    """Set the password of an account; its sessions and mailed links end."""
    from app.services.accounts import password_reset
    from app.services.login import passwords

    address = email_addresses.parse(email)
    with changing():
        known = password_reset.words_to_avoid_for(address)
    password = _password(asked=password_stdin or not sys.stdin.isatty()) or ""
    hashed = passwords.hashed(passwords.check(password, *known))
    with changing():
        found = password_reset.set_by_operator(address, hashed)
    click.echo(f"{found.email} has a new password; sessions ended")


@user.command("reset-link")
@click.argument("email")
@report_refusals
def user_reset_link(email: str) -> None:
    """Print a link for choosing a new password; it works once, for an hour."""
    from app.services.accounts import password_reset

    with changing():
        link = password_reset.link_for_operator(email_addresses.parse(email))
    click.echo(link)


def _password(*, asked: bool) -> str | None:
    """Return the password from standard input if `asked`, else from a terminal, else None."""
    if asked:
        return _line_of_input()
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return None


def _line_of_input() -> str:
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise OperatorError("Password must be UTF-8 text") from error


def _state(found: User) -> str:
    if found.disabled_at:
        return "disabled"
    return "confirmed" if found.confirmed_at else "unconfirmed"
