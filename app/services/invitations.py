"""Invitations: send, show, accept, decline, close; one row for each mailed link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.orm import aliased

from app import clock, identifiers, links, secrets
from app.database import config, session
from app.errors import Conflict, Gone, NotFound, NotPermitted
from app.models import Invitation, InvitationState, Membership, Organization, User
from app.permissions import Role
from app.services import audit, mail
from app.services.actors import Access, Actor

LIFETIME = timedelta(days=7)
RESEND_AFTER = timedelta(minutes=5)

_INVITER = aliased(User)
_DETAILS = (
    Invitation.id,
    Invitation.organization_id,
    Organization.name.label("organization"),
    Invitation.user_id,
    Invitation.role,
    Invitation.state,
    Invitation.created_at,
    Invitation.expires_at,
    User.email,
    _INVITER.name.label("inviter_name"),
    _INVITER.email.label("inviter_email"),
)
_DETAILED = (
    select(*_DETAILS)
    .join(Organization, Organization.id == Invitation.organization_id)
    .join(User, User.id == Invitation.user_id)
    .join(_INVITER, _INVITER.id == Invitation.invited_by)
)
_MINE = _DETAILED.where(
    Invitation.user_id == bindparam("user_id"), Invitation.state == InvitationState.OPEN
).order_by(Invitation.created_at.desc(), Invitation.id)
_BY_DIGEST = _DETAILED.where(Invitation.digest == bindparam("digest"))


class Ending(StrEnum):
    """Why a link does not work; each has its own page."""

    USED = "used"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    WRONG_ACCOUNT = "wrong_account"
    UNKNOWN = "unknown"

    @property
    def error(self) -> str:
        """The error text of a link that ended so."""
        return _ERRORS.get(self, f"Invitation {self.value}")


_ERRORS = {
    Ending.WRONG_ACCOUNT: "This invitation is for another account",
    Ending.UNKNOWN: "Invitation not found",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as people see it; `email` is the invited address."""

    id: str
    organization_id: str
    organization: str
    user_id: str
    role: Role
    state: InvitationState
    created_at: datetime
    expires_at: datetime
    email: str
    invited_by: str

    @property
    def expired(self) -> bool:
        """Whether its seven days are over."""
        return self.expires_at <= clock.now()

    @property
    def ending(self) -> Ending | None:
        """Why it cannot be accepted any more, or None."""
        if self.state is not InvitationState.OPEN:
            return Ending(self.state)
        return Ending.EXPIRED if self.expired else None


def send(access: Access, user: User, role: Role) -> Invitation:
    """Replace the open link of an invitee by a new one, and mail it."""
    close(access.organization.id, user.id, InvitationState.REPLACED)
    invitation_id, created_at = identifiers.new("inv"), clock.now()
    invitation = Invitation(
        id=invitation_id,
        organization_id=access.organization.id,
        user_id=user.id,
        invited_by=access.actor.user_id,
        role=role,
        digest=secrets.digest(links.secret(config(), links.Purpose.INVITATION, invitation_id)),
        state=InvitationState.OPEN,
        created_at=created_at,
        expires_at=created_at + LIFETIME,
    )
    session.add(invitation)
    mail.queue(
        "invitation",
        user.email,
        link=(links.Purpose.INVITATION, invitation_id),
        organization=access.organization.name,
        role=role,
        invited_by=access.actor.display_name,
        expires_at=clock.rfc3339(invitation.expires_at),
    )
    return invitation


def link_to_pass_on(invitation_id: str) -> str | None:
    """Return the link itself where no mail server would carry it, for the inviter's eyes, once."""
    if config().smtp_url:
        return None
    return links.mailed(config(), links.Purpose.INVITATION, invitation_id)


def just_sent(membership: Membership) -> bool:
    """Tell whether an invitee has a live link that was mailed less than five minutes ago."""
    invitation = _open(membership.organization_id, membership.user_id)
    if invitation is None:
        return False
    return clock.now() < min(invitation.created_at + RESEND_AFTER, invitation.expires_at)


def close(organization_id: str, user_id: str, state: InvitationState) -> None:
    """Close the open link of an invitee, if there is one."""
    session.execute(
        update(Invitation)
        .where(
            Invitation.organization_id == organization_id,
            Invitation.user_id == user_id,
            Invitation.state == InvitationState.OPEN,
        )
        .values(state=state, ended_at=clock.now())
    )


