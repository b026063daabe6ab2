"""SQLite databases for tests: copies of one migrated file, because migrating is slow."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from app.base import config as settings
from app.migrations import bring_up_to_date
from app.storage.database import Database


class SqliteFiles:
    """The file `crewroom.db` of each instance."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="crewroom-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        database = Database(settings.load({"CREWROOM_INSTANCE": str(self._folder)}))
        bring_up_to_date(database)
        database.close()
        self._empty = sqlite3.connect(":memory:", check_same_thread=False)
        self._saved = sqlite3.connect(":memory:", check_same_thread=False)
        _take(self._folder, self._empty)
        self._note: Any = None
        self._given: dict[Path, int] = {}

    def connect(self, instance: Path) -> dict[str, str]:
        """Return no variables: the portal finds its file by itself."""
        return {}

    def install(self, instance: Path) -> None:
        file = _file(instance)
        if not file.exists():
            shutil.copy(_file(self._folder), file)
            self._given[instance] = file.stat().st_ino

    def copy(self, source: Path, instance: Path) -> None:
        """Do nothing: the file is in the folder."""

    def clear(self, instance: Path) -> bool:
        file = _file(instance)
        if not file.exists() or self._given.get(instance) != file.stat().st_ino:
            return False
        try:
            _put(self._empty, instance)
        except sqlite3.DatabaseError:
            return False
        return True

    def save(self, instance: Path, note: Any) -> None:
        _take(instance, self._saved)
        self._note = note

    def saved(self, _instance: Path) -> Any:
        return self._note

    def restore(self, instance: Path) -> None:
        _put(self._saved, instance)

    def close(self) -> None:
        self._empty.close()
        self._saved.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _file(instance: Path) -> Path:
    return instance / "crewroom.db"


def _take(instance: Path, copy: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(_file(instance))) as live:
        live.backup(copy)


def _put(copy: sqlite3.Connection, instance: Path) -> None:
    """Copy page by page, which a portal with the file open sees as one change."""
    with closing(sqlite3.connect(_file(instance))) as live:
        live.execute("PRAGMA synchronous=OFF")
        copy.backup(live)
