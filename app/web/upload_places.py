"""The places of uploads: how many come in at once, in this process, and how many of them are one person's."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import TooManyRequests, Unavailable

# People who upload slowly must not fill the disk with drafts by the hundred.
MOST_AT_ONCE = 16
# Nor may one of them keep everybody else waiting; a pipeline may send several bundles at once.
MOST_EACH = 8
_PAUSE_SECONDS = 5

_lock = threading.Lock()
_taken: Counter[str] = Counter()


@contextmanager
def taken(person: str) -> Iterator[None]:
    """Hold a place for somebody as long as the block runs, or refuse when there is none."""
    _take(person)
    try:
        yield
    finally:
        _give_back(person)


def _take(person: str) -> None:
    with _lock:
        if _taken[person] >= MOST_EACH:
            raise TooManyRequests(
                _PAUSE_SECONDS,
                "Too many uploads at once",
                message=f"{MOST_EACH} of yours are coming in. Try again when one of them is done.",
                reason="uploads_at_once",
            )
        if _taken.total() >= MOST_AT_ONCE:
            raise Unavailable(_PAUSE_SECONDS)
        _taken[person] += 1


def _give_back(person: str) -> None:
    with _lock:
        _taken[person] -= 1
        if not _taken[person]:
            del _taken[person]
