"""Create, disable and enable accounts, for the operator."""

from sqlalchemy import select

from app.base import clock
from app.base.errors import OperatorError
from app.base.events import Event
from app.models import Credential, Membership, User
from app.services.core import audit, credentials, last_super_admin, locks, users
from app.services.mail import contacts
from app.services.members import invitations
from app.storage.database import db
from app.text.email_addresses import Address


def create(address: Address, *, name: str, password_hash: str | None) -> User:
    """Create an account with a confirmed address. Raises `OperatorError` if there is one."""
    locks.address(address.key)
    if users.find(address):
        raise OperatorError(f"{address.typed} already has an account")

    user = users.add(address, name=name, password_hash=password_hash)
    user.confirmed_at = user.created_at
    audit.record(Event.ACCOUNT_CREATED, None, user.id, after={"email": user.email})
    return user


def disable(address: Address) -> User:
    """Disable an account and revoke all its credentials.

    Raises `OperatorError` if the address has no account, and `Conflict` if the account is the last super
    admin of an organization.
    """
    user = users.lock_with_organizations(address)
    last_super_admin.check_not_last_anywhere(user.id)

    user.disabled_at = user.disabled_at or clock.now()
    credentials.revoke(Credential.user_id == user.id)
    for organization_id in db.scalars(
        select(Membership.organization_id).where(Membership.user_id == user.id)
    ).all():
        invitations.cancel_sent(None, organization_id, user.id)
    db.flush()
    contacts.replace_disabled(user)
    audit.record(Event.ACCOUNT_DISABLED, None, user.id, before={"email": user.email})
    return user


def enable(address: Address) -> User:
    """Enable a disabled account. Its memberships resume; what disabling it ended stays ended.

    Raises `OperatorError` if the address has no account, or if the account is not disabled.
    """
    user = users.lock_with_organizations(address)
    if user.disabled_at is None:
        raise OperatorError(f"{user.email} is not disabled")

    user.disabled_at = None
    audit.record(Event.ACCOUNT_ENABLED, None, user.id, after={"email": user.email})
    return user
