"""Access of an actor to an organization. Every permission check goes through this module."""

from typing import NamedTuple

from sqlalchemy import String, bindparam, func, or_, select

from app.base import clock
from app.base.codes import Code
from app.base.errors import NotPermitted
from app.base.permissions import RULES, Action, Role, allows, lower
from app.models import Membership, Organization
from app.services.core import credentials, locks, membership_context, views
from app.services.core.actors import (
    Access,
    Actor,
    KeyRules,
    MembershipContext,
    OrganizationView,
    access_through,
)
from app.storage.database import AnyRow, fetch

_SET_UP = "This organization requires a second factor. Set one up under Account, Security, then come back."
_ACCEPTED = (Membership.user_id == bindparam("user_id"), Membership.pending.is_(False))
_LIMIT = bindparam("limit_id", type_=String())  # Postgres can't infer the type of NULL
_MEMBERSHIPS = membership_context.with_terms(
    membership_context.selected()
    .join(Membership, Membership.organization_id == Organization.id)
    .where(*_ACCEPTED),
    bindparam("credential_id"),
)
_OWN = _MEMBERSHIPS.where(or_(_LIMIT.is_(None), Organization.id == _LIMIT)).order_by(
    func.lower(Organization.name), Organization.id
)
_MEMBERSHIP = _MEMBERSHIPS.where(Organization.id == bindparam("organization_id"))
_IS_MEMBER = select(Membership.user_id).where(
    Membership.organization_id == bindparam("organization_id"), *_ACCEPTED
)


class OwnOrganization(NamedTuple):
    """One of the actor's organizations, with the role they may exercise there."""

    organization: OrganizationView
    role: Role


def require(actor: Actor, organization_id: str, action: Action, *, changing: bool = False) -> Access:
    """Return the actor's access to an organization; with `changing`, lock the organization first.

    Raises `NotPermitted` with the action's refusal, which is the same for an unknown organization, a foreign
    one and too low a role. Its code differs if only a second factor is missing, or the key policy refuses it.
    """
    return authorize(load(actor, organization_id, changing=changing), action)


def load(actor: Actor, organization_id: str, *, changing: bool = False) -> Access | None:
    """Return the actor's access to an organization, or None for an outsider; `changing` locks it first."""
    if not actor.reaches(organization_id):
        return None
    membership = _membership(actor, organization_id, changing=changing)
    return access_through(actor, membership) if membership and not membership.blocked else None


def authorize(access: Access | None, action: Action) -> Access:
    """Return the access if it allows the action. Only this function decides that.

    Raises `NotPermitted` with the action's refusal.
    """
    if access is None or not allows(access.role, action):
        raise NotPermitted(Code.INSUFFICIENT_ROLE, RULES[action].refusal)
    if not access.actor.meets(access.key_rules):
        raise NotPermitted(
            Code.KEY_NOT_ALLOWED, RULES[action].refusal, message=_policy_message(access.key_rules)
        )
    if access.factor_due and access.factor_due <= clock.now():
        raise NotPermitted(Code.SECOND_FACTOR_REQUIRED, RULES[action].refusal, message=_SET_UP)

    return access


def check_anywhere(actor: Actor, action: Action) -> None:
    """Raise `NotPermitted` if the actor may not perform the action in any of their organizations.

    For requests that don't name the organization themselves.
    """
    if not any(allows(role, action) for _, role in list_own(actor)):
        raise NotPermitted(Code.INSUFFICIENT_ROLE, RULES[action].refusal)


def list_own(actor: Actor) -> list[OwnOrganization]:
    """List the organizations that the actor belongs to and the credential may be used on, by name."""
    values = {
        "user_id": actor.user_id,
        "credential_id": actor.credential_id,
        "limit_id": actor.organization_id,
    }
    memberships = filter(None, map(membership_context.read, fetch(_OWN, values)))
    return [
        OwnOrganization(membership.organization, lower(membership.role, actor.ceiling))
        for membership in memberships
        if not membership.blocked and actor.meets(membership.key_rules)
    ]


def has_member(organization_id: str, user_id: str) -> bool:
    """Return whether the user is a member of the organization; invitees are not."""
    values = {"organization_id": organization_id, "user_id": user_id}
    return fetch(_IS_MEMBER, values).first() is not None


def view(row: Organization | AnyRow) -> OrganizationView:
    """Return the view of an organization, or of a row that has its columns."""
    return views.of_row(OrganizationView, row)


def _membership(actor: Actor, organization_id: str, *, changing: bool) -> MembershipContext | None:
    loaded = actor.membership
    if loaded and not changing and loaded.organization.id == organization_id:
        return loaded
    if changing:
        locks.organization(organization_id)
        credentials.check_alive(actor)
    values = {
        "user_id": actor.user_id,
        "credential_id": actor.credential_id,
        "organization_id": organization_id,
    }
    row = fetch(_MEMBERSHIP, values).first()
    return membership_context.read(row) if row else None


def _policy_message(rules: KeyRules) -> str:
    return f"The organization's key policy doesn't allow this key. {rules.sentence}"
