"""Write a backup of the database, its bundles' files and the secret key while the portal runs.

Files are written first and the database last. A file never changes, so files that were copied for an earlier
snapshot are valid for a later one, and only new files have to be copied again.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import clock
from app.base.config import Config
from app.base.errors import OperatorError
from app.migrations import HEAD, NewerSchema, current_revision
from app.models import Bundle
from app.services.backup import dumps
from app.services.installation import installations
from app.storage import archives, blobs
from app.storage.database import Database

_NAMED = select(Bundle.checksum).distinct().order_by(Bundle.checksum)


@dataclass(slots=True)
class Backup:
    """The contents of a backup, while it is being written and afterwards."""

    archive: archives.Writer
    bundles: Path
    copied: dict[str, int] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    parts: dict[str, dict[str, int | str]] = field(default_factory=dict)
    taken_at: datetime = field(default_factory=clock.now)

    @property
    def lacking(self) -> list[str]:
        """The checksums of files that rows name and that are damaged or missing in the backup."""
        return sorted(self.damaged | self.missing)

    @property
    def size(self) -> int:
        """The total size of the bundles' files in bytes."""
        return sum(self.copied.values())


def write(config: Config, file: IO[bytes], *, spool: Path) -> Backup:
    """Write a backup to a file. Tables are spooled to a folder until their size is known.

    Raises `OperatorError` or `NewerSchema` if there is no installation, or if its schema is another.
    """
    with installations.existing(config) as database, ExitStack() as spooled:
        config = database.config
        _check_schema(database)
        backup = Backup(archives.Writer(file), config.bundles)
        with database.reading() as db:
            checksums = list(db.scalars(_NAMED))
        _copy(backup, checksums)
        tables = _dumped(database, backup, spooled, spool)
        _finish(backup, tables, config)
    return backup


def _check_schema(database: Database) -> None:
    """Raise `NewerSchema` or `OperatorError` if the schema is not the current one: backups don't migrate."""
    with database.reading() as db:
        revision = current_revision(db.connection())
    if revision is not None and revision > HEAD:
        raise NewerSchema(f"the database has schema {revision}, this Crewroom knows up to {HEAD}")
    if revision != HEAD:
        raise OperatorError(
            f"The database has schema {revision or 'none'}, this Crewroom writes {HEAD}: "
            "start it once, or back up with the Crewroom that was used last"
        )


def _copy(backup: Backup, checksums: list[str]) -> set[str]:
    """Add files that are not in the archive yet; return the checksums of those that don't exist."""
    missing = set()
    for checksum in checksums:
        if checksum not in backup.copied:
            try:
                _add(backup, checksum)
            except FileNotFoundError:
                missing.add(checksum)
    return missing


def _add(backup: Backup, checksum: str) -> None:
    with _opened(blobs.path_of(backup.bundles, checksum)) as file:
        size = blobs.size_of(file)
        if backup.archive.add(f"bundles/{checksum}", file, size) != checksum:
            backup.damaged.add(checksum)
        backup.copied[checksum] = size


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except PermissionError as error:
        raise OperatorError(f"{path} cannot be read ({error.strerror})") from error


def _dumped(database: Database, backup: Backup, spooled: ExitStack, spool: Path) -> dict[str, IO[bytes]]:
    """Dump the tables of a snapshot whose files are all in the archive.

    A file that was deleted in the meantime lost its row too, so the next snapshot does not name it. A file
    that does not exist for two snapshots in a row is missing.
    """
    missing_before: set[str] | None = None
    while True:
        tables = {str(table.name): spooled.enter_context(_temporary(spool)) for table in dumps.TABLES}
        with database.snapshot() as db:
            backup.taken_at = clock.now()
            checksums = list(db.scalars(_NAMED))
            _write_tables(db, backup, tables)
        backup.missing = _copy(backup, checksums)
        if not backup.missing or backup.missing == missing_before:
            backup.damaged &= set(checksums)
            return tables
        missing_before = backup.missing


def _temporary(folder: Path) -> IO[bytes]:
    """Return an unnamed file that is removed when it is closed."""
    return tempfile.TemporaryFile(dir=folder)


def _write_tables(db: Session, backup: Backup, tables: dict[str, IO[bytes]]) -> None:
    for table in dumps.TABLES:
        backup.rows[str(table.name)] = dumps.write(db, table, tables[table.name])


def _finish(backup: Backup, tables: dict[str, IO[bytes]], config: Config) -> None:
    for name, file in tables.items():
        _add_part(backup, f"database/{name}.jsonl", file)
    _add_part(backup, "secret_key", BytesIO(config.secret_key.encode()))
    backup.archive.close(
        {
            "program": version("crewroom"),
            "schema": HEAD,
            "taken_at": clock.rfc3339(backup.taken_at),
            "rows": backup.rows,
            "parts": backup.parts,
            "files": {"count": len(backup.copied), "bytes": backup.size, "lacking": backup.lacking},
        }
    )


def _add_part(backup: Backup, name: str, file: IO[bytes]) -> None:
    size = blobs.size_of(file)
    file.seek(0)
    backup.parts[name] = {"size": size, "sha256": backup.archive.add(name, file, size)}
