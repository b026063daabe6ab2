"""Formats times (in UTC), durations, sizes and initials for people."""

import hashlib
from datetime import datetime

from app.base import clock

HUES = 8
_MINUTE, _HOUR = 60, 3600
_STEP = 1024
_WEEK_DAYS, _TWO_DAYS = 7, 2


def ago(moment: datetime | None) -> str:
    """Return how long ago a time was: `5 minutes ago`, `Yesterday`, or `Never` for None."""
    if moment is None:
        return "Never"
    now = clock.now()
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return "Just now"
    if seconds < _HOUR:
        minutes = int(seconds // _MINUTE)
        return f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    days = (now.date() - moment.date()).days
    if days < _TWO_DAYS:
        return "Yesterday" if days else f"Today, {moment:%H:%M}"
    return f"{days} days ago" if days < _WEEK_DAYS else day(moment)


def until(moment: datetime) -> str:
    """Return when something expires: `Expires tomorrow`, `Expires in 12 days`."""
    now = clock.now()
    if moment <= now:
        return "Expired"
    days = (moment.date() - now.date()).days
    if days < _TWO_DAYS:
        return "Expires tomorrow" if days else f"Expires today, {moment:%H:%M}"
    return f"Expires in {days} days"


def span(seconds: int) -> str:
    """Return a duration, rounded up: `40 seconds`, `2 minutes`, `1 hour`."""
    for unit, name in ((_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds > unit - unit // _MINUTE:
            count = -(-seconds // unit)
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} second{'s' if seconds > 1 else ''}"


def day(moment: datetime) -> str:
    """Return a date: `12 Nov 2026`."""
    return f"{moment.day} {moment:%b %Y}"


def size(count: int) -> str:
    """Return a size: `512 B`, `1.4 MB`. A kilobyte has 1,024 bytes."""
    if count < _STEP:
        return f"{count} B"
    power = next((power for power in (1, 2, 3) if round(count / _STEP**power, 1) < _STEP), 4)
    return f"{count / _STEP**power:.1f}".removesuffix(".0") + f" {'KMGT'[power - 1]}B"


def moment(at: datetime) -> str:
    """Return a date and time: `12 Nov 2026, 09:14:03 UTC`."""
    return f"{day(at)}, {at:%H:%M:%S} UTC"


def initials(text: str) -> str:
    """Return one or two initials of a name or an address."""
    words = text.partition("@")[0].replace(".", " ").split()
    letters = [word[0] for word in words if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"


def hue(text: str) -> int:
    """Return the color number of a text, 0 to 7; the same text always has the same color."""
    return hashlib.blake2s(text.encode()).digest()[0] % HUES
