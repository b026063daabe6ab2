"""Responses to invitations: accept or decline, from the list or by a link."""

from app.base import clock
from app.base.codes import Code
from app.base.errors import Conflict, Gone, NotFound, NotPermitted
from app.base.events import Event
from app.base.permissions import Role
from app.models import InvitationState, Membership, Organization, User
from app.services.core import audit, credentials, locks
from app.services.core.actors import Actor
from app.services.mail import contacts
from app.services.members import invitations, received_invitations
from app.services.members.received_invitations import ReceivedInvitation
from app.storage.database import db


def accept(actor: Actor, organization_id: str) -> Membership:
    """Accept an invitation from the list. Raises `NotPermitted` if the actor's address is unconfirmed."""
    if not actor.confirmed:
        raise NotPermitted(
            Code.EMAIL_NOT_CONFIRMED,
            message="Follow the link in the confirmation mail, or the one in the invitation.",
        )
    return _accept(actor, _pending(actor, organization_id))


def accept_link(actor: Actor, token: str) -> Membership:
    """Accept an invitation by its link. A mailed link also confirms the address, a shared one does not."""
    offer = _locked_by_link(actor, token)
    membership = _pending(actor, offer.organization_id)
    user = db.get_one(User, actor.user_id)
    if user.confirmed_at is None and not offer.shared:
        user.confirmed_at = clock.now()
        audit.record(Event.ACCOUNT_CONFIRMED, actor, user.id)
    return _accept(actor, membership)


def decline(actor: Actor, organization_id: str) -> None:
    """Decline an invitation. Its pending membership ends and its link stops working."""
    membership = _pending(actor, organization_id)
    audit.record(
        Event.INVITATION_DECLINED,
        actor,
        actor.user_id,
        organization_id=organization_id,
        before={"role": membership.written_role},
    )
    invitations.close(organization_id, actor.user_id, InvitationState.DECLINED)
    db.delete(membership)


def decline_link(actor: Actor, token: str) -> None:
    """Decline an invitation by its link."""
    decline(actor, _locked_by_link(actor, token).organization_id)


def _locked_by_link(actor: Actor, token: str) -> ReceivedInvitation:
    """Lock the organization of a link's invitation, and return the invitation if the link still works."""
    locks.organization(received_invitations.usable(actor, token).organization_id)
    return received_invitations.usable(actor, token)


def _accept(actor: Actor, membership: Membership) -> Membership:
    organization_id = membership.organization_id
    invitation = invitations.find_open(organization_id, actor.user_id)
    if invitation is None or invitation.expires_at <= clock.now():
        raise Gone(Code.INVITATION_EXPIRED, message="Ask for a new invitation.")

    # The role comes from the stored invitation, never from the request.
    before = {"role": membership.written_role}
    membership.role, membership.pending = invitation.role, False
    audit.record(
        Event.INVITATION_ACCEPTED,
        actor,
        actor.user_id,
        organization_id=organization_id,
        before=before,
        after={"role": membership.role},
    )
    invitations.close(organization_id, actor.user_id, InvitationState.USED)
    if membership.role == Role.SUPER_ADMIN:
        organization = db.get_one(Organization, organization_id)
        user = db.get_one(User, actor.user_id)
        contacts.notify_of_super_admin(organization, user, actor, how="accepted an invitation as Super admin")
    return membership


def _pending(actor: Actor, organization_id: str) -> Membership:
    """Lock the organization and the account, and return the actor's pending membership.

    Raises `NotFound` without an invitation, `Conflict` for a member, and `NotAuthenticated` if the actor's
    session has ended since.
    """
    locks.organization(organization_id)
    credentials.lock_holder(actor)
    membership = db.get(Membership, (organization_id, actor.user_id))
    if membership is None:
        raise NotFound(Code.INVITATION_NOT_FOUND)
    if not membership.pending:
        raise Conflict(Code.MEMBER_EXISTS, message="You are already a member.")
    return membership
