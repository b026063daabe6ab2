"""The model of API keys: section 6 of the contract."""

from datetime import datetime, timedelta
from typing import Any

from tests.model.state import NO_ACCESS, NO_KEYS, ROLES, Key, Organization, Refused, Secret, State
from tests.model.times import written, written_if

UNKNOWN = "API key not found"
MOST_DAYS = 3650


def make(
    state: State,
    actor: Secret,
    identifier: str,
    *,
    name: str,
    role: str,
    only: str | None,
    days: int | None,
) -> tuple[dict[str, Any], Secret]:
    """Create a key; return its payload without the secret, and the `Secret` that authenticates with it."""
    state.authenticate(actor)
    if not name.strip():
        raise Refused(400, "Name is required")
    if role not in ROLES:
        raise Refused(400, "Invalid role specified")
    _check_days(days)
    _check_portal(actor)
    limit = state.enter(actor, only, "read", NO_ACCESS)[0] if only else None

    key = Key(identifier, actor.owner, name.strip(), role, limit, state.now, _in(state, days))
    state.keys.append(key)
    key.current = Secret(actor.owner, key)
    return {"status": "OK", "data": shown(key)}, key.current


def renew(
    state: State, actor: Secret, used: Secret, *, days: int | None, overlap: int
) -> tuple[dict[str, Any], Secret]:
    """Give a key a new secret; `used` is its current one, or an older one."""
    state.authenticate(actor)
    _check_days(days)
    key = _own_key(state, actor, used)
    if days is None and key.expires_at and key.expires_at <= state.now:
        raise Refused(400)

    if key.previous and key.previous.until:
        key.previous.until = min(key.previous.until, state.now)
    until = state.now + timedelta(hours=overlap)
    assert key.current
    key.current.until = min(until, key.expires_at) if key.expires_at else until
    key.expires_at = _in(state, days) or key.expires_at
    key.previous, key.current = key.current, Secret(key.owner, key)
    return {"status": "OK", "data": shown(key)}, key.current


def revoke(state: State, actor: Secret, used: Secret) -> dict[str, Any]:
    state.authenticate(actor)
    _own_key(state, actor, used).ended = True
    return {"status": "OK"}


def listed(state: State, actor: Secret) -> dict[str, Any]:
    """Return an account's keys, oldest first; a limited key sees those of its organization."""
    state.authenticate(actor)
    limit: Organization | None = actor.key.only if actor.key else None
    mine = [key for key in state.keys if key.owner == actor.owner and not key.ended]
    return {"data": [shown(key) for key in mine if limit is None or key.only is limit]}


def shown(key: Key) -> dict[str, Any]:
    """Return a key without its prefix and its last use."""
    return {
        "id": key.id,
        "name": key.name,
        "role": key.ceiling,
        "org_id": key.only.id if key.only else None,
        "created_at": written(key.made_at),
        "expires_at": written_if(key.expires_at),
    }


def _own_key(state: State, actor: Secret, used: Secret) -> Key:
    _check_portal(actor)
    if used.key is None or used.key.owner != actor.owner or used.key.ended:
        raise Refused(404, UNKNOWN)
    return used.key


def _check_portal(actor: Secret) -> None:
    if actor.key:
        raise Refused(403, NO_KEYS)


def _check_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(400)


def _in(state: State, days: int | None) -> datetime | None:
    return state.now + timedelta(days=days) if days else None
