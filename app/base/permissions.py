"""The permission table: the role that each action needs, and the text of its refusal."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of members, lowest first."""

    READ = "read"
    UPLOAD = "upload"
    WRITE = "write"
    ADMIN = "admin"
    SUPER_ADMIN = "super_admin"

    @property
    def rank(self) -> int:
        """The position in the order of roles; 0 is the lowest."""
        return _RANKS[self]

    @property
    def invited(self) -> str:
        """The role of a pending membership, as the API writes it: `invite_admin`."""
        return f"invite_{self.value}"

    @property
    def label(self) -> str:
        """The role as pages show it."""
        return self.value.replace("_", " ").capitalize()

    @property
    def hint(self) -> str:
        """A sentence that explains the role to the person who grants it."""
        return _HINTS[self]


_RANKS = {role: rank for rank, role in enumerate(Role)}
_HINTS = {
    Role.READ: "Read members can see everything and change nothing.",
    Role.UPLOAD: "Upload members can upload bundles and see everything.",
    Role.WRITE: "Write members can change resources and upload bundles.",
    Role.ADMIN: "Admins manage settings, members and keys.",
    Role.SUPER_ADMIN: "Super admins have full control, including deletion.",
}


class Action(StrEnum):
    """An action in an organization that needs a role."""

    ORGANIZATION_READ = "organization.read"
    MEMBERS_LEAVE = "members.leave"
    BUNDLES_UPLOAD = "bundles.upload"
    APPS_MANAGE = "apps.manage"
    ORGANIZATION_UPDATE = "organization.update"
    MEMBERS_MANAGE = "members.manage"
    AUDIT_READ = "audit.read"
    KEYS_MANAGE = "keys.manage"
    SUPER_ADMINS_MANAGE = "super_admins.manage"
    SECOND_FACTOR_REQUIRE = "second_factor.require"
    ORGANIZATION_DELETE = "organization.delete"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the lowest role that may perform an action, its label, and the text of the refusal."""

    role: Role
    label: str
    refusal: str

    def allows(self, role: Role | str) -> bool:
        """Return whether a role may perform the action."""
        return Role(role).rank >= self.role.rank


NO_ACCESS = "You cannot access this organization"
NOT_MEMBERS = "Insufficient permissions to manage members"

RULES = {
    Action.ORGANIZATION_READ: Rule(
        Role.READ, "See the organization, its members and its resources", NO_ACCESS
    ),
    Action.MEMBERS_LEAVE: Rule(Role.READ, "Leave the organization", NOT_MEMBERS),
    Action.BUNDLES_UPLOAD: Rule(Role.UPLOAD, "Upload bundles", "Insufficient permissions to upload bundles"),
    Action.APPS_MANAGE: Rule(
        Role.WRITE, "Create, edit and delete apps and bundles", "Insufficient permissions to manage apps"
    ),
    Action.ORGANIZATION_UPDATE: Rule(Role.ADMIN, "Change the settings", "Admin role required"),
    Action.MEMBERS_MANAGE: Rule(Role.ADMIN, "Invite, change and remove members up to admin", NOT_MEMBERS),
    Action.AUDIT_READ: Rule(Role.ADMIN, "Read the audit log", "Admin role required"),
    Action.KEYS_MANAGE: Rule(
        Role.ADMIN, "Manage the organization's keys", "Insufficient permissions to manage API keys"
    ),
    Action.SUPER_ADMINS_MANAGE: Rule(Role.SUPER_ADMIN, "Grant, change or remove super admin", NOT_MEMBERS),
    Action.SECOND_FACTOR_REQUIRE: Rule(
        Role.SUPER_ADMIN, "Require a second factor, reset a member's", "Super admin role required"
    ),
    Action.ORGANIZATION_DELETE: Rule(
        Role.SUPER_ADMIN, "Delete the organization", "Super admin role required"
    ),
}


def allows(role: Role | None, action: Action) -> bool:
    """Return whether a role may perform an action; `None` may perform none."""
    return role is not None and RULES[action].allows(role)


def outranks(role: Role, *others: Role) -> bool:
    """Return whether a role is at least as high as each of the others."""
    return all(role.rank >= other.rank for other in others)


def lower(role: Role, ceiling: Role) -> Role:
    """Return the lower one of a role and a credential's ceiling."""
    return role if role.rank <= ceiling.rank else ceiling


def grantable(role: Role) -> list[Role]:
    """Return the roles that an actor with this role may grant, lowest first."""
    return [wanted for wanted in Role if outranks(role, wanted)]
