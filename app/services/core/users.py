"""User accounts: add, find and lock them."""

from datetime import timedelta

from sqlalchemy import select

from app.base import clock, identifiers, tokens
from app.base.errors import OperatorError
from app.models import CredentialKind, User
from app.services.core import credentials, locks
from app.storage.database import config, db
from app.text import links
from app.text.email_addresses import Address


def add(address: Address, *, name: str, password_hash: str | None) -> User:
    """Add an account with an unconfirmed address. The caller writes the audit entry."""
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


def find(address: Address) -> User | None:
    """Return the account of an address, or None."""
    return db.scalar(select(User).where(User.email_key == address.key))


def lock_by_address(address: Address) -> User | None:
    """Lock the account of an address and return it, refreshed; None if the address has no account.

    Organizations must be locked before it.
    """
    user = find(address)
    if user is None:
        return None
    locks.account(user.id)
    db.refresh(user)
    return user if user.email_key == address.key else None


def lock_with_organizations(address: Address) -> User:
    """Lock the account of an address and its organizations, and return the account, refreshed.

    Raises `OperatorError` if the address has no account.
    """
    user = find(address)
    if user is not None:
        locks.account_and_organizations(user.id)
        user = lock_by_address(address)
    if user is None or user.erased_at:
        raise OperatorError(f"{address.typed} has no account")
    return user


def address_of(user_id: str) -> Address:
    """Return the address of an account."""
    user = db.get_one(User, user_id)
    return Address(user.email, user.email_key)


def list_all() -> list[User]:
    """List all accounts in the order in which they were created."""
    return list(db.scalars(select(User).order_by(User.created_at, User.id)))


def issue_link(user: User, kind: CredentialKind, lifetime: timedelta) -> tuple[links.Purpose, str]:
    """Add the credential of a mailed link; return the purpose and identifier that the link is made of."""
    purpose = links.Purpose(kind.value)
    credential, _ = credentials.issue(user.id, kind, lifetime=lifetime, secret=tokens.new())
    credential.digest = tokens.digest(links.secret(config(), purpose, credential.id))
    credential.prefix = ""
    return purpose, credential.id
