"""One unit of work a request: a read session, or the write lock, committed when the view returns."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g, request
from sqlalchemy.orm import Session

from app.database import Database

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def portal_database() -> Database:
    """Return the database of the running portal."""
    found: Database = current_app.extensions["database"]
    return found


def changes() -> bool:
    """Tell whether the request means to change something."""
    return request.method not in SAFE_METHODS


@contextmanager
def of_request(*, changing: bool | None = None) -> Iterator[Session]:
    """Open the unit of work of a request; any exception rolls it back, a refusal included."""
    database = portal_database()
    writes = changes() if changing is None else changing
    with database.writing() if writes else database.reading() as session:
        session.info["request_id"] = g.request_id
        yield session
