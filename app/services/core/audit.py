"""Audit entries. A change writes its entry in its own transaction, a refused attempt in a later one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypedDict

from sqlalchemy import RowMapping, bindparam, select

from app.base import clock, identifiers
from app.base.events import Event
from app.models import AuditEntry, Membership, Outcome, User
from app.services.core import audit_chain
from app.services.core.actors import Access, Actor
from app.storage.database import db, fetch
from app.text.email_addresses import Address

READ_STEP = timedelta(minutes=1)
_LONGEST_TARGET = 255

_BY_ADDRESS = (
    select(User.id)
    .join(Membership, Membership.user_id == User.id)
    .where(Membership.organization_id == bindparam("organization_id"), User.email_key == bindparam("key"))
)
_LAST_READ = (
    select(AuditEntry.id)
    .where(
        AuditEntry.organization_id == bindparam("organization_id"),
        AuditEntry.at > bindparam("after"),
        AuditEntry.credential_id == bindparam("credential_id"),
        AuditEntry.action == Event.AUDIT_READ.value,
    )
    .limit(1)
)


class Attempt(TypedDict):
    """A refused attempt: the actor, the action, its target, and the error."""

    organization_id: str | None
    actor_id: str
    credential_id: str | None
    action: str
    target: str
    error: str


def record(
    event: Event,
    actor: Access | Actor | None,
    target: str,
    *,
    organization_id: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    by: str | None = None,
) -> None:
    """Add an entry. Without an actor, `by` is the owner of a mailed link; without either, the operator acted.

    An access names its actor and the organization that the entry belongs to.
    Raises `TypeError` if the details don't match those that the event table declares for the event.
    """
    if not (event.before.fit(before) and event.after.fit(after)):
        raise TypeError(f"{event}: wrong details, before {sorted(before or {})}, after {sorted(after or {})}")
    if isinstance(actor, Access):
        organization_id, actor = actor.organization.id, actor.actor
    values = {"organization_id": organization_id, "target": target, "before": before, "after": after}
    _add(
        event.value,
        Outcome.DONE,
        actor.user_id if actor else by,
        actor.credential_id if actor else None,
        values,
    )


def record_refusal(
    attempt: Attempt | RowMapping, details: Mapping[str, object], request_id: str | None
) -> None:
    """Add an entry for a refused attempt; `refused_attempts` decides which attempts get one."""
    values = {"organization_id": attempt["organization_id"], "target": attempt["target"]}
    _add(
        attempt["action"],
        Outcome.REFUSED,
        attempt["actor_id"],
        attempt["credential_id"],
        {**values, "before": None, "after": details},
        request_id=request_id,
    )


def target_of(organization_id: str | None, target: Address | str | None) -> str | None:
    """Return the identifier of a member or invitee, or any other target as it was typed.

    So an entry doesn't reveal whether the address of an outsider has an account.
    """
    if not isinstance(target, Address):
        return target and target[:_LONGEST_TARGET]
    values = {"organization_id": organization_id, "key": target.key}
    user_id = fetch(_BY_ADDRESS, values).scalar() if organization_id else None
    return user_id or target.typed


def record_read(access: Access) -> None:
    """Record that the actor read the log, unless the same credential did within the last minute."""
    audit_chain.lock_head(access.organization.id)
    if not read_recently(access):
        record(Event.AUDIT_READ, access, access.organization.id)


def read_recently(access: Access) -> bool:
    """Return whether a read was recorded within the last minute, so that paging does not flood the log."""
    values = {
        "organization_id": access.organization.id,
        "credential_id": access.actor.credential_id,
        "after": clock.now() - READ_STEP,
    }
    return fetch(_LAST_READ, values).first() is not None


def record_export(access: Access, file_format: str, filters: dict[str, str]) -> None:
    """Record an export of the log, with its format and filters."""
    record(Event.AUDIT_EXPORTED, access, access.organization.id, after={"format": file_format, **filters})


def _add(
    action: str,
    outcome: Outcome,
    actor_id: str | None,
    credential_id: str | None,
    values: dict[str, Any],
    *,
    request_id: str | None = None,
) -> None:
    audit_chain.append(
        {
            "id": identifiers.new("entry"),
            "at": clock.now(),
            "actor_id": actor_id,
            "credential_id": credential_id,
            "action": action,
            "outcome": outcome.value,
            "request_id": request_id or db.info.get("request_id"),
            **values,
        }
    )
