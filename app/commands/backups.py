"""`crewroom backup` and `crewroom restore`: the whole installation in one file."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from app.base import config
from app.base.errors import OperatorError
from app.commands import report_refusals

_STANDARD = "-"
_STOPPED = 128 + signal.SIGTERM


@click.command()
@click.argument("file")
@report_refusals
def backup(file: str) -> None:
    """Write database, files and secret key to a new FILE; - is standard output.

    The portal may be running. The file contains the secret key, so anyone who can read it can take over
    the portal.
    """
    from app.services.backup import writer

    settings = config.load()
    with _stoppable(), _written(file) as target:
        done = writer.write(settings, target, spool=_spool(file, settings.instance))
    summary = f"{file}: {sum(done.rows.values())} rows, {len(done.copied)} files ({done.size} bytes)"
    click.echo(summary, err=file == _STANDARD)
    if done.lacking:
        raise click.ClickException(
            f"{file} is written, but {len(done.lacking)} files of bundles are missing or damaged; "
            "crewroom check names them"
        )


@click.command()
@click.argument("file")
@click.option(
    "--replace",
    is_flag=True,
    help="Replace an existing installation; its database and key are kept under another name.",
)
@click.option("--accept-broken-record", is_flag=True, help="Even if the audit log was tampered with.")
@report_refusals
def restore(file: str, *, replace: bool, accept_broken_record: bool) -> None:
    """Restore the installation from a backup FILE; - is standard input.

    Stop the portal first. A backup of an older Crewroom is upgraded.
    """
    from app.services.backup import restore

    with _stoppable(), _read(file) as source:
        done = restore.restore(config.load(), source, replacing=replace, broken_record=accept_broken_record)
    click.echo(f"Restored: {done.rows} rows and {done.files} files, as they were at {done.taken_at}")
    click.echo(f"Audit log: {done.record}")
    if done.lacking:
        click.echo(
            f"Already missing when the backup was made: {done.lacking} files; crewroom check names them"
        )
    for path in done.kept:
        click.echo(f"Kept: {path}, from before the restore; remove it when it is no longer needed")
    click.echo("Everything revoked, removed or changed since the backup is undone; review keys and members.")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Clean up unfinished files also on SIGTERM, from cron or systemd."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_STOPPED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _spool(file: str, instance: Path) -> Path:
    return instance if file == _STANDARD else Path(file).absolute().parent


@contextmanager
def _written(file: str) -> Iterator[IO[bytes]]:
    from app.services.backup import archive_file

    if file == _STANDARD:
        with archive_file.describe_error("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    with archive_file.create(Path(file)) as target:
        yield target


@contextmanager
def _read(file: str) -> Iterator[IO[bytes]]:
    if file == _STANDARD:
        yield sys.stdin.buffer
        return
    try:
        source = Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise OperatorError(f"{file} cannot be read ({error.strerror})") from error
    with source:
        yield source
