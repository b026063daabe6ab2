"""Units of work of a request: reads, and changes, which are committed at the end of the block."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm import Session

from app.web.current import current

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def changes() -> bool:
    """Return whether the method of the request is one that changes something."""
    return request.method not in SAFE_METHODS


@contextmanager
def reading() -> Iterator[Session]:
    """Open a read-only unit of work."""
    with current.database.reading() as opened:
        yield opened


@contextmanager
def writing() -> Iterator[Session]:
    """Open a unit of work for changes; any exception, including a refusal, rolls it back."""
    with current.database.writing() as opened:
        opened.info["request_id"] = current.request_id
        yield opened
