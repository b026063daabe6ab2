"""Dumps: tables as lines of JSON, the same from and for every database.

The only place that knows how a value is written.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

import orjson
from sqlalchemy import JSON, Column, Connection, DateTime, LargeBinary, MetaData, Table, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.archives import Damaged
from app.models import Base

TABLES = Base.metadata.sorted_tables
_BATCH = 1000
_LONGEST_LINE = 16 * 1024 * 1024


def write(session: Session, table: Table, file: IO[bytes]) -> int:
    """Write the rows of a table; return how many."""
    options = {"yield_per": _BATCH}
    written = 0
    for row in session.execute(select(table), execution_options=options).mappings():
        file.write(orjson.dumps(dict(row), default=_plain, option=orjson.OPT_APPEND_NEWLINE))
        written += 1
    return written


def tables_in(connection: Connection, names: set[str]) -> list[Table]:
    """Return the tables as they are in a database now, each behind those that it refers to."""
    present = set(inspect(connection).get_table_names())
    if not {table.name for table in TABLES} & present <= names <= present - {"alembic_version"}:
        raise Damaged("This backup does not fit together: its tables are not those of its schema")
    found = MetaData()
    found.reflect(connection, only=sorted(names))
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return found.sorted_tables


def read(connection: Connection, table: Table, file: IO[bytes]) -> int:
    """Add the rows that were written of a table; return how many."""
    added = 0
    for rows in _batches(table, file):
        try:
            connection.execute(table.insert(), rows)
        except (SQLAlchemyError, ValueError, TypeError) as error:
            raise Damaged(f"This backup does not fit together: rows of {table.name} are refused") from error
        added += len(rows)
    return added


def _batches(table: Table, file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    while line := file.readline(_LONGEST_LINE):
        rows.append(_row(table, line))
        if len(rows) == _BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(table: Table, line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
        read = {name: _value(column, row.pop(name)) for name, column in table.columns.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(f"This backup does not fit together: {table.name} has a row that is none") from error
    if row:
        raise Damaged(f"This backup does not fit together: {table.name} has no {', '.join(row)[:80]}")
    return read


def _value(column: Column[Any], value: Any) -> Any:
    """Return a value as the database wants it, whose moments have no zone."""
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    return value


def _plain(value: Any) -> str:
    """Write what JSON has no way to say."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} cannot be written")
