"""Dump tables as lines of JSON, in one format for every database. Only this module encodes values."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models import Base
from app.services.backup import row_rules
from app.storage import database
from app.storage.archives import Damaged
from app.text import names

TABLES = Base.metadata.sorted_tables
_BATCH = 1000
_LONGEST_LINE = 2 * 1024 * 1024
_LONGEST_BINARY = 64 * 1024


def write(session: Session, table: Table, file: IO[bytes]) -> int:
    """Write the rows of a table; return how many there are."""
    options = {"yield_per": _BATCH}
    written = 0
    for row in session.execute(select(table), execution_options=options).mappings():
        file.write(orjson.dumps(dict(row), default=_plain, option=orjson.OPT_APPEND_NEWLINE))
        written += 1
    return written


def tables_in(connection: Connection, names: set[str]) -> list[Table]:
    """Return the tables of a database by its current schema, each after those that it refers to.

    Raises `Damaged` if `names` are not the tables of that schema.
    """
    present = set(inspect(connection).get_table_names())
    if not {table.name for table in TABLES} & present <= names <= present - {"alembic_version"}:
        raise Damaged("This backup is inconsistent: its tables are not those of its schema")
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(names))
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return metadata.sorted_tables


def read(connection: Connection, table: Table, file: IO[bytes]) -> int:
    """Insert the dumped rows of a table; return how many. Raises `Damaged`, naming the first bad row."""
    added = 0
    for rows in _batches(table, file):
        try:
            with database.savepoint():
                connection.execute(table.insert(), rows)
        except (SQLAlchemyError, ValueError, TypeError) as error:
            place = added + 1 + _first_refused(connection, table, rows)
            raise _damaged(table, place, "refers to a missing row, or is a duplicate") from error
        added += len(rows)
    return added


def _first_refused(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert the rows one by one, and return the index of the first that the database refuses."""
    for place, row in enumerate(rows):
        try:
            with database.savepoint():
                connection.execute(table.insert(), row)
        except (SQLAlchemyError, ValueError, TypeError):
            return place
    return 0


def _batches(table: Table, file: IO[bytes]) -> Iterator[list[dict[str, Any]]]:
    """Yield batches of up to a thousand rows, fewer if they are long, since a batch is kept in memory."""
    rows: list[dict[str, Any]] = []
    place = size = 0
    while line := file.readline(_LONGEST_LINE + 1):
        place, size = place + 1, size + len(line)
        rows.append(_row(table, line, place))
        if len(rows) == _BATCH or size > _LONGEST_LINE:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _row(table: Table, line: bytes, place: int) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        raise _damaged(table, place, "is too long")
    try:
        row = orjson.loads(line)
        if not isinstance(row, dict) or row.keys() != set(table.columns.keys()):
            raise _damaged(table, place, f"is invalid: its columns are not those of {table.name}")
        values = {name: _value(column, row[name]) for name, column in table.columns.items()}
        row_rules.check(table, values)
    except (ValueError, TypeError) as error:
        reason = str(error) if isinstance(error, row_rules.Refused) else "is invalid: it is not JSON"
        raise _damaged(table, place, reason) from error
    return values


def _damaged(table: Table, place: int, reason: str) -> Damaged:
    return Damaged(f"This backup is inconsistent: {table.name}, row {place}: {reason}")


def _value(column: Column[Any], value: Any) -> Any:
    """Return a value as its column stores it. Raises `Refused` if it has another type or is too large."""
    if value is None and column.nullable and not column.primary_key:
        return None
    read_value = next((read for kind, read in _TYPES.items() if isinstance(column.type, kind)), None)
    try:
        stored = read_value(column.type, value) if read_value else None
    except (ValueError, TypeError, OverflowError):
        stored = None
    if stored is None:
        raise row_rules.Refused(f"{column.name} is not valid")
    return stored


def _number(kind: Any, value: Any) -> int | None:
    bits = 63 if isinstance(kind, BigInteger) else 31
    return value if type(value) is int and -(2**bits) <= value < 2**bits else None


def _text(kind: Any, value: Any) -> str | None:
    longest = kind.length or names.URL_LENGTH
    return value if isinstance(value, str) and len(value) <= longest and "\0" not in value else None


def _binary(_: Any, value: Any) -> bytes | None:
    content = base64.b64decode(value, validate=True)
    return content if len(content) <= _LONGEST_BINARY else None


# How each type is read from JSON: the value, or None if it does not fit. Stored times have no time zone.
_TYPES: dict[type, Callable[[Any, Any], Any]] = {
    Boolean: lambda _, value: value if isinstance(value, bool) else None,
    Integer: _number,
    String: _text,
    JSON: lambda _, value: value if isinstance(value, dict) else None,
    LargeBinary: _binary,
    DateTime: lambda _, value: datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None),
}


def _plain(value: Any) -> str:
    """Return the text for a value that JSON can't represent."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"{type(value).__name__} cannot be written")
