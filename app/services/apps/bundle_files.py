"""The files of bundles: kept with their row, removed when no row refers to them any more."""

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
    """Give a draft its address, in the transaction that adds its row; nobody may remove it meanwhile."""
    _own(draft.checksum)
    draft.keep()


def release(*conditions: ColumnElement[bool]) -> None:
    """Have the files of some bundles removed after the commit, unless another row still refers to them."""
    listed = select(Bundle.checksum).join(App, App.id == Bundle.app_id).where(*conditions).distinct()
    checksums = list(db.scalars(listed))
    for start in range(0, len(checksums), _MOST_IN_A_JOB):
        jobs.enqueue(KIND, {"checksums": checksums[start : start + _MOST_IN_A_JOB]})


def release_organization(organization_id: str) -> None:
    """Have the files of an organization removed; its rows go with it."""
    release(App.organization_id == organization_id)


def remove_unused(database: Database, job: Job) -> None:
    """Remove those of the job's files that no row refers to."""
    for checksum in filter(blobs.is_checksum, job.details["checksums"]):
        unused(database, blobs.path_of(database.config.bundles, checksum), remove=True)


def unused(database: Database, path: Path, *, remove: bool = False) -> bool:
    """Return whether no row refers to a file, and remove it then; an upload of the same content waits."""
    with database.writing():
        _own(path.name)
        if _used(path.name):
            return False
        if remove:
            path.unlink(missing_ok=True)
        return True


def sweep(database: Database) -> None:
    """Take away what killed processes left: drafts, and files that were kept but whose row never came."""
    folder = database.config.bundles
    with blobs.abandoned(folder) as checksums:
        for checksum in checksums:
            unused(database, blobs.path_of(folder, checksum), remove=True)


def _used(checksum: str) -> bool:
    return db.execute(select(Bundle.id).where(Bundle.checksum == checksum).limit(1)).first() is not None


def _own(checksum: str) -> None:
    """Let nobody else keep or remove this content until the transaction ends; SQLite has one writer."""
    if not config().sqlite:
        db.execute(select(func.pg_advisory_xact_lock(zlib.crc32(checksum.encode()))))
