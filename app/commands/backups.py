"""`crewroom backup` and `crewroom restore`: the whole installation in one file."""

import errno
import os
import secrets
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
from app.storage import blobs

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
    if file == _STANDARD:
        with _described_errors("standard output"):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    with _created(Path(file)) as target:
        yield target


@contextmanager
def _created(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read. It appears complete and synced to disk, or not at all.

    Raises `OperatorError` if the file exists, does not fit, or can't be written.
    """
    if os.path.lexists(path):
        raise OperatorError(f"{path} already exists; a backup never replaces a file")
    draft = path.with_name(f"{path.name}.unfinished-{secrets.token_hex(4)}")
    with _described_errors(path):
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - by descriptor, for the mode
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                _publish(draft, path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        blobs.sync(path.parent)


def _publish(draft: Path, path: Path) -> None:
    """Give the file its name unless that was taken since. Some file systems have no hard links."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise OperatorError(f"{path} already exists; a backup never replaces a file") from None
    except OSError:
        draft.rename(path)
    else:
        draft.unlink()


@contextmanager
def _described_errors(path: Path | str) -> Iterator[None]:
    """Turn an `OSError` while a file is written into an `OperatorError`."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise OperatorError(f"{path} does not fit on its disk; nothing was kept") from error
        raise OperatorError(f"{path} cannot be written ({error.strerror or error})") from error


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