def mine(actor: Actor) -> list[Offer]:
    """List the open invitations of the actor, newest first; the expired ones say so."""
    return [_offer(found) for found in session.execute(_MINE, {"user_id": actor.user_id}).mappings()]


def by_link(token: str) -> Offer | None:
    """Return the invitation that a mailed link belongs to, or None for one that never was."""
    found = session.execute(_BY_DIGEST, {"digest": secrets.digest(token)}).mappings().first()
    return _offer(found) if found else None


def ending_of(offer: Offer | None, actor: Actor | None) -> Ending | None:
    """Return why a link does not work for somebody, or None; nobody yet is not the wrong account."""
    if offer is None:
        return Ending.UNKNOWN
    if actor is not None and actor.user_id != offer.user_id:
        return Ending.WRONG_ACCOUNT
    return offer.ending


def accept(actor: Actor, organization_id: str) -> Membership:
    """Accept from the list; that needs a confirmed address."""
    if not actor.confirmed:
        raise NotPermitted(
            "Confirm your email address first",
            message="Follow the link in the confirmation mail, or the one in the invitation.",
        )
    return _accept(actor, organization_id)


def accept_link(actor: Actor, token: str) -> Membership:
    """Accept by the mailed link, which confirms the address it was mailed to."""
    offer = _usable(actor, token)
    user = session.get_one(User, actor.user_id)
    if user.confirmed_at is None:
        user.confirmed_at = clock.now()
        audit.record(actor, "account.confirmed", user.id)
    return _accept(actor, offer.organization_id)


def decline(actor: Actor, organization_id: str) -> None:
    """Decline an invitation: the pending membership ends, the link dies."""
    membership = _pending(actor, organization_id)
    audit.record(
        actor,
        "invitation.declined",
        actor.user_id,
        organization_id=organization_id,
        before={"role": membership.written_role},
    )
    close(organization_id, actor.user_id, InvitationState.DECLINED)
    session.delete(membership)


def decline_link(actor: Actor, token: str) -> None:
    """Decline by the mailed link."""
    decline(actor, _usable(actor, token).organization_id)


def how_to_register() -> str:
    """Return what to do about an address without an account."""
    return f"Ask them to create an account at {links.page(config(), '/register/')} first, then invite them."


def _accept(actor: Actor, organization_id: str) -> Membership:
    membership = _pending(actor, organization_id)
    invitation = _open(organization_id, actor.user_id)
    if invitation is None or invitation.expires_at <= clock.now():
        raise Gone(Ending.EXPIRED.error, message="Ask for a new invitation.")

    # The role comes from the stored invitation, never from the request.
    before = {"role": membership.written_role}
    membership.role, membership.pending = invitation.role, False
    audit.record(
        actor,
        "invitation.accepted",
        actor.user_id,
        organization_id=organization_id,
        before=before,
        after={"role": membership.role},
    )
    close(organization_id, actor.user_id, InvitationState.USED)
    return membership


def _pending(actor: Actor, organization_id: str) -> Membership:
    """Return the actor's pending membership, locked; an unknown organization is no invitation either."""
    lock = select(Organization.id).where(Organization.id == organization_id).with_for_update()
    session.execute(lock)
    membership = session.get(Membership, (organization_id, actor.user_id))
    if membership is None:
        raise NotFound(Ending.UNKNOWN.error)
    if not membership.pending:
        raise Conflict("Member already exists in organization", message="You are already a member.")
    return membership


def _open(organization_id: str, user_id: str) -> Invitation | None:
    return session.scalar(
        select(Invitation).where(
            Invitation.organization_id == organization_id,
            Invitation.user_id == user_id,
            Invitation.state == InvitationState.OPEN,
        )
    )


def _usable(actor: Actor, token: str) -> Offer:
    """Return the invitation of a link that works for the actor, or raise why not."""
    offer = by_link(token)
    ending = ending_of(offer, actor)
    if ending is Ending.WRONG_ACCOUNT:
        raise NotPermitted(ending.error)
    if offer is None:
        raise NotFound(Ending.UNKNOWN.error)
    if ending is not None:
        raise Gone(ending.error)
    return offer


def _offer(found: RowMapping) -> Offer:
    return Offer(
        id=found["id"],
        organization_id=found["organization_id"],
        organization=found["organization"],
        user_id=found["user_id"],
        role=Role(found["role"]),
        state=InvitationState(found["state"]),
        created_at=found["created_at"],
        expires_at=found["expires_at"],
        email=found["email"],
        invited_by=found["inviter_name"] or found["inviter_email"],
    )
