"""Snapshots of a database, to compare with and to restore.

Times of last use and the audit log, which records refusals too, do not count as changes.
"""

import sqlite3
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Table, create_engine

from app.base.config import Config
from app.models import Base
from tests.support.postgres_databases import copy_tables, restore_tables

_LAST_USE = {"last_used_at", "last_active_at"}
_AUDIT_LOG = {"audit_entries", "audit_chains", "credential_uses", "refused_attempts"}
# Jobs that write the audit log.
_NOT_LOGGING = "kind <> 'refused_attempts'"
Rows = dict[str, Any]


class Snapshot(Protocol):
    """The rows of all tables, in `rows`."""

    rows: Rows

    def contents(self) -> Rows:
        """Return all rows of all tables as they are now."""

    def put_back(self) -> None:
        """Restore everything, the audit log included."""

    def close(self) -> None: ...


def snapshot(config: Config) -> Snapshot:
    """Take a snapshot of the database of an open portal."""
    if config.sqlite:
        return SqliteSnapshot(config.instance / "crewroom.db")
    return PostgresSnapshot(config.database_url)


def _condition(table: str) -> str:
    return f" WHERE {_NOT_LOGGING}" if table == "jobs" else ""


class SqliteSnapshot:
    """A copy of the file, in memory."""

    def __init__(self, file: Path) -> None:
        self._live = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._live.execute("PRAGMA synchronous=OFF")
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._live.backup(self._copy)
        self.rows = self.contents()
        self._snapshot_version = self._version()

    def contents(self) -> Rows:
        """Return all rows of all tables as they are now."""
        return {table: self._live.execute(query).fetchall() for table, query in self._queries.items()}

    def put_back(self) -> None:
        """Restore everything, the audit log included, if anything was written."""
        if self._version() != self._snapshot_version:
            self._copy.backup(self._live)
            self._snapshot_version = self._version()

    def close(self) -> None:
        self._live.close()
        self._copy.close()

    def _version(self) -> int:
        """Return a number that changes when another connection writes."""
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])

    @cached_property
    def _queries(self) -> dict[str, str]:
        found = self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        tables = {table for (table,) in found} - _AUDIT_LOG
        return {table: f"SELECT {self._columns(table)} FROM {table}{_condition(table)}" for table in tables}  # noqa: S608 - names from the schema

    def _columns(self, table: str) -> str:
        columns = [row[1] for row in self._live.execute(f"PRAGMA table_info({table})")]
        return ", ".join(f'"{name}"' for name in columns if name not in _LAST_USE)


# A different schema from the one that the cast is saved in.
_SCHEMA = "snapshot"


class PostgresSnapshot:
    """A copy of the tables, in another schema."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._live = self._engine.connect()
        self._live.exec_driver_sql(copy_tables(_SCHEMA))
        self.rows = self.contents()
        self._snapshot_version = self._version()

    def contents(self) -> Rows:
        return {row.name: row.rows for row in self._live.exec_driver_sql(_CONTENTS)}

    def put_back(self) -> None:
        if self._version() != self._snapshot_version:
            self._live.exec_driver_sql(restore_tables(_SCHEMA))
            self._snapshot_version = self._version()

    def close(self) -> None:
        self._live.close()
        self._engine.dispose()

    def _version(self) -> Any:
        """Return the number of the next writing transaction on the whole server."""
        return self._live.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").scalar()


def _rows_of(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in _LAST_USE)
    query = f"SELECT {columns} FROM {table.name}{_condition(table.name)}"  # noqa: S608 - names from the models
    rows = f"SELECT found::text FROM ({query}) AS found ORDER BY 1"  # noqa: S608 - names from the models
    return f"SELECT '{table.name}' AS name, ARRAY({rows}) AS rows"


_CONTENTS = " UNION ALL ".join(
    _rows_of(table) for table in Base.metadata.sorted_tables if table.name not in _AUDIT_LOG
)
