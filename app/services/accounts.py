"""Accounts: create, list, disable and enable again."""

from datetime import timedelta

from sqlalchemy import select

from app import clock, identifiers, links, secrets
from app.addresses import Address
from app.base.events import Event
from app.database import config, db
from app.errors import Conflict, NotFound
from app.models import Credential, CredentialKind, Membership, User
from app.services import audit, contacts, credentials, invitations, locks, super_admins


def create(address: Address, *, name: str, password_hash: str | None) -> User:
    """Create an account for somebody the operator knows; the address counts as confirmed."""
    locks.address(address.key)
    if by_address(address):
        raise Conflict(f"{address.typed} has an account already")

    user = add(address, name=name, password_hash=password_hash)
    user.confirmed_at = user.created_at
    audit.record(Event.ACCOUNT_CREATED, None, user.id, after={"email": user.email})
    return user


def issue_link(user: User, kind: CredentialKind, lifetime: timedelta) -> tuple[links.Purpose, str]:
    """Add the credential of a mailed link; return what the mail needs to write the link."""
    purpose = links.Purpose(kind.value)
    credential, _ = credentials.issue(user.id, kind, lifetime=lifetime, secret=secrets.new())
    credential.digest = secrets.digest(links.secret(config(), purpose, credential.id))
    credential.prefix = ""
    return purpose, credential.id


def by_address(address: Address) -> User | None:
    """Return the account of an address, or None."""
    return db.scalar(select(User).where(User.email_key == address.key))


def held(address: Address) -> User | None:
    """Return the account of an address, held, and as it is by then; None if the address has none.

    Organizations are held first.
    """
    user = by_address(address)
    if user is None:
        return None
    locks.account(user.id)
    db.refresh(user)
    return user if user.email_key == address.key else None


def named(address: Address) -> User:
    """Return the account that the operator names, held with its organizations, and as it is by then.

    Raises `NotFound` for an address without an account.
    """
    user = by_address(address)
    if user is not None:
        locks.account_and_organizations(user.id)
        user = held(address)
    if user is None or user.erased_at:
        raise NotFound(f"{address.typed} has no account")
    return user


def address_of(user_id: str) -> Address:
    """Return the address of an account."""
    user = db.get_one(User, user_id)
    return Address(user.email, user.email_key)


def everyone() -> list[User]:
    """List all accounts in the order in which they were created."""
    return list(db.scalars(select(User).order_by(User.created_at, User.id)))


def disable(address: Address) -> User:
    """Shut an account: its sessions and keys end with it. The last super admin of an organization stays."""
    user = named(address)
    alone = super_admins.led_alone(user.id)
    if alone:
        raise Conflict(f"{super_admins.LAST_ADMIN}: {', '.join(alone)}")

    user.disabled_at = user.disabled_at or clock.now()
    credentials.revoke(Credential.user_id == user.id)
    for organization_id in db.scalars(
        select(Membership.organization_id).where(Membership.user_id == user.id)
    ).all():
        invitations.cancel_sent(None, organization_id, user.id)
    db.flush()
    contacts.shut_out(user)
    audit.record(Event.ACCOUNT_DISABLED, None, user.id, before={"email": user.email})
    return user


def enable(address: Address) -> User:
    """Open an account again that was shut. What ended stays ended; memberships were only suspended."""
    user = named(address)
    if user.disabled_at is None:
        raise Conflict(f"{user.email} is not disabled")

    user.disabled_at = None
    audit.record(Event.ACCOUNT_ENABLED, None, user.id, after={"email": user.email})
    return user


def add(address: Address, *, name: str, password_hash: str | None) -> User:
    """Add an account whose address is not confirmed; the caller records why."""
    user = User(
        id=identifiers.new("user"),
        email=address.typed,
        email_key=address.key,
        name=name,
        password_hash=password_hash,
        created_at=clock.now(),
    )
    db.add(user)
    db.flush()
    return user
