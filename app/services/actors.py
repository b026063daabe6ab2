"""Who acts, and what they are in the organization they act on."""

from dataclasses import dataclass
from datetime import datetime

from app.models import CredentialKind
from app.permissions import Action, Role, allows, lower


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """An organization as it is read: exactly the contract's fields."""

    id: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    logo: str | None
    name: str
    management_email: str
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An accepted membership of the actor, with its organization.

    `factor_due` is when they must have a second factor, None if they have one or need none.
    """

    organization: OrganizationView
    role: Role
    last_active_at: datetime | None
    factor_due: datetime | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A user and the credential they act with; `organization_id` is the limit of a limited key."""

    user_id: str
    email: str
    email_key: str
    name: str
    image_url: str | None
    confirmed: bool
    credential_id: str
    kind: CredentialKind
    ceiling: Role
    organization_id: str | None
    last_used_at: datetime | None
    standing: Standing | None = None

    @property
    def id(self) -> str:
        """The user's identifier."""
        return self.user_id

    @property
    def display_name(self) -> str:
        """The name, or the address of somebody who gave none."""
        return self.name or self.email

    @property
    def in_portal(self) -> bool:
        """Whether a session acts, not a key."""
        return self.kind is CredentialKind.SESSION

    def reaches(self, organization_id: str) -> bool:
        """Tell whether the credential may be used on an organization at all."""
        return self.organization_id in {None, organization_id}


@dataclass(frozen=True, slots=True)
class Access:
    """An actor inside one organization: `role` is the one they may exercise there."""

    actor: Actor
    organization: OrganizationView
    role: Role
    last_active_at: datetime | None

    def may(self, action: Action) -> bool:
        """Tell whether the actor may do an action here."""
        return allows(self.role, action)


def enter(actor: Actor, standing: Standing) -> Access:
    """Combine a membership with the ceiling of the credential."""
    role = lower(standing.role, actor.ceiling)
    return Access(actor, standing.organization, role, standing.last_active_at)
