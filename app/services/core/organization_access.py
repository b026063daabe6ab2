"""Access: the one way from an actor to an organization."""

from typing import NamedTuple

from sqlalchemy import String, bindparam, func, or_, select

from app.base import clock
from app.base.errors import FactorOwed, NotPermitted
from app.base.permissions import RULES, Action, Role, allows, lower
from app.models import Membership, Organization
from app.services.core import credentials, locks, membership_context
from app.services.core.actors import (
    Access,
    Actor,
    KeyRules,
    MembershipContext,
    OrganizationView,
    access_through,
)
from app.storage.database import AnyRow, db

_COLUMNS = (
    Organization.id,
    Organization.created_by,
    Organization.created_at,
    Organization.updated_at,
    Organization.logo,
    Organization.name,
    Organization.management_email,
    Organization.customer_id,
)
_ACCEPTED = (Membership.user_id == bindparam("user_id"), Membership.pending.is_(False))
_LIMIT = bindparam("limit_id", type_=String())  # Postgres wants to know the type of a NULL
_MEMBERSHIPS = membership_context.with_terms(
    membership_context.selected()
    .join(Membership, Membership.organization_id == Organization.id)
    .where(*_ACCEPTED),
    bindparam("credential_id"),
)
_MINE = _MEMBERSHIPS.where(or_(_LIMIT.is_(None), Organization.id == _LIMIT)).order_by(
    func.lower(Organization.name), Organization.id
)
_MEMBERSHIP = _MEMBERSHIPS.where(Organization.id == bindparam("organization_id"))


class OwnOrganization(NamedTuple):
    """One of the actor's organizations, with the role they may exercise there."""

    organization: OrganizationView
    role: Role


def require(actor: Actor, organization_id: str, action: Action, *, changing: bool = False) -> Access:
    """Return the actor's access to an organization, or raise the action's refusal.

    Unknown, foreign and too low a role are one answer. Who could, but owes a second factor, is told so.
    A change locks the organization first.
    """
    return authorize(load(actor, organization_id, changing=changing), action)


def load(actor: Actor, organization_id: str, *, changing: bool = False) -> Access | None:
    """Return the actor's access to an organization, None for outsiders; a change locks the organization."""
    if not actor.reaches(organization_id):
        return None
    membership = _membership(actor, organization_id, changing=changing)
    return access_through(actor, membership) if membership and not membership.cut_off else None


def authorize(entered: Access | None, action: Action) -> Access:
    """Return an access that suffices for an action, or raise the refusal; the one place that judges."""
    if entered is None or not allows(entered.role, action):
        raise NotPermitted(RULES[action].refusal)
    if not entered.actor.suits(entered.key_rules):
        raise NotPermitted(RULES[action].refusal, message=_against(entered.key_rules))
    if entered.factor_due and entered.factor_due <= clock.now():
        raise FactorOwed(RULES[action].refusal)

    return entered


def check_anywhere(actor: Actor, action: Action) -> None:
    """Refuse whoever may do an action in no organization at all; where is not known yet."""
    if not any(allows(role, action) for _, role in list_own(actor)):
        raise NotPermitted(RULES[action].refusal)


def list_own(actor: Actor) -> list[OwnOrganization]:
    """List the organizations the actor belongs to and the credential may be used on, by name."""
    values = {
        "user_id": actor.user_id,
        "credential_id": actor.credential_id,
        "limit_id": actor.organization_id,
    }
    found = filter(None, map(membership_context.read, db.execute(_MINE, values)))
    return [
        OwnOrganization(membership.organization, lower(membership.role, actor.ceiling))
        for membership in found
        if not membership.cut_off and actor.suits(membership.key_rules)
    ]


def has_member(organization_id: str, user_id: str) -> bool:
    """Tell whether somebody is a member; invitees are not."""
    found = select(Membership.user_id).where(
        Membership.organization_id == organization_id, Membership.user_id == user_id, ~Membership.pending
    )
    return db.execute(found).first() is not None


def view(row: Organization | AnyRow) -> OrganizationView:
    """Return the view of an organization or of a row with its columns."""
    return OrganizationView(*(getattr(row, column.key) for column in _COLUMNS))


def _membership(actor: Actor, organization_id: str, *, changing: bool) -> MembershipContext | None:
    ready = actor.membership
    if ready and not changing and ready.organization.id == organization_id:
        return ready
    if changing:
        locks.organization(organization_id)
        credentials.check_alive(actor)
    values = {
        "user_id": actor.user_id,
        "credential_id": actor.credential_id,
        "organization_id": organization_id,
    }
    row = db.execute(_MEMBERSHIP, values).first()
    return membership_context.read(row) if row else None


def _against(rules: KeyRules) -> str:
    return f"The organization's key policy shuts this key out. {rules.sentence}"
