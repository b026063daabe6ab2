"""The record: every change leaves an entry in its own transaction."""

from typing import Any

from app import clock
from app.database import session
from app.models import AuditEntry
from app.services.actors import Actor


def record(
    actor: Actor | None,
    action: str,
    target: str,
    *,
    organization_id: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    by: str | None = None,
) -> None:
    """Add an entry. Without an actor, `by` is whom a mailed link stands for, or nobody: the operator."""
    session.add(
        AuditEntry(
            at=clock.now(),
            organization_id=organization_id,
            actor_id=actor.user_id if actor else by,
            credential_id=actor.credential_id if actor else None,
            action=action,
            target=target,
            before=before,
            after=after,
            request_id=session.info.get("request_id"),
        )
    )
