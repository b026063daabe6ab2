"""Recognizes outages among the errors of databases and drivers; other errors are bugs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.base.errors import Unavailable

# Postgres in read-only mode: a standby, or during maintenance.
_READ_ONLY = "25006"


@contextmanager
def translated() -> Iterator[None]:
    """Translate outages (no connection, locked, read-only, disk full) to `Unavailable`."""
    try:
        yield
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise Unavailable(certain=not _during_commit(error)) from error
    except NoConnectionFree as error:
        raise Unavailable from error


def _is_outage(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) or error.connection_invalidated or state == _READ_ONLY


def _during_commit(error: DBAPIError) -> bool:
    """Return whether a connection broke outside a statement, as in a commit."""
    return error.connection_invalidated and error.statement is None
