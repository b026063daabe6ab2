"""Row locks. A change locks its organization until the transaction ends; only this module takes these locks.

SQLite runs one writing transaction at a time, so nothing is locked there. On Postgres the organization is
locked first, then accounts, addresses, credentials and the audit chain, so that transactions don't deadlock.
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from app.base.errors import Unavailable
from app.models import Credential, Membership, Organization, User
from app.services.core import contact_addresses
from app.storage.database import config, db
from app.text.email_addresses import Address

_ORGANIZATIONS = (
    select(Organization.id)
    .where(Organization.id.in_(bindparam("organization_ids", expanding=True)))
    .order_by(Organization.id)
    .with_for_update()
)


def organization(organization_id: str) -> None:
    """Lock an organization. Does nothing if it doesn't exist."""
    _lock_organizations([organization_id])


def account_and_organizations(user_id: str) -> None:
    """Lock an account and every organization it belongs to, for changes that concern all of them.

    Raises `Unavailable` if the account joined another organization in between; a retry locks that one too.
    """
    if config().sqlite:
        return
    locked = set(_organizations_of(user_id))
    _lock_organizations(locked)
    account(user_id)
    if not locked.issuperset(_organizations_of(user_id)):
        raise Unavailable


def account(user_id: str) -> None:
    """Lock an account. Its organizations must be locked first."""
    if not config().sqlite:
        db.execute(select(User.id).where(User.id == user_id).with_for_update())


def address(key: str) -> None:
    """Lock an address, with or without an account, so that two requests can't both claim it."""
    _advisory_lock(key)


def passkey(handle: str) -> None:
    """Lock a passkey that may not be stored yet. The account that adds it must be locked first."""
    _advisory_lock(f"passkey:{handle}")


def storage() -> None:
    """Lock the portal's storage, which all organizations share. This lock is taken last."""
    _advisory_lock("storage")


def all_accounts() -> None:
    """Lock all accounts, for commands of the operator that change all of them."""
    if not config().sqlite:
        db.execute(select(User.id).order_by(User.id).with_for_update())


def organization_of_key(credential_id: str) -> None:
    """Lock the organization that a key is limited to, if any."""
    if not config().sqlite:
        limit = db.scalar(select(Credential.organization_id).where(Credential.id == credential_id))
        _lock_organizations([limit] if limit else [])


def _organizations_of(user_id: str) -> list[str]:
    """List the organizations that the account is a member or invitee of, or the contact of."""
    belongs = select(Membership.organization_id).where(Membership.user_id == user_id)
    user = db.execute(select(User.email, User.email_key).where(User.id == user_id)).first()
    contact_of = contact_addresses.organization_ids(Address(user.email, user.email_key)) if user else []
    return [*db.scalars(belongs), *contact_of]


def _lock_organizations(organization_ids: Iterable[str]) -> None:
    ids = list(organization_ids)
    if ids and not config().sqlite:
        db.execute(_ORGANIZATIONS, {"organization_ids": ids})


def _advisory_lock(name: str) -> None:
    """Lock a name, for things that may have no row yet."""
    if not config().sqlite:
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
