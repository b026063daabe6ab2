"""Actors, and the access that an actor has to an organization."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from app.base.codes import Code
from app.base.errors import NotPermitted
from app.base.permissions import Action, Role, allows, lower
from app.models import CredentialKind
from app.text.email_addresses import Address


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """A read-only organization, with exactly the fields that the API shows."""

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
    """An organization's key policy: the maximum lifetime in days, and whether keys must expire."""

    max_days: int | None = None
    expiry_required: bool = False

    def accepts(self, issued_at: datetime | None, expires_at: datetime | None) -> bool:
        """Return whether a secret with these times may be used; `expires_at=None` means it never expires."""
        if issued_at is None or expires_at is None:
            return self.max_days is None and not self.expiry_required
        return self.max_days is None or expires_at - issued_at <= timedelta(days=self.max_days)

    @property
    def sentence(self) -> str:
        """The policy as one sentence for people."""
        if self.max_days:
            return f"Keys expire after at most {self.max_days} day{'s' if self.max_days > 1 else ''}."
        return "Keys must expire." if self.expiry_required else "Keys never have to expire."


@dataclass(frozen=True, slots=True)
class MembershipContext:
    """An accepted membership of the actor, with its organization and the organization's rules for keys.

    `last_used_at` and `blocked` describe the actor's credential in this organization. `factor_due` is when
    the actor must have a second factor, None if they have one or need none.
    """

    organization: OrganizationView
    role: Role
    last_active_at: datetime | None
    last_used_at: datetime | None = None
    blocked: bool = False
    key_rules: KeyRules = KeyRules()
    factor_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class PasswordProof:
    """The stored hash that the given password matched; the change checks that it is still stored.

    `field` and `message` are used in the refusal if the password was replaced in between.
    """

    user_id: str
    stored: str = field(repr=False)
    field: str = "password"
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A user and the credential they act with.

    `organization_id` is set for a key that is limited to one organization. `digest`, `issued_at` and
    `expires_at` describe the secret that was sent, which a newer one may have replaced. `proof` is set if the
    request also gave the password.
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
        """The name, or the address if the name is empty."""
        return self.name or self.email

    @property
    def address(self) -> Address:
        """The address of the actor's account."""
        return Address(self.email, self.email_key)

    @property
    def by_session(self) -> bool:
        """Whether the credential is a session, not an API key."""
        return self.kind is CredentialKind.SESSION

    def reaches(self, organization_id: str) -> bool:
        """Return whether the credential may be used on an organization at all."""
        return self.organization_id in {None, organization_id}

    def meets(self, rules: KeyRules) -> bool:
        """Return whether the credential meets an organization's key policy; sessions always do."""
        return self.by_session or rules.accepts(self.issued_at, self.expires_at)


@dataclass(frozen=True, slots=True)
class Access:
    """An actor in one organization; `role` is the role they may exercise there."""

    actor: Actor
    organization: OrganizationView
    role: Role
    last_active_at: datetime | None
    last_used_at: datetime | None = None
    key_rules: KeyRules = KeyRules()
    factor_due: datetime | None = None

    def may(self, action: Action) -> bool:
        """Return whether the actor may perform an action in this organization."""
        return allows(self.role, action)


def require_session(actor: Actor | None, refusal: str) -> None:
    """Raise `NotPermitted` if the actor is an API key."""
    if actor and not actor.by_session:
        raise NotPermitted(Code.SESSION_REQUIRED, refusal, message="Sign in to the portal.")


def access_through(actor: Actor, membership: MembershipContext) -> Access:
    """Return the access of a membership, its role capped by the ceiling of the credential."""
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
    """Return the fields of an access by name, to build a subclass for an app or a bundle from it."""
    return {field.name: getattr(access, field.name) for field in fields(access)}
