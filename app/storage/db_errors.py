"""Outages: what databases and drivers say when they cannot work now, told from mistakes of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.base.errors import Unavailable

# Postgres, when it was told to take no changes: a standby, or an operator's maintenance.
_READ_ONLY = "25006"
# The kind of an error of SQLite's; the bits above tell more.
_PRIMARY = 0xFF


@contextmanager
def translated() -> Iterator[None]:
    """Turn "no connection", "locked", "read-only" and "disk full" into an answer that people can act on."""
    try:
        yield
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise Unavailable(certain=not _amid_commit(error)) from error
    except NoConnectionFree as error:
        raise Unavailable from error


def read_only(refusal: Unavailable) -> bool:
    """Tell whether SQLite refused because it may not write its files."""
    error = refusal.__cause__
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & _PRIMARY == sqlite3.SQLITE_READONLY


def _is_outage(error: DBAPIError) -> bool:
    said = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) or error.connection_invalidated or said == _READ_ONLY


def _amid_commit(error: DBAPIError) -> bool:
    """Tell whether a connection broke with no statement on its way, as it does in a commit."""
    return error.connection_invalidated and error.statement is None
