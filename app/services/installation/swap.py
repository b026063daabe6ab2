"""Swap a restored installation with the current one.

If the process is killed before `commit`, the current installation stays; after it, the next process finishes
the swap. Replaced files are kept under names that contain the time.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import make_url

from app.base import clock
from app.base.config import Config, WrongSetting
from app.storage import blobs

_KEY = "secret_key"
_PLAN = "plan.json"
BESIDE = ("-wal", "-shm", "-journal", "")
"""Suffixes of the files of a SQLite database, the database file itself last."""


@dataclass(frozen=True, slots=True)
class Staged:
    """The paths of a restored installation until it is swapped in."""

    folder: Path
    key: Path
    bundles: Path
    database: Path | None


def database_file(config: Config) -> Path | None:
    """Return the file of a SQLite database, or None for another database.

    Raises `WrongSetting` for a folder or a device, so that its mode is not changed and nothing replaces it.
    """
    if not config.sqlite:
        return None
    file = Path(make_url(config.database_url).database or "").absolute()
    if file.exists() and not file.is_file():
        raise WrongSetting("CREWROOM_DATABASE_URL", f"{file} is not a file")
    return file


def places(config: Config) -> Staged:
    """Return the paths where an installation is restored before the swap."""
    folder, file = config.instance / "restoring", database_file(config)
    return Staged(
        folder, folder / _KEY, config.bundles / "restoring", file and file.with_name(f"{file.name}.restored")
    )


def unfinished(config: Config) -> bool:
    """Return whether a restore has begun and not finished."""
    return places(config).folder.exists() or _ready(config).exists()


def settle(config: Config) -> None:
    """Finish a restore that was interrupted after its commit; discard one that was interrupted before it."""
    if _ready(config).exists():
        _finish(config)
    else:
        discard(config)


def discard(config: Config) -> None:
    """Delete the restored files; the current installation stays."""
    staged = places(config)
    shutil.rmtree(staged.bundles, ignore_errors=True)
    for suffix in BESIDE if staged.database else ():
        Path(f"{staged.database}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(staged.folder, ignore_errors=True)


def commit(config: Config) -> list[Path]:
    """Replace the current files with the restored ones; return the paths where the old ones are kept."""
    staged, file = places(config), database_file(config)
    plan = {"database": file and str(file), "at": clock.now().strftime("%Y%m%dT%H%M%SZ")}
    for path in (staged.database, staged.key):
        if path:
            blobs.sync(path)
    (staged.folder / _PLAN).write_bytes(orjson.dumps(plan))
    blobs.sync(staged.folder / _PLAN)
    staged.folder.rename(_ready(config))
    blobs.sync(config.instance)
    return _finish(config)


def _finish(config: Config) -> list[Path]:
    """Carry out the rest of the plan. Each step is idempotent."""
    ready = _ready(config)
    plan: dict[str, Any] = orjson.loads((ready / _PLAN).read_bytes())
    kept = []
    _move_bundles(config)
    if plan["database"]:
        kept += _swap(
            Path(f"{plan['database']}.restored"), Path(plan["database"]), f".replaced-{plan['at']}", BESIDE
        )
    kept += _swap(ready / _KEY, config.instance / _KEY, f".replaced-{plan['at']}", ("",))
    shutil.rmtree(ready)
    blobs.sync(config.instance)
    return kept


def _swap(new: Path, old: Path, mark: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Rename the old file and the files that belong to it, then give the new one its name."""
    if not new.exists():
        return []
    kept = old.with_name(old.name + mark)
    if suffixes == ("",) and old.exists() and old.read_bytes().strip() == new.read_bytes().strip():
        new.unlink()
        return []
    for suffix in suffixes:
        if Path(f"{old}{suffix}").exists():
            Path(f"{old}{suffix}").replace(f"{kept}{suffix}")
    new.replace(old)
    blobs.sync(old.parent)
    return [kept] if kept.exists() else []


def _move_bundles(config: Config) -> None:
    waiting = places(config).bundles
    for path in blobs.stored(waiting):
        blobs.move(path, config.bundles)
    shutil.rmtree(waiting, ignore_errors=True)


def _ready(config: Config) -> Path:
    return config.instance / "restored"
