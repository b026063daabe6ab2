"""Pages of a list, and the opaque cursors that lead to the next one."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from app.base.errors import InvalidInput

T = TypeVar("T")

_INVALID = "cursor is not valid"


class Page(NamedTuple, Generic[T]):
    """Part of a list, with the cursor of the next part if there is one."""

    rows: Sequence[T]
    next_cursor: str | None


def write(at: datetime, key: str) -> str:
    """Return an opaque cursor that points after the row with this time and key."""
    return write_text(f"{at.isoformat()} {key}")


def read(cursor: str) -> tuple[datetime, str]:
    """Return the time, in UTC, and the key in a cursor. Raises `InvalidInput` if the cursor is malformed."""
    time, _, key = read_text(cursor).partition(" ")
    try:
        at = datetime.fromisoformat(time)
        # Rows are compared in UTC, and a time at the edge of the calendar may have no UTC equivalent.
        in_utc = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(_INVALID, field="cursor") from error
    if at.tzinfo is None or not key:
        raise InvalidInput(_INVALID, field="cursor")

    return in_utc, key


def write_text(text: str) -> str:
    """Return an opaque cursor made of a text that identifies a row."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_text(cursor: str) -> str:
    """Return the text in a cursor. Raises `InvalidInput` if the cursor is malformed."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(_INVALID, field="cursor") from error
    if not text or "\0" in text:
        raise InvalidInput(_INVALID, field="cursor")
    return text
