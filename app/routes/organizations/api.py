"""The JSON API of organizations: types of answers, and descriptions of operations."""

from typing import Literal, TypedDict

from app.base.clock import rfc3339
from app.base.codes import Code
from app.base.permissions import RULES, Action, Role
from app.services.core.actors import OrganizationView
from app.services.organizations import two_factor_policy
from app.storage.database import AnyRow
from app.web.json_types import Data, SuccessWith, example
from app.web.json_types.description import Description
from app.web.json_types.texts import Email, Moment, OrganizationId, Url, UserId, WrittenRole


@example(
    id="org_123",
    created_by="user_123",
    created_at="2024-01-01T00:00:00Z",
    updated_at="2024-01-01T00:00:00Z",
    logo="https://example.com/logo.png",
    name="My Company",
    management_email="admin@example.com",
    customer_id="cus_123",
)
class Organization(TypedDict):
    """An organization: a team with its members, API keys and apps."""

    id: OrganizationId
    created_by: UserId
    created_at: Moment
    updated_at: Moment
    logo: Url | None
    name: str
    management_email: Email
    customer_id: str | None


@example(status="Organization created", id="org_456")
class OrganizationCreated(TypedDict):
    """Confirms that the organization was created."""

    status: Literal["Organization created"]
    id: OrganizationId


class OrganizationUpdated(TypedDict):
    """Confirms an update and returns the organization."""

    status: Literal["Organization updated"]
    data: Organization


@example(status="Organization deleted", id="org_123")
class OrganizationDeleted(TypedDict):
    """Confirms that the organization was deleted."""

    status: Literal["Organization deleted"]
    id: OrganizationId


@example(uid="user_789", email="newmember@example.com", role="invite_write", image_url=None)
class Member(TypedDict):
    """A member of an organization, or an invitee, whose `role` begins with `invite_`."""

    uid: UserId
    email: Email
    image_url: Url | None
    role: WrittenRole


class RolePermissions(TypedDict):
    """A role and the actions that it allows."""

    role: Role
    may: list[str]


class TwoFactorPolicy(TypedDict):
    """An organization's two-factor policy. `without_factor` lists the members without a second factor."""

    required: bool
    deadline: Moment | None
    without_factor: list[Member]


def organization(view: OrganizationView) -> Organization:
    """Return an organization."""
    return {
        "id": view.id,
        "created_by": view.created_by,
        "created_at": rfc3339(view.created_at),
        "updated_at": rfc3339(view.updated_at),
        "logo": view.logo,
        "name": view.name,
        "management_email": view.management_email,
        "customer_id": view.customer_id,
    }


def listed_member(row: AnyRow) -> Member:
    """Return a member from a row `(id, email, image_url, role, pending, …)`."""
    uid, email, image_url, role, pending = row[:5]
    return {
        "uid": uid,
        "email": email,
        "image_url": image_url,
        "role": Role(role).invited if pending else role,
    }


def role_permissions(role: Role) -> RolePermissions:
    """Return a role and the actions that it allows."""
    return {"role": role, "may": [str(action) for action, rule in RULES.items() if rule.allows(role)]}


def policy(found: two_factor_policy.Requirement) -> TwoFactorPolicy:
    """Return an organization's two-factor policy, and the members without a second factor."""
    return {
        "required": found.required,
        "deadline": rfc3339(found.deadline) if found.deadline else None,
        "without_factor": [listed_member(row) for row in found.without],
    }


ORGANIZATIONS_INDEX = Description(
    "Organizations", Data[Organization | list[Organization]], refusals={403: (Action.ORGANIZATION_READ,)}
)
CREATE = Description(
    "Organizations",
    OrganizationCreated,
    refusals={403: (Action.ORGANIZATION_UPDATE,), 409: (Code.ORGANIZATION_LIMIT,)},
    without=("orgId",),
)
UPDATE = Description("Organizations", OrganizationUpdated)
DELETE = Description("Organizations", OrganizationDeleted)
ROLES_INDEX = Description("Organizations", Data[list[RolePermissions]])
POLICY = Description("Organizations", Data[TwoFactorPolicy])
CHANGE_POLICY = Description(
    "Organizations", SuccessWith[TwoFactorPolicy], refusals={409: (Code.NO_SECURED_SUPER_ADMIN,)}
)
