"""Lists that are read in pages, and the opaque cursors that lead to the next page."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.models.base import Moment
from app.storage.database import AnyRow, fetch

T = TypeVar("T")
U = TypeVar("U")
_Query = Select[*tuple[Any, ...]]
_Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Condition = ColumnElement[bool] | InstrumentedAttribute[bool]

_MOST_DIGITS = 18  # fit into 64 bits


class Page(NamedTuple, Generic[T]):
    """Part of a list, with the cursor of the next part if there is one."""

    rows: Sequence[T]
    next_cursor: str | None

    def of(self, view: Callable[[T], U]) -> "Page[U]":
        """Return the page with each row replaced by its view."""
        return Page([view(row) for row in self.rows], self.next_cursor)


class Keyset:
    """A query that is read in pages: each starts after the values of the row that ended the one before.

    Its statements are built once, because building a statement costs more than running it.
    """

    def __init__(
        self,
        query: _Query,
        order: Mapping[str, _Column],
        *,
        page: int,
        descending: bool = False,
        mark: str = "",
    ) -> None:
        """Read `query` by the columns of `order`, which its rows have under these names.

        Where a list has several orders, a `mark` keeps their cursors apart.
        """
        self._mark = [mark] if mark else []
        columns = tuple_(*order.values())
        after = tuple_(*(bindparam(f"after_{name}", type_=one.type) for name, one in order.items()))
        self._order, self._page = order, page
        self._all = query.order_by(*(one.desc() if descending else one for one in order.values()))
        self._limited = self._all.limit(bindparam("most"))
        self._next = self._limited.where(columns < after if descending else columns > after)

    def all(self, values: Mapping[str, object], *conditions: Condition) -> Sequence[AnyRow]:
        """Return all rows that meet the conditions."""
        return fetch(self._all.where(*conditions) if conditions else self._all, values).all()

    def page(
        self,
        values: Mapping[str, object],
        *conditions: Condition,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[AnyRow]:
        """Return the page after `cursor`, or the first one.

        Raises `InvalidInput` if the cursor is malformed.
        """
        most = limit or self._page
        statement, after = self._limited, {}
        if cursor is not None:
            statement, after = self._next, self._read(cursor)
        given = {**values, **after, "most": most + 1}
        rows = fetch(statement.where(*conditions) if conditions else statement, given).all()
        return Page(rows[:most], self._write(rows[most - 1]) if len(rows) > most else None)

    def page_or_all(
        self, values: Mapping[str, object], *conditions: Condition, limit: int | None, cursor: str | None
    ) -> Page[AnyRow]:
        """Return a page, or everything without limit and cursor, as the API lists it."""
        if limit is None and cursor is None:
            return Page(self.all(values, *conditions), None)
        return self.page(values, *conditions, limit=limit, cursor=cursor)

    def _write(self, row: AnyRow) -> str:
        values = (getattr(row, name) for name in self._order)
        texts = (one.isoformat() if isinstance(one, datetime) else str(one) for one in values)
        return write(*self._mark, *texts)

    def _read(self, cursor: str) -> dict[str, Any]:
        *mark, text = _decoded(cursor).split(" ", len(self._mark))
        texts = text.rsplit(" ", len(self._order) - 1)  # only the first may contain spaces
        if mark != self._mark or len(texts) != len(self._order) or "" in texts:
            raise InvalidInput(Code.INVALID_CURSOR, field="cursor")
        named = zip(self._order.items(), texts, strict=True)
        return {f"after_{name}": _value(column, text) for (name, column), text in named}


def write(*values: str) -> str:
    """Return an opaque cursor made of the values that identify a row."""
    return base64.urlsafe_b64encode(" ".join(values).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(Code.INVALID_CURSOR, field="cursor") from error
    if "\0" in text:
        raise InvalidInput(Code.INVALID_CURSOR, field="cursor")
    return text


def _value(column: _Column, text: str) -> str | int | datetime:
    """Return a value of a cursor as its column compares it. Raises `InvalidInput`."""
    if isinstance(column.type, Moment):
        return _moment(text)
    if not isinstance(column.type, Integer):
        return text
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InvalidInput(Code.INVALID_CURSOR, field="cursor")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        # Rows are compared in UTC, and a time at the edge of the calendar may have no UTC equivalent.
        in_utc = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(Code.INVALID_CURSOR, field="cursor") from error
    if at.tzinfo is None:
        raise InvalidInput(Code.INVALID_CURSOR, field="cursor")
    return in_utc
