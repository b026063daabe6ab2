"""Identifiers: opaque, prefixed, ordered by time; they are the primary keys."""

import re

import uuid6

LONGEST = 40
_LONGEST_PREFIX = LONGEST - 1 - 32
_SHAPE = re.compile(rf"[a-z]{{1,{_LONGEST_PREFIX}}}_[0-9a-f]{{32}}", re.ASCII)


def well_formed(text: str) -> bool:
    """Tell whether a text can be an identifier."""
    return bool(_SHAPE.fullmatch(text))


def new(prefix: str) -> str:
    """Return a new identifier, such as `org_0192…`: a UUIDv7 with 74 random bits, in hex.

    A prefix has at most seven letters: SQLite keeps what is too long for a column, Postgres refuses it.
    """
    if len(prefix) > _LONGEST_PREFIX:
        raise ValueError(f"{prefix} is too long for the prefix of an identifier")
    return f"{prefix}_{uuid6.uuid7().hex}"
