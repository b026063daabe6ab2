"""Departures: somebody leaves, is removed, or their invitation is cancelled; and all that ends with it."""

from sqlalchemy import select

from app.addresses import Address
from app.database import session
from app.errors import NotFound, NotPermitted
from app.models import Credential, InvitationState, Membership, User
from app.permissions import RULES, Action, Role, allows
from app.services import audit, credentials, invitations, mail, members, super_admins
from app.services.actors import Access, Actor


def remove(access: Access, address: Address) -> None:
    """Remove a member, cancel an invitation, or leave."""
    leaving = check_removal(access, address)
    user = session.scalar(select(User).where(User.email_key == address.key))
    membership = session.get(Membership, (access.organization.id, user.id)) if user else None
    if user is None or membership is None:
        raise NotFound(members.UNKNOWN, field="email")
    if not leaving:
        members.check_rank(access, Role(membership.role))
    super_admins.check_not_last(membership)

    _record_removal(access, membership, leaving=leaving)
    end(access.actor, membership)
    if not leaving and not membership.pending:
        mail.queue("removed", user.email, organization=access.organization.name)


def check_removal(access: Access, address: Address) -> bool:
    """Check that somebody may be removed, and tell whether it is leaving: a key needs `write` for that."""
    leaving = address.key == access.actor.email_key
    key_may_leave = access.actor.in_portal or allows(access.actor.ceiling, Action.APPS_MANAGE)
    if access.may(Action.MEMBERS_MANAGE) or (leaving and key_may_leave):
        return leaving
    raise NotPermitted(RULES[Action.MEMBERS_MANAGE].refusal)


def end(actor: Actor | None, membership: Membership) -> None:
    """End a membership and all that came with it: invitations they sent, keys limited to the organization."""
    organization_id, user_id = membership.organization_id, membership.user_id
    invitations.close(organization_id, user_id, InvitationState.CANCELLED)
    invitations.cancel_sent(actor, organization_id, user_id)
    credentials.revoke(Credential.user_id == user_id, Credential.organization_id == organization_id)
    session.delete(membership)
    session.flush()


def _record_removal(access: Access, membership: Membership, *, leaving: bool) -> None:
    action = "member.left" if leaving else "member.removed"
    audit.record(
        access.actor,
        "invitation.cancelled" if membership.pending else action,
        membership.user_id,
        organization_id=access.organization.id,
        before={"role": membership.written_role},
    )
