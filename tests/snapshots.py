"""A database as it was: compare with it, and put it back."""

import sqlite3
from functools import cached_property
from pathlib import Path

_NOTED = {"last_used_at", "last_active_at"}
_RECORD = {"audit_entries", "audit_chains", "credential_uses"}
Rows = dict[str, list[tuple]]


class Snapshot:
    """A copy of an SQLite file that a portal has open.

    Notes of last use and the audit log, where refusals stand too, do not count as changes.
    """

    def __init__(self, file: Path) -> None:
        self._live = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._live.execute("PRAGMA synchronous=OFF")
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._live.backup(self._copy)
        self.rows = self.contents()
        self._kept_version = self._version()

    def contents(self) -> Rows:
        """All rows of all tables as they are now."""
        return {table: self._live.execute(query).fetchall() for table, query in self._queries.items()}

    def put_back(self) -> None:
        """Make everything as it was, the record too, if anybody wrote anything."""
        if self._version() != self._kept_version:
            self._copy.backup(self._live)
            self._kept_version = self._version()

    def close(self) -> None:
        self._live.close()
        self._copy.close()

    def _version(self) -> int:
        """A number that another one takes the place of when somebody else writes."""
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])

    @cached_property
    def _queries(self) -> dict[str, str]:
        found = self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {table for (table,) in found} - _RECORD
        return {table: f"SELECT {self._columns(table)} FROM {table}" for table in tables}  # noqa: S608 - names from the schema

    def _columns(self, table: str) -> str:
        columns = [row[1] for row in self._live.execute(f"PRAGMA table_info({table})")]
        return ", ".join(f'"{name}"' for name in columns if name not in _NOTED)
