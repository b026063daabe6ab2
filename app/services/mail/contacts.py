"""Contacts: the accounts that get mail addressed to organizations as a whole, and their successors."""

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
    """List the organizations whose contact address is the account's, whether or not it is a member."""
    belongs = select(Membership.organization_id).where(Membership.user_id == user.id)
    own = Address(user.email, user.email_key)
    candidate = or_(Organization.id.in_(belongs), contact_addresses.may_match(own))
    found = db.scalars(select(Organization).where(candidate).order_by(Organization.id))
    return [organization for organization in found if _is_contact(organization, own)]


def hand_over(
    organization: Organization, actor: Actor | None, *, without: str = "", by: str | None = None
) -> None:
    """Make the longest-standing super admin the contact, leaving out the user `without`.

    The address stays if no other super admin can act. `by` is the account to record if there is no actor.
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
    """Hand over every organization whose contact is an account that ends."""
    for organization in organizations_of(user):
        hand_over(organization, actor, without=user.id)


def replace_disabled(user: User) -> None:
    """Replace a disabled account as contact, and notify the contacts of the organizations that it led."""
    hand_over_all(user, None)
    statement = select(Organization).join(Membership, Membership.organization_id == Organization.id)
    statement = statement.where(
        Membership.user_id == user.id, Membership.role == Role.SUPER_ADMIN, Membership.pending.is_(False)
    )
    for organization in db.scalars(statement.order_by(Organization.id)).all():
        notify_of_super_admin(organization, user, None, how="can no longer sign in")


def member_left(membership: Membership, actor: Actor | None, how: str) -> None:
    """Hand over the contact address of a removed member, and notify the contact if they were a super admin.

    `how` says how the membership ended.
    """
    user = db.get_one(User, membership.user_id)
    organization = db.get_one(Organization, membership.organization_id)
    if _is_contact(organization, Address(user.email, user.email_key)):
        hand_over(organization, actor, without=user.id)
    if membership.role == Role.SUPER_ADMIN:
        notify_of_super_admin(organization, user, actor, how=how)


def notify_of_super_admin(organization: Organization, user: User, actor: Actor | None, *, how: str) -> None:
    """Notify the contact that a user became a super admin or no longer is one; `how` says what happened.

    No mail is sent if the contact is that user, who gets another mail or did it themselves.
    """
    if not _is_contact(organization, Address(user.email, user.email_key)):
        notify(organization, "super_admins_changed", actor, person=name_with_address(user), how=how)


def notify(organization: Organization, template: str, actor: Actor | None, **facts: str) -> None:
    """Mail the contact of an organization, even about their own actions: it may reveal a stolen session."""
    outbox.queue(
        template,
        organization.management_email,
        link=None,
        organization=organization.name,
        by=name_with_address(actor) if actor else OPERATOR,
        **facts,
    )


def name_with_address(person: Actor | User) -> str:
    """Return a person's name with their address, since anyone can choose any name."""
    return f"{person.name} ({person.email})" if person.name else person.email


def _is_contact(organization: Organization, address: Address) -> bool:
    return contact_addresses.matches(organization.management_email, address)
