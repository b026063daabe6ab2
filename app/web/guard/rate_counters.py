"""Counters of requests: in this process, or in a Redis that several processes share."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

log = structlog.get_logger()

# Callers that one window remembers; of more, those that asked longest ago are forgotten.
MOST_CALLERS = 200_000
RETRY_SECONDS = 5.0
# A Redis in the same network answers within a few milliseconds; nobody waits longer for one that hangs.
_ANSWER_SECONDS = 0.25
_START_SECONDS = 2.0
# The library's own repetitions would let each request wait several times as long.
_OPTIONS: dict[str, Any] = {
    "socket_timeout": _ANSWER_SECONDS,
    "socket_connect_timeout": _ANSWER_SECONDS,
    "retry": None,
}
NOT_SHARED = "rate_limits_not_shared"


class Counter(Protocol):
    """Counts what callers do in windows of fixed length."""

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Count for a caller; return the caller's count in the present window, this time included."""

    def resets_in(self, name: str, seconds: int, caller: str) -> float:
        """Return in how many seconds the caller's window ends, at most its length."""


class _Window:
    """One window: two plain dictionaries, the elder of which goes when the younger is full."""

    def __init__(self, ends_at: float) -> None:
        self.ends_at = ends_at
        self.older: dict[str, int] = {}
        self.newer: dict[str, int] = {}

    def hit(self, caller: str, cost: int) -> int:
        count = (self.newer.get(caller) or self.older.get(caller, 0)) + cost
        if len(self.newer) >= MOST_CALLERS // 2 and caller not in self.newer:
            self.older, self.newer = self.newer, {}
        self.newer[caller] = count
        return count


class ProcessCounter:
    """Counts in this process, by a clock that nobody sets."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing counted."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._windows: dict[str, _Window] = {}

    def __len__(self) -> int:
        """Return how many callers are remembered, each in each of its windows."""
        return sum(len(window.older) + len(window.newer) for window in self._windows.values())

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Count for a caller; return the caller's count in the present window, this time included."""
        now = self._monotonic()
        with self._lock:
            window = self._windows.get(name)
            if window is None or now >= window.ends_at:
                window = self._windows[name] = _Window(now + seconds)
            return window.hit(caller, cost)

    def resets_in(self, name: str, seconds: int, caller: str) -> float:  # noqa: ARG002 - one window for all
        """Return in how many seconds the window ends, at most its length."""
        window = self._windows.get(name)
        return _within(window.ends_at - self._monotonic(), seconds) if window else float(seconds)


class SharedCounter:
    """Counts in a Redis; in this process while it does not answer, whatever the reason.

    A thread looks after a Redis that is away, so that no request waits for it.
    """

    def __init__(self, url: str, prefix: str) -> None:
        """Connect; return after two seconds at the latest, connected or not."""
        # What Redis' own clients call `unix:`, the library calls otherwise.
        self._url, self._prefix = (
            url.replace("unix:", "redis+unix:") if url.startswith("unix:") else url,
            prefix,
        )
        self._process = ProcessCounter()
        self._lock = threading.Lock()
        self._storage: Any = None
        self._tried = threading.Event()
        self._watch()
        self._tried.wait(_START_SECONDS)

    @property
    def shared(self) -> bool:
        """Whether the Redis answered when it was last asked."""
        return self._storage is not None

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Count for a caller; return the caller's count in the present window, this time included."""
        found = self._ask(lambda storage: storage.incr(f"{name}:{caller}", seconds, cost))
        return self._process.hit(name, seconds, caller, cost) if found is None else int(found)

    def resets_in(self, name: str, seconds: int, caller: str) -> float:
        """Return in how many seconds the caller's window ends, at most its length."""
        left = self._ask(lambda storage: storage.get_expiry(f"{name}:{caller}") - time.time())
        return self._process.resets_in(name, seconds, caller) if left is None else _within(left, seconds)

    def _ask(self, question: Callable[[Any], float]) -> float | None:
        """Return what the Redis answers, None while it does not."""
        storage = self._storage
        try:
            return question(storage) if storage else None
        except Exception as error:  # noqa: BLE001 - no request may fail by what a broken server answers
            self._lose(error)
            return None

    def _lose(self, error: Exception) -> None:
        """Count in this process from now on; of several requests that notice it at once, one says so."""
        with self._lock:
            lost, self._storage = self._storage is not None, None
        if lost:
            log.warning(NOT_SHARED, storage=_without_password(self._url), reason=_reason(error))
            self._watch()

    def _watch(self) -> None:
        threading.Thread(target=self._connect, name="rate-limit-storage", daemon=True).start()

    def _connect(self) -> None:
        """Try until the Redis counts, and say when it does again."""
        while not self._try():
            self._tried.set()
            time.sleep(RETRY_SECONDS)
        if self._tried.is_set():
            log.warning("rate_limits_shared_again")
        self._tried.set()

    def _try(self) -> bool:
        try:
            storage: Any = storage_from_string(self._url, key_prefix=self._prefix, **_OPTIONS)
            storage.incr("trial", 60)
        except Exception as error:  # noqa: BLE001 - a wrong address, a missing package: all but this goes on
            if not self._tried.is_set():
                log.warning(NOT_SHARED, storage=_without_password(self._url), reason=_reason(error))
            return False
        self._storage = storage
        return True


def _without_password(url: str) -> str:
    """Return as much of the address as helps an operator who mistyped it."""
    return url.partition("//")[2].rpartition("@")[2].partition("?")[0]


def _reason(error: Exception) -> str:
    """Name what went wrong; the text of an error may hold the whole address."""
    missing = isinstance(error, ConfigurationError)
    return "package missing: install crewroom[redis]" if missing else type(error).__name__


def _within(left: float, seconds: int) -> float:
    return min(max(0.0, left), float(seconds))
