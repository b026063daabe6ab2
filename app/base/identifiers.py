"""Identifiers: opaque, prefixed and ordered by time. They are the primary keys."""

import re

import uuid6

LONGEST = 40
_LONGEST_PREFIX = LONGEST - 1 - 32
_SHAPE = re.compile(rf"[a-z]{{1,{_LONGEST_PREFIX}}}_[0-9a-f]{{32}}", re.ASCII)


def well_formed(text: str) -> bool:
    """Return whether a text has the form of an identifier."""
    return bool(_SHAPE.fullmatch(text))


def new(prefix: str) -> str:
    """Return a new identifier, such as `org_0192…`: a UUIDv7 with 74 random bits, in hex.

    Raises `ValueError` if the prefix has more than seven letters: SQLite would store an identifier
    that is too long for its column, and Postgres would refuse it.
    """
    if len(prefix) > _LONGEST_PREFIX:
        raise ValueError(f"{prefix} is too long for an identifier's prefix")
    return f"{prefix}_{uuid6.uuid7().hex}"
