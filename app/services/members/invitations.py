"""Invitations: send, close and cancel them. Each mailed link has a row."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, select, update

from app.base import clock, identifiers, tokens
from app.base.events import Event
from app.base.permissions import Role, outranks
from app.models import Invitation, InvitationState, Membership, User
from app.services.core import audit
from app.services.core.actors import Access, Actor
from app.services.mail import mailbox_limits, outbox
from app.storage.database import config, db, fetch
from app.text import links

LIFETIME = timedelta(days=7)
RESEND_AFTER = timedelta(minutes=5)
OPERATOR_CREATES = "The operator of this portal creates accounts, with `crewroom user create EMAIL`."

_SENT = select(Invitation.user_id, Invitation.role).where(
    Invitation.organization_id == bindparam("organization_id"),
    Invitation.invited_by == bindparam("user_id"),
    Invitation.state == InvitationState.OPEN,
)
_SENT_TO_ROLES = _SENT.where(Invitation.role.in_(bindparam("roles", expanding=True)))


def send(access: Access, user: User, role: Role) -> Invitation:
    """Replace the open invitation of an invitee with a new one, and mail its link."""
    undelivered = close(access.organization.id, user.id, InvitationState.REPLACED)
    invitation_id, created_at = identifiers.new("inv"), clock.now()
    invitation = Invitation(
        id=invitation_id,
        organization_id=access.organization.id,
        user_id=user.id,
        invited_by=access.actor.user_id,
        role=role,
        digest=tokens.digest(links.secret(config(), links.Purpose.INVITATION, invitation_id)),
        state=InvitationState.OPEN,
        created_at=created_at,
        expires_at=created_at + LIFETIME,
        mailed_at=None,
    )
    db.add(invitation)
    queued = outbox.queue(
        "invitation",
        user.email,
        link=(links.Purpose.INVITATION, invitation_id),
        organization_id=access.organization.id,
        organization=access.organization.name,
        role=role,
        **outbox.inviter_facts(access.actor.user_id),
        expires_at=clock.rfc3339(invitation.expires_at),
    )
    if not queued:
        invitation.undelivered = mailbox_limits.REASON
    if undelivered or not queued:
        invitation.shared_digest = tokens.digest(_shared_secret(invitation_id))
    return invitation


def link_to_share(invitation_id: str) -> str | None:
    """Return a link for the inviter to share if the mail did not get through, or None if it did.

    With a mail server this is not the mailed link: it opens the membership but does not confirm the address,
    since it was never sent to that mailbox.
    """
    if not config().smtp_url:
        return links.mailed(config(), links.Purpose.INVITATION, invitation_id)
    if db.get_one(Invitation, invitation_id).shared_digest is None:
        return None
    return links.mailed(config(), links.Purpose.SHARED, invitation_id)


def mail_configured() -> bool:
    """Return whether a mail server is configured."""
    return config().smtp_url is not None


def recently_sent(membership: Membership) -> bool:
    """Return whether the invitee's link was made less than five minutes ago and its mail hasn't failed."""
    invitation = find_open(membership.organization_id, membership.user_id)
    if invitation is None or invitation.undelivered:
        return False
    return clock.now() < min(invitation.created_at + RESEND_AFTER, invitation.expires_at)


def close(organization_id: str, user_id: str, state: InvitationState) -> str | None:
    """Close the open invitation of an invitee, if any; return why its mail was not delivered, if known."""
    return db.scalar(
        update(Invitation)
        .where(
            Invitation.organization_id == organization_id,
            Invitation.user_id == user_id,
            Invitation.state == InvitationState.OPEN,
        )
        .values(state=state, ended_at=clock.now())
        .returning(Invitation.undelivered)
    )


def cancel_sent(actor: Actor | None, organization_id: str, user_id: str, *roles: Role) -> None:
    """Cancel the open invitations that a user sent, all or those to the given roles.

    The pending memberships of the invitees end with them.
    """
    values = {"organization_id": organization_id, "user_id": user_id}
    sent = fetch(_SENT_TO_ROLES, {**values, "roles": roles}) if roles else fetch(_SENT, values)
    for invitee, role in sent.all():
        close(organization_id, invitee, InvitationState.CANCELLED)
        db.execute(
            delete(Membership).where(
                Membership.organization_id == organization_id,
                Membership.user_id == invitee,
                Membership.pending.is_(True),
            )
        )
        before = {"role": Role(role).invited}
        audit.record(
            Event.INVITATION_CANCELLED,
            actor,
            invitee,
            organization_id=organization_id,
            before=before,
            by=user_id,
        )


def cancel_sent_above(actor: Actor, membership: Membership) -> None:
    """Cancel the invitations that a demoted member sent to roles they may no longer grant."""
    roles = [role for role in Role if not outranks(Role(membership.role), role)]
    if roles:
        cancel_sent(actor, membership.organization_id, membership.user_id, *roles)


def find_open(organization_id: str, user_id: str) -> Invitation | None:
    """Return the open invitation of an invitee, or None. It may have expired."""
    return db.scalar(
        select(Invitation).where(
            Invitation.organization_id == organization_id,
            Invitation.user_id == user_id,
            Invitation.state == InvitationState.OPEN,
        )
    )


def _shared_secret(invitation_id: str) -> str:
    return links.secret(config(), links.Purpose.SHARED, invitation_id)


def how_to_register() -> str:
    """Return what the inviter of an address without an account should do."""
    if config().registration == "closed":
        return f"{OPERATOR_CREATES} Then invite them."
    register = links.page(config(), links.Page.REGISTER)
    return f"Ask them to create an account at {register} first, then invite them."
