"""The units of work of a request: reads, and one change, which is committed when its block ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm import Session

from app.web.current import current

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def changes() -> bool:
    """Tell whether the request means to change something."""
    return request.method not in SAFE_METHODS


@contextmanager
def reading() -> Iterator[Session]:
    """Open a unit of work that only reads."""
    with current.database.reading() as opened:
        yield opened


@contextmanager
def writing() -> Iterator[Session]:
    """Open a unit of work that changes things; any exception rolls it back, a refusal included."""
    with current.database.writing() as opened:
        opened.info["request_id"] = current.request_id
        yield opened
