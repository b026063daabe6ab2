"""Erase an account: end its memberships and credentials, and redact everything that names the person."""

from sqlalchemy import delete, func, select

from app.base import clock
from app.base.codes import Code
from app.base.errors import InvalidInput
from app.base.events import Event
from app.models import (
    AddressChange,
    Ceremony,
    Credential,
    Factor,
    Invitation,
    InvitationState,
    Membership,
    RecoveryCode,
    RefusedAttempt,
    User,
)
from app.services.audit_log import redaction
from app.services.core import audit, credentials, last_super_admin, locks
from app.services.core.actors import Actor
from app.services.login import lockouts
from app.services.mail import contacts
from app.services.members import invitations, receipts, removal, removal_impact
from app.services.members.receipts import Cause
from app.storage.database import db
from app.text.email_addresses import Address


def blocking_organizations(actor: Actor) -> list[str]:
    """List, as `name (id)`, the organizations that an erasure would leave without a super admin."""
    return last_super_admin.organizations_where_last(actor.user_id)


def erase(actor: Actor, address: Address) -> None:
    """Erase the actor's account, confirmed by their own address.

    Raises `InvalidInput` if it is another address, and `Conflict` if the actor is a last super admin.
    """
    user = db.get_one(User, actor.user_id)
    if address.key != user.email_key:
        raise InvalidInput(Code.CONFIRMATION_MISMATCH, "email does not match your address", field="email")
    locks.account_and_organizations(user.id)
    credentials.check_alive(actor)
    last_super_admin.check_not_last_anywhere(user.id)

    audit.record(Event.ACCOUNT_ERASED, actor, user.id)
    _end_memberships(actor, user)
    contacts.hand_over_all(user, actor)
    _end_invitations_elsewhere(user)
    credentials.revoke(Credential.user_id == user.id)
    db.execute(delete(RefusedAttempt).where(RefusedAttempt.actor_id == user.id))
    db.execute(delete(RefusedAttempt).where(func.lower(RefusedAttempt.target) == user.email_key))
    for table in (AddressChange, Factor, RecoveryCode, Ceremony):
        db.execute(delete(table).where(table.user_id == user.id))
    lockouts.clear(address)
    _anonymize(user)


def _end_memberships(actor: Actor, user: User) -> None:
    for membership in db.scalars(select(Membership).where(Membership.user_id == user.id)):
        if not membership.pending:
            audit.record(
                Event.MEMBER_LEFT,
                actor,
                user.id,
                organization_id=membership.organization_id,
                before={"role": membership.role},
            )
            receipts.write(actor, membership, Cause.ERASED, removal_impact.of(membership))
        removal.end(actor, membership, how=Cause.ERASED)


def _end_invitations_elsewhere(user: User) -> None:
    open_ones = select(Invitation.organization_id).where(
        Invitation.user_id == user.id, Invitation.state == InvitationState.OPEN
    )
    for organization_id in list(db.scalars(open_ones)):
        invitations.close(organization_id, user.id, InvitationState.DECLINED)


def _anonymize(user: User) -> None:
    """Remove the person from the row. The row stays, because others refer to it."""
    pseudonym = f"{user.id}@erased.invalid"
    receipts.redact(user, pseudonym)
    redaction.redact(user)
    user.email = user.email_key = pseudonym
    user.name = "Erased account"
    user.image_url = user.password_hash = None
    user.erased_at = user.disabled_at = clock.now()
