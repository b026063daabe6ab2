"""Identifiers: opaque, prefixed, ordered by time; they are the primary keys."""

import uuid6

LONGEST = 40
_LONGEST_PREFIX = LONGEST - 1 - 32


def new(prefix: str) -> str:
    """Return a new identifier, such as `org_0192…`: a UUIDv7 with 74 random bits, in hex.

    A prefix has at most seven letters: SQLite keeps what is too long for a column, Postgres refuses it.
    """
    if len(prefix) > _LONGEST_PREFIX:
        raise ValueError(f"{prefix} is too long for the prefix of an identifier")
    return f"{prefix}_{uuid6.uuid7().hex}"
