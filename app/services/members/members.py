"""Members: invite them, change their role and count them; the rank check."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from app.base import clock
from app.base.codes import Code
from app.base.errors import Conflict, NotFound, NotPermitted
from app.base.events import Event
from app.base.permissions import NOT_MEMBERS, Role, outranks
from app.models import Invitation, Membership, Organization, User
from app.services.core import audit, last_super_admin, locks, quotas
from app.services.core.actors import Access
from app.services.mail import contacts, outbox
from app.services.members import invitations
from app.storage.database import db, fetch
from app.text.email_addresses import Address

_BY_PENDING: Any = (
    select(Membership.pending, func.count())
    .where(Membership.organization_id == bindparam("organization_id"))
    .group_by(Membership.pending)
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the API shows it; `invitation_id` is set if an invitation was just sent."""

    uid: str
    email: str
    image_url: str | None
    role: str
    invitation_id: str | None = None


def invite(access: Access, address: Address, role: Role) -> Member:
    """Invite an account, change a member's role or resend an invitation, depending on the address.

    Raises `NotFound` if the address has no account, `NotPermitted` if the actor's rank is too low, and
    `Conflict` if nothing would change or the organization would lose its last super admin.
    """
    user = db.scalar(select(User).where(User.email_key == address.key))
    if user is None:
        raise _unknown()
    membership = db.get(Membership, (access.organization.id, user.id))
    check_rank(access, role, membership)
    if membership is None:
        return _add(access, user, role)
    if membership.pending:
        return _resend(access, user, membership, role)

    return _change_role(access, user, membership, role)


def check_rank(access: Access, role: Role, membership: Membership | None = None) -> None:
    """Raise `NotPermitted` if the wanted role, or the member's current one, ranks above the actor's."""
    roles = [role] if membership is None else [role, Role(membership.role)]
    if not outranks(access.role, *roles):
        raise NotPermitted(Code.ROLE_TOO_HIGH, NOT_MEMBERS)


def count(organization_id: str) -> dict[str, int]:
    """Count the members and the invitees of an organization."""
    found = fetch(_BY_PENDING, {"organization_id": organization_id})
    counts = {bool(pending): number for pending, number in found}
    return {"members": counts.get(False, 0), "invitations": counts.get(True, 0)}


def _add(access: Access, user: User, role: Role) -> Member:
    locks.account(user.id)
    db.refresh(user)
    if user.erased_at:
        raise _unknown()
    quotas.check_invitations(access.organization)
    membership = Membership(
        organization_id=access.organization.id,
        user_id=user.id,
        role=role,
        pending=True,
        added_at=clock.now(),
    )
    db.add(membership)
    audit.record(
        Event.MEMBER_INVITED, access, user.id, after={"email": user.email, "role": membership.written_role}
    )
    invitation = invitations.send(access, user, role)
    return _member(user, membership, invitation)


def _resend(access: Access, user: User, membership: Membership, role: Role) -> Member:
    if membership.role == role and invitations.recently_sent(membership):
        raise Conflict(Code.MEMBER_EXISTS, message="The invitation was mailed less than five minutes ago.")

    before = {"role": membership.written_role}
    membership.role = role
    audit.record(
        Event.INVITATION_RESENT,
        access,
        user.id,
        before=before,
        after={"email": user.email, "role": membership.written_role},
    )
    invitation = invitations.send(access, user, role)
    return _member(user, membership, invitation)


def _change_role(access: Access, user: User, membership: Membership, role: Role) -> Member:
    if membership.role == role:
        raise Conflict(Code.MEMBER_EXISTS)
    last_super_admin.check_not_last(membership)

    audit.record(
        Event.MEMBER_ROLE_CHANGED, access, user.id, before={"role": membership.role}, after={"role": role}
    )
    _notify_contact(access, user, membership, role)
    membership.role = role
    invitations.cancel_sent_above(access.actor, membership)
    outbox.queue(
        "role_changed",
        user.email,
        organization_id=access.organization.id,
        organization=access.organization.name,
        role=role,
        changed_by=access.actor.name,
        changed_by_email=access.actor.email,
    )
    return _member(user, membership)


def _notify_contact(access: Access, user: User, membership: Membership, role: Role) -> None:
    if Role.SUPER_ADMIN in {membership.role, role}:
        organization = db.get_one(Organization, access.organization.id)
        how = f"now has the role {role.label}"
        contacts.notify_of_super_admin(organization, user, access.actor, how=how)


def _member(user: User, membership: Membership, invitation: Invitation | None = None) -> Member:
    return Member(
        uid=user.id,
        email=user.email,
        image_url=user.image_url,
        role=membership.written_role,
        invitation_id=invitation.id if invitation else None,
    )


def _unknown() -> NotFound:
    return NotFound(Code.MEMBER_NOT_FOUND, message=invitations.how_to_register(), field="email")
