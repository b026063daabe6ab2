"""Members: invite, change their role, remove; the rules of rank and of the last super admin."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, select

from app import clock
from app.addresses import Address
from app.database import session
from app.errors import Conflict, NotFound, NotPermitted
from app.models import Credential, Invitation, InvitationState, Membership, User
from app.permissions import NOT_MEMBERS, RULES, Action, Role, allows, outranks
from app.services import audit, credentials, invitations, mail
from app.services.actors import Access, Actor

ALREADY = "Member already exists in organization"
LAST_ADMIN = "Cannot remove the last admin from the organization"
UNKNOWN = "Member not found"


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the contract shows one; `invitation_id` is set when an invitation was just sent."""

    uid: str
    email: str
    image_url: str | None
    role: str
    invitation_id: str | None = None


def invite(access: Access, address: Address, role: Role) -> Member:
    """Invite an account, change a member's role, or send an invitation anew, whichever the address needs."""
    user = session.scalar(select(User).where(User.email_key == address.key))
    if user is None:
        raise NotFound(UNKNOWN, message=invitations.how_to_register(), field="email")
    membership = session.get(Membership, (access.organization.id, user.id))
    _check_rank(access, role, membership)
    if membership is None:
        return _add(access, user, role)
    if membership.pending:
        return _invite_again(access, user, membership, role)

    return _change_role(access, user, membership, role)


def remove(access: Access, address: Address) -> None:
    """Remove a member, cancel an invitation, or leave."""
    leaving = check_removal(access, address)
    user = session.scalar(select(User).where(User.email_key == address.key))
    membership = session.get(Membership, (access.organization.id, user.id)) if user else None
    if user is None or membership is None:
        raise NotFound(UNKNOWN, field="email")
    if not leaving:
        _check_rank(access, Role(membership.role))
    _check_last_admin(membership)

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
    _cancel_sent_by(actor, organization_id, user_id)
    credentials.revoke(Credential.user_id == user_id, Credential.organization_id == organization_id)
    session.delete(membership)
    session.flush()


def sole_super_admin(membership: Membership) -> bool:
    """Tell whether nobody else is an active super admin of the organization."""
    if membership.pending or membership.role != Role.SUPER_ADMIN:
        return False
    others = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organization_id == membership.organization_id,
            Membership.user_id != membership.user_id,
            Membership.role == Role.SUPER_ADMIN,
            Membership.pending.is_(False),
            User.disabled_at.is_(None),
        )
    )
    return session.execute(others.limit(1)).first() is None


def count(organization_id: str) -> dict[str, int]:
    """Count the members and the invitees of an organization."""
    by_pending: Any = (
        select(Membership.pending, func.count())
        .where(Membership.organization_id == organization_id)
        .group_by(Membership.pending)
    )
    counted = {bool(pending): number for pending, number in session.execute(by_pending)}
    return {"members": counted.get(False, 0), "invitations": counted.get(True, 0)}


def _add(access: Access, user: User, role: Role) -> Member:
    membership = Membership(
        organization_id=access.organization.id,
        user_id=user.id,
        role=role,
        pending=True,
        added_at=clock.now(),
    )
    session.add(membership)
    audit.record(
        access.actor,
        "member.invited",
        user.id,
        organization_id=access.organization.id,
        after={"email": user.email, "role": membership.written_role},
    )
    invitation = invitations.send(access, user, role)
    return _member(user, membership, invitation)


def _invite_again(access: Access, user: User, membership: Membership, role: Role) -> Member:
    if membership.role == role and invitations.just_sent(membership):
        raise Conflict(ALREADY, message="The invitation was mailed less than five minutes ago.")

    before = {"role": membership.written_role}
    membership.role = role
    audit.record(
        access.actor,
        "invitation.resent",
        user.id,
        organization_id=access.organization.id,
        before=before,
        after={"email": user.email, "role": membership.written_role},
    )
    invitation = invitations.send(access, user, role)
    return _member(user, membership, invitation)


def _change_role(access: Access, user: User, membership: Membership, role: Role) -> Member:
    if membership.role == role:
        raise Conflict(ALREADY)
    _check_last_admin(membership)

    audit.record(
        access.actor,
        "member.role_changed",
        user.id,
        organization_id=access.organization.id,
        before={"role": membership.role},
        after={"role": role},
    )
    membership.role = role
    mail.queue(
        "role_changed",
        user.email,
        organization_id=access.organization.id,
        organization=access.organization.name,
        role=role,
        changed_by=access.actor.display_name,
    )
    return _member(user, membership)


def _check_rank(access: Access, role: Role, membership: Membership | None = None) -> None:
    """Nobody grants a role above their own or touches someone above them."""
    touched = [role] if membership is None else [role, Role(membership.role)]
    if not outranks(access.role, *touched):
        raise NotPermitted(NOT_MEMBERS)


def _check_last_admin(membership: Membership) -> None:
    if sole_super_admin(membership):
        raise Conflict(
            LAST_ADMIN, message="Make another member super admin first, or delete the organization."
        )


def _record_removal(access: Access, membership: Membership, *, leaving: bool) -> None:
    action = "member.left" if leaving else "member.removed"
    audit.record(
        access.actor,
        "invitation.cancelled" if membership.pending else action,
        membership.user_id,
        organization_id=access.organization.id,
        before={"role": membership.written_role},
    )


def _cancel_sent_by(actor: Actor | None, organization_id: str, user_id: str) -> None:
    """Cancel the open invitations that somebody sent for an organization, with the pending memberships."""
    sent = and_(
        Invitation.organization_id == organization_id,
        Invitation.invited_by == user_id,
        Invitation.state == InvitationState.OPEN,
    )
    invitees = list(session.scalars(select(Invitation.user_id).where(sent)))
    pending = delete(Membership).where(
        Membership.organization_id == organization_id, Membership.pending.is_(True)
    )
    for invitee in invitees:
        invitations.close(organization_id, invitee, InvitationState.CANCELLED)
        session.execute(pending.where(Membership.user_id == invitee))
        audit.record(actor, "invitation.cancelled", invitee, organization_id=organization_id, by=user_id)


def _member(user: User, membership: Membership, invitation: Invitation | None = None) -> Member:
    return Member(
        uid=user.id,
        email=user.email,
        image_url=user.image_url,
        role=membership.written_role,
        invitation_id=invitation.id if invitation else None,
    )
