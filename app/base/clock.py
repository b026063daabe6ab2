"""The time; the only place that asks the machine for it.

Several hosts of one portal need one clock, so a portal on Postgres follows the clock of its database. Between
two readings, time advances by the host's monotonic clock: a step of the host's clock has no effect.
"""

import time
from datetime import UTC, datetime, timedelta

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # also goes on while a machine is suspended

FOLLOWED_SECONDS = 10

_followed: tuple[datetime, float] | None = None


def now() -> datetime:
    """Return the present moment in UTC, with microseconds: the database's on Postgres, else the host's."""
    if _followed is None:
        return datetime.now(UTC)
    moment, since = _followed
    return moment + timedelta(seconds=elapsed() - since)


def host() -> datetime:
    """Return the time of the host's own clock, in UTC, whatever `now` follows."""
    return datetime.now(UTC)


def follow(moment: datetime, *, since: float) -> None:
    """Set the time: it was `moment` when `elapsed` returned `since`."""
    global _followed  # noqa: PLW0603 - there is one time
    _followed = moment.astimezone(UTC), since


def stale() -> bool:
    """Tell whether the clock that is followed has to be read again."""
    return _followed is None or elapsed() - _followed[1] > FOLLOWED_SECONDS


def elapsed() -> float:
    """Return monotonic seconds since an arbitrary origin."""
    return time.clock_gettime(_CLOCK)


def rfc3339(moment: datetime) -> str:
    """Write a moment as the contract does: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
