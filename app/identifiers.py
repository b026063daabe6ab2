"""Identifiers: opaque, prefixed, ordered by time; they are the primary keys."""

import uuid6


def new(prefix: str) -> str:
    """Return a new identifier, such as `org_0192…`: a UUIDv7 with 74 random bits, in hex."""
    return f"{prefix}_{uuid6.uuid7().hex}"
