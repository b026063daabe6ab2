"""Cursors: where the next page of a list in order of time begins."""

import base64
import binascii
from datetime import datetime

from app.errors import InvalidInput


def write(at: datetime, key: str) -> str:
    """Return an opaque cursor behind the row with this moment and key."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {key}".encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, str]:
    """Return the moment and the key in a cursor, or raise."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        moment, _, key = text.partition(" ")
        at = datetime.fromisoformat(moment)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("cursor is not valid", field="cursor") from error
    if at.tzinfo is None or not key:
        raise InvalidInput("cursor is not valid", field="cursor")

    return at, key
