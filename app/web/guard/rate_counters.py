"""Count requests for rate limits, in this process or in a Redis that several processes share."""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

log = structlog.get_logger()

# Callers counted per window; beyond that, those whose last request is oldest are dropped.
MOST_CALLERS = 200_000
RETRY_SECONDS = 5.0
# A Redis in the same network answers within milliseconds; requests must not wait for one that hangs.
_ANSWER_SECONDS = 0.25
_START_SECONDS = 2.0
# The library's retries would multiply the time that each request waits.
_OPTIONS: dict[str, Any] = {
    "socket_timeout": _ANSWER_SECONDS,
    "socket_connect_timeout": _ANSWER_SECONDS,
    "retry": None,
}
NOT_SHARED = "rate_limits_not_shared"


class Counter(Protocol):
    """Count requests per caller in windows of fixed length."""

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Add `cost` to the caller's count and return its total in the current window."""

    def resets_in(self, name: str, seconds: int, caller: str) -> float:
        """Return the seconds until the caller's window ends, at most its length."""


class _Window:
    """One window: two dictionaries, of which the older is dropped when the newer is full."""

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
    """Count in this process, by the monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start with no counts."""
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._windows: dict[str, _Window] = {}

    def __len__(self) -> int:
        """Return the number of counts, one per caller and window."""
        return sum(len(window.older) + len(window.newer) for window in self._windows.values())

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Add `cost` to the caller's count and return its total in the current window."""
        now = self._monotonic()
        with self._lock:
            window = self._windows.get(name)
            if window is None or now >= window.ends_at:
                window = self._windows[name] = _Window(now + seconds)
            return window.hit(caller, cost)

    def resets_in(self, name: str, seconds: int, caller: str) -> float:  # noqa: ARG002 - one window for all
        """Return the seconds until the window ends, at most its length."""
        window = self._windows.get(name)
        return _within(window.ends_at - self._monotonic(), seconds) if window else float(seconds)


class SharedCounter:
    """Count in a Redis, or in this process while the Redis is unreachable.

    A thread reconnects to the Redis, so that no request waits for it.
    """

    def __init__(self, url: str, prefix: str) -> None:
        """Wait up to two seconds for a connection."""
        # The library has its own name for the `unix:` scheme of Redis clients.
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
        """Whether the Redis answered its last request."""
        return self._storage is not None

    def hit(self, name: str, seconds: int, caller: str, cost: int = 1) -> int:
        """Add `cost` to the caller's count and return its total in the current window."""
        count = self._call(lambda storage: storage.incr(f"{name}:{caller}", seconds, cost))
        return self._process.hit(name, seconds, caller, cost) if count is None else int(count)

    def resets_in(self, name: str, seconds: int, caller: str) -> float:
        """Return the seconds until the caller's window ends, at most its length."""
        remaining = self._call(lambda storage: storage.get_expiry(f"{name}:{caller}") - time.time())
        return (
            self._process.resets_in(name, seconds, caller)
            if remaining is None
            else _within(remaining, seconds)
        )

    def _call(self, command: Callable[[Any], float]) -> float | None:
        """Return the result of a Redis command, None while the Redis is unreachable."""
        storage = self._storage
        try:
            return command(storage) if storage else None
        except Exception as error:  # noqa: BLE001 - a broken Redis must not fail requests
            self._disconnect(error)
            return None

    def _disconnect(self, error: Exception) -> None:
        """Switch to counting in this process, and log that once even if several requests fail together."""
        with self._lock:
            lost, self._storage = self._storage is not None, None
        if lost:
            log.warning(NOT_SHARED, storage=_without_password(self._url), reason=_reason(error))
            self._watch()

    def _watch(self) -> None:
        threading.Thread(target=self._connect, name="rate-limit-storage", daemon=True).start()

    def _connect(self) -> None:
        """Try until the Redis is reachable, and log its return after a failure."""
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
        except Exception as error:  # noqa: BLE001 - no failure may end this thread
            if not self._tried.is_set():
                log.warning(NOT_SHARED, storage=_without_password(self._url), reason=_reason(error))
            return False
        self._storage = storage
        return True


def _without_password(url: str) -> str:
    """Return the host, port and path of a URL, for the log."""
    return url.partition("//")[2].rpartition("@")[2].partition("?")[0]


def _reason(error: Exception) -> str:
    """Return the kind of an error for the log; its text may contain the URL with its password."""
    missing = isinstance(error, ConfigurationError)
    return "package missing: install crewroom[redis]" if missing else type(error).__name__


def _within(remaining: float, seconds: int) -> float:
    return min(max(0.0, remaining), float(seconds))
