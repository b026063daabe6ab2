"""Change an account's address. Links mailed to the old and the new address must both be confirmed first."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update

from app.base import clock, identifiers, tokens
from app.base.codes import Code
from app.base.errors import Conflict, Gone, InvalidInput
from app.base.events import Event
from app.models import AddressChange, Credential, CredentialKind, Membership, User
from app.services.core import audit, credentials, locks, users
from app.services.core.actors import Actor, PasswordProof
from app.services.mail import contacts, outbox
from app.services.members import removal
from app.storage.database import config, db
from app.text import links
from app.text.email_addresses import Address
from app.text.links import Purpose

LIFETIME = timedelta(days=1)


class Side(StrEnum):
    """The address that a link was mailed to."""

    OLD = "old"
    NEW = "new"


def request(actor: Actor, address: Address) -> None:
    """Mail a link to both addresses. The result is the same if the new address already has an account.

    Raises `InvalidInput` if the address is the actor's current one.
    """
    credentials.lock_holder(actor)
    user = db.get_one(User, actor.user_id)
    if address.key == user.email_key:
        raise InvalidInput(Code.EMAIL_UNCHANGED, field="email")

    end_open(user.id)
    audit.record(Event.EMAIL_CHANGE_REQUESTED, actor, user.id, after={"email": address.typed})
    change = _add(user, address)
    outbox.queue("confirm_old_address", user.email, link=(Purpose.OLD_ADDRESS, change.id), new=address.typed)
    if users.find(address):
        outbox.queue("already_registered", address.typed)
    else:
        outbox.queue(
            "confirm_new_address", address.typed, link=(Purpose.NEW_ADDRESS, change.id), old=user.email
        )


def pending(actor: Actor) -> AddressChange | None:
    """Return the actor's pending address change, or None."""
    return db.scalar(
        select(AddressChange).where(
            AddressChange.user_id == actor.user_id,
            AddressChange.ended_at.is_(None),
            AddressChange.expires_at > clock.now(),
        )
    )


def find_by_link(token: str) -> tuple[AddressChange, Side] | None:
    """Return the address change of a mailed link and the side it was mailed to, or None if it has ended."""
    digest = tokens.digest(token)
    change = db.scalar(
        select(AddressChange).where(
            or_(AddressChange.old_digest == digest, AddressChange.new_digest == digest),
            AddressChange.ended_at.is_(None),
            AddressChange.expires_at > clock.now(),
        )
    )
    if change is None:
        return None
    return change, Side.OLD if change.old_digest == digest else Side.NEW


def requester(token: str) -> User | None:
    """Return the account that the new side must prove to own, by session or password; None for the old side.

    Otherwise the reader of the new mailbox could confirm someone else's account. Raises `Gone` if the link no
    longer works.
    """
    change, side = _by_link(token)
    return db.get_one(User, change.user_id) if side is Side.NEW else None


def consent(token: str, holder: Actor | PasswordProof | None = None) -> bool:
    """Record the consent of one side; change the address if both have consented. Return whether it changed.

    `holder` is the session or password proof of the new side. Raises `Gone` if the link no longer works,
    `NotAuthenticated` or `NotPermitted` if the proof no longer holds, and `Conflict` if the address is taken.
    """
    change, _ = _by_link(token)
    locks.account_and_organizations(change.user_id)
    if holder:
        credentials.check_holder(holder)
    change, side = _by_link(token)
    db.refresh(change)
    is_new = _set_confirmed(change, side)
    if change.old_confirmed_at and change.new_confirmed_at:
        _carry_out(change)
        return True
    if is_new:
        _record_consent(change, side)
    return False


def _set_confirmed(change: AddressChange, side: Side) -> bool:
    """Set when a side consented. Return False if it had consented before."""
    name = f"{side}_confirmed_at"
    if getattr(change, name):
        return False
    setattr(change, name, clock.now())
    return True


def _record_consent(change: AddressChange, side: Side) -> None:
    """Record the first consent; the event of the change itself implies the second."""
    user = db.get_one(User, change.user_id)
    email = user.email if side is Side.OLD else change.email
    audit.record(Event.EMAIL_CHANGE_AGREED, None, user.id, after={"email": email, "side": side}, by=user.id)


def _by_link(token: str) -> tuple[AddressChange, Side]:
    change_and_side = find_by_link(token)
    if change_and_side is None:
        raise Gone(Code.EMAIL_CHANGE_EXPIRED, message="Request the change again on your account page.")
    return change_and_side


def _carry_out(change: AddressChange) -> None:
    user = db.get_one(User, change.user_id)
    locks.address(change.email_key)
    taken = db.scalar(select(User.id).where(User.email_key == change.email_key))
    if taken:
        raise Conflict(Code.EMAIL_UNUSABLE, message="Request the change again with another address.")

    audit.record(
        Event.EMAIL_CHANGED,
        None,
        user.id,
        before={"email": user.email},
        after={"email": change.email},
        by=user.id,
    )
    outbox.queue("address_changed", user.email, new=change.email)
    organizations = contacts.organizations_of(user)
    user.email, user.email_key = change.email, change.email_key
    db.flush()
    for organization in organizations:
        contacts.hand_over(organization, None, by=user.id)
    mailed = (CredentialKind.RESET, CredentialKind.CONFIRMATION)
    credentials.revoke(Credential.user_id == user.id, Credential.kind.in_(mailed))
    if user.confirmed_at is None:
        _cancel_invitations(user)
        user.confirmed_at = clock.now()
    change.ended_at = clock.now()


def _cancel_invitations(user: User) -> None:
    """Cancel the invitations of an account whose old address was never confirmed; they were for its owner."""
    pending = select(Membership).where(Membership.user_id == user.id, Membership.pending.is_(True))
    for membership in db.scalars(pending).all():
        audit.record(
            Event.INVITATION_CANCELLED,
            None,
            user.id,
            organization_id=membership.organization_id,
            before={"role": membership.written_role},
            by=user.id,
        )
        removal.end(None, membership, how="changed their address")


def _add(user: User, address: Address) -> AddressChange:
    identifier, created_at = identifiers.new("email"), clock.now()
    change = AddressChange(
        id=identifier,
        user_id=user.id,
        email=address.typed,
        email_key=address.key,
        old_digest=tokens.digest(links.secret(config(), Purpose.OLD_ADDRESS, identifier)),
        new_digest=tokens.digest(links.secret(config(), Purpose.NEW_ADDRESS, identifier)),
        created_at=created_at,
        expires_at=created_at + LIFETIME,
    )
    db.add(change)
    return change


def end_open(user_id: str) -> None:
    """End the pending address changes of an account."""
    db.execute(
        update(AddressChange)
        .where(AddressChange.user_id == user_id, AddressChange.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
