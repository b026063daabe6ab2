"""The state of a key: active, or why it doesn't work."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.base import clock

# How long the pages keep showing keys that have ended.
SHOWN = timedelta(days=30)
_NEVER = datetime.max.replace(tzinfo=UTC)


class KeyState(StrEnum):
    """The state of a key."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    # The word that the API documents.
    BLOCKED = "cut_off"
    LIMITED = "limited_by_policy"


def state_of(
    *,
    revoked_at: datetime | None,
    expires_at: datetime | None,
    cut_off_at: datetime | None = None,
    accepted: bool = True,
) -> KeyState:
    """Return the state of a key; irreversible states come first. `accepted` is by the key policies."""
    if revoked_at:
        return KeyState.REVOKED
    if expires_at and expires_at <= clock.now():
        return KeyState.EXPIRED
    if cut_off_at:
        return KeyState.BLOCKED
    return KeyState.ACTIVE if accepted else KeyState.LIMITED


def shown_since(*, ended: bool) -> datetime:
    """Return the time after which a key may have ended and still be listed; `ended=False` lists none."""
    return clock.now() - SHOWN if ended else _NEVER
