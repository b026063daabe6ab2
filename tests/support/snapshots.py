"""A database as it was: compare with it, and put it back.

Notes of last use and the audit log, where refusals stand too, do not count as changes.
"""

import sqlite3
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Table, create_engine

from app.base.config import Config
from app.models import Base
from tests.support.postgres_databases import copy_tables, restore_tables

_NOTED = {"last_used_at", "last_active_at"}
_RECORD = {"audit_entries", "audit_chains", "credential_uses", "refused_attempts"}
# Jobs that are part of the record.
_RECORDING = "kind <> 'refused_attempts'"
Rows = dict[str, Any]


class Snapshot(Protocol):
    """What the tables held, in `rows`."""

    rows: Rows

    def contents(self) -> Rows:
        """All rows of all tables as they are now."""

    def put_back(self) -> None:
        """Make everything as it was, the record too."""

    def close(self) -> None: ...


def snapshot(config: Config) -> Snapshot:
    """Take one of the database of a portal that is open."""
    if config.sqlite:
        return SqliteSnapshot(config.instance / "crewroom.db")
    return PostgresSnapshot(config.database_url)


def _some(table: str) -> str:
    return f" WHERE {_RECORDING}" if table == "jobs" else ""


class SqliteSnapshot:
    """A copy of a file, in memory."""

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
        return {table: f"SELECT {self._columns(table)} FROM {table}{_some(table)}" for table in tables}  # noqa: S608 - names from the schema

    def _columns(self, table: str) -> str:
        columns = [row[1] for row in self._live.execute(f"PRAGMA table_info({table})")]
        return ", ".join(f'"{name}"' for name in columns if name not in _NOTED)


# Not the one in which the cast is kept.
_SCHEMA = "snapshot"


class PostgresSnapshot:
    """A copy of the tables, in a schema beside theirs."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._live = self._engine.connect()
        self._live.exec_driver_sql(copy_tables(_SCHEMA))
        self.rows = self.contents()
        self._kept_version = self._version()

    def contents(self) -> Rows:
        return {row.name: row.rows for row in self._live.exec_driver_sql(_CONTENTS)}

    def put_back(self) -> None:
        if self._version() != self._kept_version:
            self._live.exec_driver_sql(restore_tables(_SCHEMA))
            self._kept_version = self._version()

    def close(self) -> None:
        self._live.close()
        self._engine.dispose()

    def _version(self) -> Any:
        """The number of the next transaction that writes, anywhere on the server."""
        return self._live.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").scalar()


def _rows_of(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in _NOTED)
    rows = (
        f"SELECT found::text FROM (SELECT {columns} FROM {table.name}{_some(table.name)}) AS found ORDER BY 1"  # noqa: S608 - names from the models
    )
    return f"SELECT '{table.name}' AS name, ARRAY({rows}) AS rows"


_CONTENTS = " UNION ALL ".join(
    _rows_of(table) for table in Base.metadata.sorted_tables if table.name not in _RECORD
)
