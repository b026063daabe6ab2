"""Contacts: who reads what is mailed to an organization as a whole, and who follows when that person goes."""

from sqlalchemy import or_, select

from app.base import clock
from app.base.events import Event
from app.base.permissions import Role
from app.models import Membership, Organization, User
from app.services.core import audit, contact_addresses, last_super_admin
from app.services.core.actors import Actor
from app.services.mail import outbox
from app.storage.database import db
from app.text.email_addresses import Address

OPERATOR = "the operator of this portal"


def organizations_of(user: User) -> list[Organization]:
    """List the organizations whose contact address is that of an account, whether or not it is a member."""
    belongs = select(Membership.organization_id).where(Membership.user_id == user.id)
    own = Address(user.email, user.email_key)
    found = select(Organization).where(or_(Organization.id.in_(belongs), contact_addresses.written_like(own)))
    return [one for one in db.scalars(found.order_by(Organization.id)) if _same(one, own)]


def hand_over(
    organization: Organization, actor: Actor | None, *, without: str = "", by: str | None = None
) -> None:
    """Make the longest-standing super admin the contact; `without` one person. `by` is as in the audit log.

    The address stays if there is no other super admin who can act.
    """
    successor = last_super_admin.successor(organization.id, without=without)
    if successor is None:
        return
    audit.record(
        Event.CONTACT_CHANGED,
        actor,
        organization.id,
        organization_id=organization.id,
        before={"management_email": organization.management_email},
        after={"management_email": successor.email},
        by=by,
    )
    organization.management_email = successor.email
    organization.updated_at = clock.now()
    db.flush()


def hand_over_all(user: User, actor: Actor | None) -> None:
    """Pass on every contact address that an ending account holds."""
    for organization in organizations_of(user):
        hand_over(organization, actor, without=user.id)


def replace_disabled(user: User) -> None:
    """Have others be contacts instead of a disabled account, and tell them if it was a super admin's."""
    hand_over_all(user, None)
    led = select(Organization).join(Membership, Membership.organization_id == Organization.id)
    led = led.where(
        Membership.user_id == user.id, Membership.role == Role.SUPER_ADMIN, Membership.pending.is_(False)
    )
    for organization in db.scalars(led.order_by(Organization.id)).all():
        notify_of_super_admin(organization, user, None, how="can no longer sign in")


def member_left(membership: Membership, actor: Actor | None, how: str) -> None:
    """Let a member go: pass on the contact address, and tell the contact if a super admin went; say how."""
    user = db.get_one(User, membership.user_id)
    organization = db.get_one(Organization, membership.organization_id)
    if _same(organization, Address(user.email, user.email_key)):
        hand_over(organization, actor, without=user.id)
    if membership.role == Role.SUPER_ADMIN:
        notify_of_super_admin(organization, user, actor, how=how)


def notify_of_super_admin(organization: Organization, user: User, actor: Actor | None, *, how: str) -> None:
    """Tell the contact that somebody became a super admin, or is one no longer; say how.

    A contact who is that person has a mail of their own, or did it themselves.
    """
    if not _same(organization, Address(user.email, user.email_key)):
        notify(organization, "super_admins_changed", actor, person=name_with_address(user), how=how)


def notify(organization: Organization, template: str, actor: Actor | None, **facts: str) -> None:
    """Mail the contact about the organization as a whole, even if they did it: it shows a stolen session."""
    outbox.queue(
        template,
        organization.management_email,
        link=None,
        organization=organization.name,
        by=name_with_address(actor) if actor else OPERATOR,
        **facts,
    )


def name_with_address(person: Actor | User) -> str:
    """Return a name with its address, which cannot be made up."""
    return f"{person.name} ({person.email})" if person.name else person.email


def _same(organization: Organization, address: Address) -> bool:
    return contact_addresses.matches(organization.management_email, address)
