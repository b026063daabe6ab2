"""Removal of members and invitees, by themselves or by others, with everything that ends with it."""

from sqlalchemy import select

from app.base.codes import Code
from app.base.errors import NotFound, NotPermitted
from app.base.events import Event
from app.base.permissions import RULES, Action, Role, allows
from app.models import Credential, InvitationState, Membership, Receipt, User
from app.services.core import audit, credentials, last_super_admin
from app.services.core.actors import Access, Actor
from app.services.login import last_used
from app.services.mail import contacts, outbox
from app.services.members import invitations, members, receipts, removal_impact
from app.services.members.receipts import Cause
from app.services.members.removal_impact import RemovalImpact
from app.storage.database import db
from app.text.email_addresses import Address


def remove(access: Access, address: Address) -> Receipt | None:
    """Remove a member, cancel an invitation, or leave. Return the receipt, or None for an invitee.

    Raises `NotFound` if the address is neither a member nor an invitee, `NotPermitted` if the actor may not
    remove them, and `Conflict` if they are the last super admin.
    """
    leaving = check_removal(access, address)
    user = db.scalar(select(User).where(User.email_key == address.key))
    membership = db.get(Membership, (access.organization.id, user.id)) if user else None
    if user is None or membership is None:
        raise NotFound(Code.MEMBER_NOT_FOUND, field="email")
    if not leaving:
        members.check_rank(access, Role(membership.role))
    last_super_admin.check_not_last(membership)

    _record_removal(access, membership, leaving=leaving)
    cause = Cause.LEFT if leaving else Cause.REMOVED
    receipt = _receipt(access, membership, cause)
    end(access.actor, membership, how=cause)
    if not leaving and not membership.pending:
        outbox.queue("removed", user.email, organization=access.organization.name)
    return receipt


def check_removal(access: Access, address: Address) -> bool:
    """Return whether the removal is the actor leaving. Raises `NotPermitted` if they may do neither.

    A key needs a ceiling of `write` or above to leave.
    """
    leaving = address.key == access.actor.email_key
    key_may_leave = access.actor.by_session or allows(access.actor.ceiling, Action.APPS_MANAGE)
    if access.may(Action.MEMBERS_MANAGE) or (leaving and key_may_leave):
        return leaving
    raise NotPermitted(Code.INSUFFICIENT_ROLE, RULES[Action.MEMBERS_MANAGE].refusal)


def preview(access: Access, user_id: str) -> RemovalImpact:
    """Return what would end with a user's membership."""
    return removal_impact.of(db.get_one(Membership, (access.organization.id, user_id)))


def end(actor: Actor | None, membership: Membership, *, how: str) -> None:
    """End a membership, the invitations its user sent, and their keys limited to the organization.

    `how` tells the organization's contact how a super admin's membership ended.
    """
    organization_id, user_id = membership.organization_id, membership.user_id
    invitations.close(organization_id, user_id, InvitationState.CANCELLED)
    invitations.cancel_sent(actor, organization_id, user_id)
    credentials.revoke(Credential.user_id == user_id, Credential.organization_id == organization_id)
    last_used.forget(user_id, organization_id)
    db.delete(membership)
    db.flush()
    if not membership.pending:
        contacts.member_left(membership, actor, how)


def _receipt(access: Access, membership: Membership, cause: Cause) -> Receipt | None:
    if membership.pending:
        return None
    return receipts.write(access.actor, membership, cause, removal_impact.of(membership))


def _record_removal(access: Access, membership: Membership, *, leaving: bool) -> None:
    event = Event.MEMBER_LEFT if leaving else Event.MEMBER_REMOVED
    audit.record(
        Event.INVITATION_CANCELLED if membership.pending else event,
        access,
        membership.user_id,
        before={"role": membership.written_role},
    )
