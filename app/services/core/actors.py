"""Who acts, and what they are in the organization they act on."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from app.base.permissions import Action, Role, allows, lower
from app.models import CredentialKind
from app.text.email_addresses import Address


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
class KeyRules:
    """What an organization demands of keys: the longest lifetime in days, and whether they must expire."""

    max_days: int | None = None
    expiry_required: bool = False

    def admit(self, issued_at: datetime | None, expires_at: datetime | None) -> bool:
        """Tell whether a secret that lives from one moment to another may be used; None lives for ever."""
        if issued_at is None or expires_at is None:
            return self.max_days is None and not self.expiry_required
        return self.max_days is None or expires_at - issued_at <= timedelta(days=self.max_days)

    @property
    def sentence(self) -> str:
        """How people read it."""
        if self.max_days:
            return f"Keys expire after at most {self.max_days} day{'s' if self.max_days > 1 else ''}."
        return "Keys must expire." if self.expiry_required else "Keys may live for ever."


@dataclass(frozen=True, slots=True)
class MembershipContext:
    """An accepted membership of the actor, with its organization, and how their credential stands there.

    `factor_due` is when they must have a second factor, None if they have one or need none.
    """

    organization: OrganizationView
    role: Role
    last_active_at: datetime | None
    last_used_at: datetime | None = None
    cut_off: bool = False
    key_rules: KeyRules = KeyRules()
    factor_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """The stored hash that a given password met; it must be the same when the change is made.

    `field` and `message` belong to the refusal of a password that was replaced in between.
    """

    user_id: str
    stored: str = field(repr=False)
    field: str = "password"
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A user and the credential they act with; `organization_id` is the limit of a limited key.

    `digest` and the moments are those of the secret that was sent, which a newer one may have replaced.
    `proof` is set if the request also gave the password.
    """

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
    membership: MembershipContext | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    digest: str = field(default="", repr=False)
    replaced: bool = False
    proof: PasswordProof | None = None

    @property
    def id(self) -> str:
        """The user's identifier."""
        return self.user_id

    @property
    def display_name(self) -> str:
        """The name, or the address of somebody who gave none."""
        return self.name or self.email

    @property
    def address(self) -> Address:
        """The address of their account."""
        return Address(self.email, self.email_key)

    @property
    def in_portal(self) -> bool:
        """Whether a session acts, not a key."""
        return self.kind is CredentialKind.SESSION

    def reaches(self, organization_id: str) -> bool:
        """Tell whether the credential may be used on an organization at all."""
        return self.organization_id in {None, organization_id}

    def suits(self, rules: KeyRules) -> bool:
        """Tell whether the credential meets what an organization demands of keys; sessions always do."""
        return self.in_portal or rules.admit(self.issued_at, self.expires_at)


@dataclass(frozen=True, slots=True)
class Access:
    """An actor inside one organization: `role` is the one they may exercise there."""

    actor: Actor
    organization: OrganizationView
    role: Role
    last_active_at: datetime | None
    last_used_at: datetime | None = None
    key_rules: KeyRules = KeyRules()
    factor_due: datetime | None = None

    def may(self, action: Action) -> bool:
        """Tell whether the actor may do an action here."""
        return allows(self.role, action)


def access_through(actor: Actor, membership: MembershipContext) -> Access:
    """Combine a membership with the ceiling of the credential."""
    role = lower(membership.role, actor.ceiling)
    return Access(
        actor,
        membership.organization,
        role,
        membership.last_active_at,
        last_used_at=membership.last_used_at,
        key_rules=membership.key_rules,
        factor_due=membership.factor_due,
    )


def fields_of(access: Access) -> dict[str, Any]:
    """Return the fields of an access by name, to make a narrower one of it: of an app, of a bundle."""
    return {field.name: getattr(access, field.name) for field in fields(access)}
