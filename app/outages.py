"""Outages: what databases and drivers say when they cannot work now, told from mistakes of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.errors import Unavailable

# Postgres, when it was told to take no changes: a standby, or an operator's maintenance.
_READ_ONLY = "25006"


@contextmanager
def named() -> Iterator[None]:
    """Turn "no connection", "locked", "read-only" and "disk full" into an answer that people can act on."""
    try:
        yield
    except (OperationalError, NoConnectionFree) as error:
        raise Unavailable from error
    except DBAPIError as error:
        if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _READ_ONLY:
            raise Unavailable from error
        raise
