"""The current time. Only this module reads the system clock.

Several hosts that serve one portal need one clock, so a portal on Postgres follows the clock of its database.
Between two readings, time advances by the host's monotonic clock: adjusting the host's clock has no effect.
"""

import time
from datetime import UTC, datetime, timedelta

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # also counts while suspended

FOLLOWED_SECONDS = 10

_followed: tuple[datetime, float] | None = None


def now() -> datetime:
    """Return the current time in UTC, by the database's clock on Postgres and the host's on SQLite."""
    if _followed is None:
        return datetime.now(UTC)
    moment, since = _followed
    return moment + timedelta(seconds=elapsed() - since)


def host() -> datetime:
    """Return the time of the host's own clock in UTC, even if `now` follows the database."""
    return datetime.now(UTC)


def follow(moment: datetime, *, since: float) -> None:
    """Follow another clock, which showed `moment` when `elapsed` returned `since`."""
    global _followed  # noqa: PLW0603 - one clock for the process
    _followed = moment.astimezone(UTC), since


def is_stale() -> bool:
    """Return whether the followed clock must be read again."""
    return _followed is None or elapsed() - _followed[1] > FOLLOWED_SECONDS


def elapsed() -> float:
    """Return monotonic seconds since an arbitrary origin."""
    return time.clock_gettime(_CLOCK)


def rfc3339(moment: datetime) -> str:
    """Format a time as the API does: RFC 3339 in UTC, with whole seconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
