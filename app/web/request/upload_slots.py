"""Concurrency slots of uploads: how many come in at once in this process, of one person, from one network.

A slot is taken once the sender and the fields in front of the file were judged, so strangers take none. The
server's lane for uploads has a few threads more, which judge; its deadlines end senders that are too slow.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from app.base.errors import TooManyRequests, Unavailable

# Each holds a thread and a draft on disk while it comes in.
MOST_AT_ONCE = 16
# A pipeline may send several bundles at once. Neither one person nor the accounts that one may have take all.
MOST_EACH = MOST_AT_ONCE // 4
MOST_OF_A_NETWORK = MOST_AT_ONCE * 3 // 4
_PAUSE_SECONDS = 5

_lock = threading.Lock()
_taken: Counter[str] = Counter()
_networks: Counter[str] = Counter()


@contextmanager
def occupied(person: str, network: str) -> Iterator[None]:
    """Hold a slot for a person who sends from a network as long as the block runs.

    Raises `TooManyRequests` for a person with too many uploads, `Unavailable` if there is no slot left.
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
                "Too many uploads at once",
                message=f"{MOST_EACH} of yours are coming in. Try again when one of them is done.",
                reason="uploads_at_once",
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
