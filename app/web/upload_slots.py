"""Concurrency slots of uploads: how many come in at once, in this process, and how many of one person.

A slot is taken once the sender and the fields in front of the file were judged, so strangers take none. The
server's lane for uploads has a few threads more, which judge; its deadlines end senders that are too slow.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import TooManyRequests, Unavailable

# Each holds a thread and a draft on disk while it comes in.
MOST_AT_ONCE = 16
# One person must not keep everybody else waiting; a pipeline may send several bundles at once.
MOST_EACH = 8
_PAUSE_SECONDS = 5

_lock = threading.Lock()
_taken: Counter[str] = Counter()


@contextmanager
def taken(person: str) -> Iterator[None]:
    """Hold a slot of a person's as long as the block runs, or refuse when there is none."""
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
