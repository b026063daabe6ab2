"""`crewroom audit`: verify the audit log and print checkpoints."""

import sys
from pathlib import Path

import click

from app.base.errors import OperatorError
from app.commands import reading, report_refusals

# Enough for half a million organizations. Bounded, because a device such as /dev/zero never ends.
_LONGEST = 64 * 1024 * 1024


@click.group()
def audit() -> None:
    """Verify the audit log."""


@audit.command("verify")
@click.option("--org", "organization_id", help="Only the log of the organization with this ID.")
@click.option("--checkpoint", help="What `audit checkpoint` printed earlier: a file, or the text itself.")
@report_refusals
def verify(organization_id: str | None, checkpoint: str | None) -> None:
    """Check that no entry was edited, deleted, inserted, moved or cut off; report each that was."""
    from app.services.audit_log import verification

    try:
        known = verification.read_checkpoints(_text(checkpoint), organization_id) if checkpoint else []
    except OperatorError as error:
        raise click.BadParameter(error.error, param_hint="--checkpoint") from error
    with reading():
        report = verification.inspect_chains(organization_id, known)
    for found in report.breaks:
        click.echo(f"Error: {found}.", err=True)
    if report.breaks:
        sys.exit(1)
    click.echo(f"{report.entries} entries in {report.chains} chain{'' if report.chains == 1 else 's'}: whole")


@audit.command("checkpoint")
@click.option("--org", "organization_id", help="Only the log of the organization with this ID.")
@report_refusals
def checkpoint(organization_id: str | None) -> None:
    """Print the last entry of each log: sequence, hash, time, chain. Keep it on another machine."""
    from app.services.audit_log import verification

    with reading():
        for found in verification.checkpoints(organization_id):
            click.echo(found.written())


def _text(checkpoint: str) -> str:
    """Return the content of the file, or the text itself if there is no such file.

    Raises `OperatorError` if the file cannot be read or is too long.
    """
    try:
        with Path(checkpoint).open("rb") as file:
            content = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:
        if len(checkpoint.split()) == 1:  # a checkpoint has several words
            reason = getattr(error, "strerror", None) or error
            raise OperatorError(f"{checkpoint} cannot be read ({reason})") from error
        return checkpoint
    if len(content) > _LONGEST:
        raise OperatorError(f"{checkpoint} is too long for checkpoints")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise OperatorError(f"{checkpoint} is not UTF-8 text") from error
