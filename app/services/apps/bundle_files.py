"""The files of bundles, which are removed once no row refers to them."""

import zlib
from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from app.models import App, Bundle, Job
from app.services.jobs import jobs
from app.storage import blobs
from app.storage.blobs import Draft
from app.storage.database import Database, config, db

KIND = "unused_files"
_MOST_IN_A_JOB = 500


def store(draft: Draft) -> None:
    """Move a draft to its address, in the transaction that adds its row; the lock prevents its removal."""
    _lock(draft.checksum)
    draft.keep()


def release(*conditions: ColumnElement[bool]) -> None:
    """Enqueue the removal of some bundles' files, unless another row still refers to them by then."""
    statement = select(Bundle.checksum).join(App, App.id == Bundle.app_id).where(*conditions).distinct()
    checksums = list(db.scalars(statement))
    for start in range(0, len(checksums), _MOST_IN_A_JOB):
        jobs.enqueue(KIND, {"checksums": checksums[start : start + _MOST_IN_A_JOB]})


def release_organization(organization_id: str) -> None:
    """Enqueue the removal of an organization's files. The caller deletes the rows with the organization."""
    release(App.organization_id == organization_id)


def remove_unused(database: Database, job: Job) -> None:
    """Remove the files of the job that no row refers to."""
    for checksum in filter(blobs.is_checksum, job.details["checksums"]):
        unused(database, blobs.path_of(database.config.bundles, checksum), remove=True)


def unused(database: Database, path: Path, *, remove: bool = False) -> bool:
    """Return whether no row refers to a file, and with `remove` delete it. Locks out uploads of it."""
    with database.writing():
        _lock(path.name)
        if _used(path.name):
            return False
        if remove:
            path.unlink(missing_ok=True)
        return True


def sweep(database: Database) -> None:
    """Remove what killed processes left behind: drafts, and stored files whose row was never committed."""
    folder = database.config.bundles
    with blobs.abandoned(folder) as checksums:
        for checksum in checksums:
            unused(database, blobs.path_of(folder, checksum), remove=True)


def _used(checksum: str) -> bool:
    return db.execute(select(Bundle.id).where(Bundle.checksum == checksum).limit(1)).first() is not None


def _lock(checksum: str) -> None:
    """Lock a file's content until the transaction ends. SQLite has only one writer anyway."""
    if not config().sqlite:
        db.execute(select(func.pg_advisory_xact_lock(zlib.crc32(checksum.encode()))))
