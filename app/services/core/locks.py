"""Locks: who changes an organization holds its row until the transaction ends; only this module takes it.

On SQLite changes go one at a time anyway. On Postgres the organization always comes first, before an account,
an address that becomes somebody's, credentials and the audit chain, so that no two transactions wait for each
other.
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
    """Hold an organization; one that does not exist is held by nobody."""
    _hold([organization_id])


def account_and_organizations(user_id: str) -> None:
    """Hold an account and every organization that it belongs to, for what decides over all of them.

    Raises `Unavailable` if the account joined another organization in between; a repeat finds it.
    """
    if config().sqlite:
        return
    held = set(_organizations_of(user_id))
    _hold(held)
    account(user_id)
    if not held.issuperset(_organizations_of(user_id)):
        raise Unavailable


def account(user_id: str) -> None:
    """Hold an account, after the organizations."""
    if not config().sqlite:
        db.execute(select(User.id).where(User.id == user_id).with_for_update())


def address(key: str) -> None:
    """Hold an address, which may have no account yet: of two who want it the second finds it taken."""
    _hold_named(key)


def passkey(handle: str) -> None:
    """Hold a passkey, which may not be stored yet, after the account that adds it."""
    _hold_named(f"passkey:{handle}")


def storage() -> None:
    """Hold the storage of the portal, after everything else: uploads of two organizations share it."""
    _hold_named("storage")


def every_account() -> None:
    """Hold all accounts, for what the operator does to all of them."""
    if not config().sqlite:
        db.execute(select(User.id).order_by(User.id).with_for_update())


def organization_of_key(credential_id: str) -> None:
    """Hold the organization that a key is limited to, if it is."""
    if not config().sqlite:
        limit = db.scalar(select(Credential.organization_id).where(Credential.id == credential_id))
        _hold([limit] if limit else [])


def _organizations_of(user_id: str) -> list[str]:
    """List those that the account belongs to or is invited to, or that write to its address."""
    belongs = select(Membership.organization_id).where(Membership.user_id == user_id)
    named = db.execute(select(User.email, User.email_key).where(User.id == user_id)).first()
    contact = contact_addresses.written_to(Address(named.email, named.email_key)) if named else []
    return [*db.scalars(belongs), *contact]


def _hold(organization_ids: Iterable[str]) -> None:
    held = list(organization_ids)
    if held and not config().sqlite:
        db.execute(_ORGANIZATIONS, {"organization_ids": held})


def _hold_named(name: str) -> None:
    """Hold what may have no row yet."""
    if not config().sqlite:
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
