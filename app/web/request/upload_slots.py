"""Limit concurrent uploads in this process: in total, per person and per network.

An upload takes a slot after its sender and the fields before the file were checked, so anonymous requests
take none. The server's lane for uploads has a few more threads for those checks.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.base.codes import Code
from app.base.errors import TooManyRequests, Unavailable

# Each takes up a thread and a draft file until it has arrived.
MOST_AT_ONCE = 16
# CI pipelines send several bundles at once, but neither one person nor one network may take every slot.
MOST_EACH = MOST_AT_ONCE // 4
MOST_OF_A_NETWORK = MOST_AT_ONCE * 3 // 4
_PAUSE_SECONDS = 5

_lock = threading.Lock()
_taken: Counter[str] = Counter()
_networks: Counter[str] = Counter()


@contextmanager
def slot(person: str, network: str) -> Iterator[None]:
    """Occupy a slot for an upload of the person from the network until the block ends.

    Raises `TooManyRequests` if the person has too many uploads, and `Unavailable` if no slot is free.
    """
    _take(person, network)
    try:
        yield
    finally:
        _give_back(person, network)


def _take(person: str, network: str) -> None:
    with _lock:
        if _taken[person] >= MOST_EACH:
            raise TooManyRequests(
                _PAUSE_SECONDS,
                Code.TOO_MANY_UPLOADS,
                message=f"You already have {MOST_EACH} uploads in progress. Try again when one is done.",
            )
        if _taken.total() >= MOST_AT_ONCE or _networks[network] >= MOST_OF_A_NETWORK:
            raise Unavailable(_PAUSE_SECONDS)
        _taken[person] += 1
        _networks[network] += 1


def _give_back(person: str, network: str) -> None:
    with _lock:
        for counter, name in ((_taken, person), (_networks, network)):
            counter[name] -= 1
            if not counter[name]:
                del counter[name]
