"""Invitations as their invitees see them, and why a link may no longer work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import RowMapping, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.base import clock, tokens
from app.base.codes import Code
from app.base.errors import DomainError, Gone, NotFound, NotPermitted
from app.base.permissions import Role
from app.models import Invitation, InvitationState, Organization, User
from app.services.core.actors import Actor
from app.storage.database import db

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
    Invitation.shared_digest,
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
_OWN = _DETAILED.where(
    Invitation.user_id == bindparam("user_id"), Invitation.state == InvitationState.OPEN
).order_by(Invitation.created_at.desc(), Invitation.id)
_BY_DIGEST = _DETAILED.where(
    or_(Invitation.digest == bindparam("digest"), Invitation.shared_digest == bindparam("digest"))
)


class Ending(StrEnum):
    """Why a link does not work. Each reason has its own page."""

    USED = "used"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    WRONG_ACCOUNT = "wrong_account"
    UNKNOWN = "unknown"

    @property
    def refusal(self) -> DomainError:
        """The refusal for this reason."""
        return _REFUSALS[self]()


_REFUSALS: Mapping[Ending, Callable[[], DomainError]] = {
    Ending.USED: partial(Gone, Code.INVITATION_USED),
    Ending.DECLINED: partial(Gone, Code.INVITATION_DECLINED),
    Ending.EXPIRED: partial(Gone, Code.INVITATION_EXPIRED),
    Ending.CANCELLED: partial(Gone, Code.INVITATION_CANCELLED),
    Ending.REPLACED: partial(Gone, Code.INVITATION_REPLACED),
    Ending.WRONG_ACCOUNT: partial(NotPermitted, Code.INVITATION_FOR_OTHER_ACCOUNT),
    Ending.UNKNOWN: partial(NotFound, Code.INVITATION_NOT_FOUND),
}


@dataclass(frozen=True, slots=True)
class ReceivedInvitation:
    """An invitation as people see it. `email` is the invited address."""

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
    # Whether it was found by a link that the inviter shared, which doesn't prove the mailbox.
    shared: bool = False

    @property
    def expired(self) -> bool:
        """Whether the invitation has expired."""
        return self.expires_at <= clock.now()

    @property
    def ending(self) -> Ending | None:
        """Why the invitation can no longer be accepted, or None if it can."""
        if self.state is not InvitationState.OPEN:
            return Ending(self.state)
        return Ending.EXPIRED if self.expired else None


def list_own(actor: Actor) -> list[ReceivedInvitation]:
    """List the actor's open invitations, newest first, including expired ones."""
    return [_offer(row) for row in db.execute(_OWN, {"user_id": actor.user_id}).mappings()]


def find_by_link(token: str) -> ReceivedInvitation | None:
    """Return the invitation that a mailed or shared link belongs to, or None for an unknown link."""
    digest = tokens.digest(token)
    row = db.execute(_BY_DIGEST, {"digest": digest}).mappings().first()
    return replace(_offer(row), shared=row["shared_digest"] == digest) if row else None


def ending_of(offer: ReceivedInvitation | None, actor: Actor | None) -> Ending | None:
    """Return why a link does not work for the actor, or None if it does.

    An anonymous visitor is not treated as the wrong account.
    """
    if offer is None:
        return Ending.UNKNOWN
    if actor is not None and actor.user_id != offer.user_id:
        return Ending.WRONG_ACCOUNT
    return offer.ending


def usable(actor: Actor, token: str) -> ReceivedInvitation:
    """Return the invitation of a link that works for the actor.

    Raises `NotPermitted` for the wrong account, `NotFound` for an unknown link, and `Gone` for an ended one.
    """
    offer = find_by_link(token)
    ending = ending_of(offer, actor)
    if offer is None or ending:
        raise (ending or Ending.UNKNOWN).refusal
    return offer


def _offer(row: RowMapping) -> ReceivedInvitation:
    return ReceivedInvitation(
        id=row["id"],
        organization_id=row["organization_id"],
        organization=row["organization"],
        user_id=row["user_id"],
        role=Role(row["role"]),
        state=InvitationState(row["state"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        email=row["email"],
        invited_by=row["inviter_name"] or row["inviter_email"],
    )
