"""`crewroom secret-key`: replace the secret key, or start over if it is lost."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.base import config, regular_files, setting_values
from app.base.errors import OperatorError
from app.commands import report_refusals

if TYPE_CHECKING:  # imported when a command needs it, so that others start fast
    from app.services.operations.secret_key_rotation import Affected

_FINISHED = "The secret key has already been replaced by an earlier command."
_BACKUP = "Make a new backup; older ones contain the old key."


@click.group("secret-key")
def secret_key() -> None:
    """Replace the secret key."""


@secret_key.command("rotate")
@click.option("--new-key-file", help="File with the new key; without it, a key is generated.")
@report_refusals
def rotate(new_key_file: str | None) -> None:
    """Replace the secret key; stop the portal first, on every host.

    Authenticator apps, passkeys, API keys and the audit log stay valid. Sessions and mailed links end.
    """
    from app.services.operations import secret_key_rotation

    settings = config.load()
    key = _given(new_key_file) if new_key_file else None
    if secret_key_rotation.finish(settings, key=key):
        click.echo(f"{_FINISHED} {_BACKUP}")
    else:
        _report(secret_key_rotation.rotate(settings, key=key))
    if settings.secret_key:
        click.echo(
            f"Set CREWROOM_SECRET_KEY, or its file, to the key in {new_key_file} before the next start."
        )


def _report(done: "Affected") -> None:
    click.echo(
        f"The secret key is replaced. Sessions ended: {done.sessions}. Links ended: {done.links}. "
        f"Authenticator apps re-encrypted: {done.apps}."
    )
    click.echo(_BACKUP)


@secret_key.command("reset")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
@report_refusals
def reset(*, yes: bool) -> None:
    """Start over with a new secret key when the old one is lost; stop the portal first."""
    from app.services.operations import secret_key_rotation

    settings = config.load()
    if secret_key_rotation.finish(settings):
        click.echo(f"{_FINISHED} {_BACKUP}")
        return
    ends = secret_key_rotation.count_affected(settings)
    click.echo(
        "Without the old secret key, these end:\n"
        f"- {ends.sessions} sessions: people have to sign in again.\n"
        f"- {ends.links} mailed links: invitations stay, and need to be sent again.\n"
        f"- {ends.apps} authenticator apps: recovery codes and passkeys still work; "
        "`crewroom user reset-factors EMAIL` helps people who have neither.\n"
        f"- The proof that the {ends.entries} entries of the audit log are unchanged: they are resealed "
        "as they are, and earlier checkpoints no longer match."
    )
    if not yes:
        click.confirm("Reset the secret key?", abort=True)
    secret_key_rotation.reset(settings)
    click.echo("The secret key is reset. Make a new backup.")


def _given(file: str) -> str:
    try:
        text = regular_files.content(Path(file)).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file} cannot be read ({getattr(error, 'strerror', 'not ASCII')})") from error
    return setting_values.secret_key(file, text)
