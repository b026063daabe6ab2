"""The JSON API of the audit log: types of answers, and descriptions of operations."""

from typing import Annotated, NotRequired, TypedDict

from app.base.clock import rfc3339
from app.base.events import Event, Group
from app.models import Outcome
from app.services.audit_log import queries
from app.web.json_types import Page
from app.web.json_types.description import Description
from app.web.json_types.texts import Keywords, Moment


class AuditKey(TypedDict):
    """The credential that was used. Sessions and deleted keys have no `name`."""

    id: str
    name: NotRequired[str]


class AuditActor(TypedDict):
    """The account that acted. `email` is null if the account was deleted."""

    uid: str
    email: str | None


class AuditEntry(TypedDict):
    """An entry of the audit log. `outcome` is `refused` if the action was attempted but not allowed."""

    id: str
    at: Moment
    actor: AuditActor | None
    key: AuditKey | None
    action: Annotated[str, Keywords(examples=[event.value for event in Event])]
    target: str
    before: dict[str, object] | None
    after: dict[str, object] | None
    request_id: str | None
    outcome: Outcome


def audit_entry(found: queries.Entry) -> AuditEntry:
    """Return an entry of the audit log; sessions and deleted keys have no name."""
    return {
        "id": found.id,
        "at": rfc3339(found.at),
        "actor": {"uid": found.actor_id, "email": found.actor_email} if found.actor_id else None,
        "key": _audit_key(found.credential_id, found.key_name) if found.credential_id else None,
        "action": found.action,
        "target": found.target,
        "before": found.before,
        "after": found.after,
        "request_id": found.request_id,
        "outcome": found.outcome,
    }


def _audit_key(identifier: str, name: str | None) -> AuditKey:
    return {"id": identifier, "name": name} if name else {"id": identifier}


_GROUPS = ", ".join(f"`{group.value}`" for group in Group if group.in_organizations)
_ACTION = f"An event (`member.invited`), the first part of its name (`member`), or a group: {_GROUPS}."

INDEX = Description(
    "Audit log",
    Page[AuditEntry],
    files={
        "text/csv": "With `format=csv`, all matching entries as a table.",
        "application/jsonl": "With `format=jsonl`, all matching entries, one per line.",
    },
    fields={"format": {"enum": ["csv", "jsonl"]}, "action": {"description": _ACTION}},
)
