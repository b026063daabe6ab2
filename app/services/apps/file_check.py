"""Check the files of bundles against their rows, for the operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models import App, Bundle, Job
from app.services.apps import bundle_files
from app.storage import blobs
from app.storage.database import Database, config

_ROWS = (
    select(Bundle.id, Bundle.checksum, Bundle.size, Bundle.version, App.name)
    .join(App, App.id == Bundle.app_id)
    .order_by(Bundle.id)
)
_PENDING_REMOVALS = select(Job.details).where(Job.kind == bundle_files.KIND, Job.done_at.is_(None))


@dataclass(frozen=True, slots=True)
class Finding:
    """A mismatch between files and rows; `repaired` if it was corrected."""

    text: str
    repaired: bool = False


def check(database: Database, *, repair: bool = False) -> Iterator[Finding]:
    """Yield mismatches of files and rows while the portal runs; `repair` removes files without a row."""
    with database.reading() as db:
        folder = config().bundles
        rows = db.execute(_ROWS).all()
        pending = {name for details in db.scalars(_PENDING_REMOVALS) for name in details["checksums"]}
    yield from _damaged(folder, rows)
    for path in blobs.stored(folder):
        if path.name not in pending and bundle_files.unused(database, path, remove=repair):
            yield Finding(f"{'removed' if repair else 'file without a bundle'}: {path}", repaired=repair)


def _damaged(folder: Path, rows: Any) -> Iterator[Finding]:
    """Yield damaged and missing files. Each is read once, however many rows refer to it."""
    states: dict[str, str | None] = {}
    for row in rows:
        if row.checksum not in states:
            states[row.checksum] = _damage(blobs.path_of(folder, row.checksum), row.checksum, row.size)
        if state := states[row.checksum]:
            yield Finding(f"{state}: {row.name} {row.version} ({row.id}, {row.checksum})")


def _damage(path: Path, checksum: str, size: int) -> str | None:
    try:
        if path.stat().st_size != size:
            return "wrong size"
        return None if blobs.checksum_of(path) == checksum else "wrong checksum"
    except FileNotFoundError:
        return "missing file"
