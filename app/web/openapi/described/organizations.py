"""Descriptions of operations on organizations and their audit log."""

from app.base.events import Group
from app.base.permissions import NO_ACCESS, RULES, Action
from app.services.core import quotas
from app.services.organizations import two_factor_policy
from app.web.json_types import (
    Data,
    DoneWith,
    Entry,
    Organization,
    OrganizationCreated,
    OrganizationDeleted,
    OrganizationUpdated,
    Page,
    Receipt,
    Requirement,
    RoleRights,
)
from app.web.openapi.operations import Described

_TAG = "Organizations"
_RECORD = "Audit log"
_GROUPS = ", ".join(f"`{group.value}`" for group in Group if group.in_organizations)
_ACTION = f"An event (`member.invited`), the first part of its name (`member`), or a group: {_GROUPS}."

OPERATIONS = {
    "organizations.index": Described(
        _TAG, Data[Organization | list[Organization]], refusals={403: (NO_ACCESS,)}
    ),
    "organizations.create": Described(
        _TAG,
        OrganizationCreated,
        refusals={403: (RULES[Action.ORGANIZATION_UPDATE].refusal,), 409: (quotas.ORGANIZATIONS,)},
        without=("orgId",),
    ),
    "organizations.update": Described(_TAG, OrganizationUpdated),
    "organizations.delete": Described(_TAG, OrganizationDeleted),
    "roles.index": Described(_TAG, Data[list[RoleRights]]),
    "requirements.show": Described(_TAG, Data[Requirement]),
    "requirements.switch": Described(
        _TAG, DoneWith[Requirement], refusals={409: (two_factor_policy.NO_SUPER_ADMIN,)}
    ),
    "audit.index": Described(
        _RECORD,
        Page[Entry],
        files={
            "text/csv": "With `format=csv`, all matching entries as a table.",
            "application/jsonl": "With `format=jsonl`, all matching entries, one per line.",
        },
        fields={"format": {"enum": ["csv", "jsonl"]}, "action": {"description": _ACTION}},
        examples={"format": "csv"},
    ),
    "receipts.index": Described(
        _RECORD,
        Data[Receipt | list[Receipt]],
        refusals={404: ("Receipt not found",)},
        files={"text/plain": "With `number` and `format=txt`, one receipt as plain text."},
        fields={"format": {"enum": ["txt"]}},
        examples={"format": "txt"},
    ),
}
