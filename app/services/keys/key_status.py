"""How a key stands: works, or why not."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.base import clock

# For so long the pages still show what has ended.
SHOWN = timedelta(days=30)
_END = datetime.max.replace(tzinfo=UTC)


class KeyState(StrEnum):
    """One word for how a key stands."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CUT_OFF = "cut_off"
    LIMITED = "limited_by_policy"


def state_of(
    *,
    revoked_at: datetime | None,
    expires_at: datetime | None,
    cut_off_at: datetime | None = None,
    admitted: bool = True,
) -> KeyState:
    """Return the state of a key; what cannot be undone comes first."""
    if revoked_at:
        return KeyState.REVOKED
    if expires_at and expires_at <= clock.now():
        return KeyState.EXPIRED
    if cut_off_at:
        return KeyState.CUT_OFF
    return KeyState.ACTIVE if admitted else KeyState.LIMITED


def shown_since(*, ended: bool) -> datetime:
    """Return since when something may have ended and be listed still; the end of time lists none."""
    return clock.now() - SHOWN if ended else _END
