"""Password resets: ask for a link by mail, choose a new password with it."""

from collections.abc import Sequence
from datetime import timedelta

from app.base.errors import Conflict, Gone
from app.base.events import Event
from app.models import Credential, CredentialKind, Job, User
from app.services.accounts import email_change, reclaim
from app.services.core import audit, credentials, locks, users
from app.services.jobs import jobs
from app.services.keys import own_keys
from app.services.login import lockouts, personal_words, sessions
from app.services.mail import outbox
from app.storage.database import Database, config, db
from app.text import email_addresses, links
from app.text.email_addresses import Address

KIND = "reset"
LINK_EXPIRED = "Reset link expired"
LIFETIME = timedelta(hours=1)


def request(address: Address) -> None:
    """Ask for a link. The worker looks who owns the address, so that answers take the same time for all."""
    jobs.enqueue(KIND, {"email": address.typed})


def send_link(database: Database, job: Job) -> None:
    """Mail a link to the owner of the address that asked, if there is one."""
    with database.writing():
        user = users.lock_by_address(email_addresses.parse(job.details["email"]))
        if user is not None and user.disabled_at is None:
            _mail_link(user)


def link_works(token: str) -> bool:
    """Tell whether a reset link still works."""
    return credentials.find(token, CredentialKind.RESET) is not None


def working_keys(token: str) -> Sequence[Credential]:
    """Return the keys that the new password may end. Raises `Gone` for a dead link."""
    return own_keys.list_working(_owner(token).id)


def words_to_avoid(token: str) -> list[str]:
    """Return the names that a new password must not be made of; raise for a dead link."""
    return personal_words.of_person(_owner(token))


def choose(token: str, password_hash: str, *, end_keys: bool = False) -> Address:
    """Set a new password by a mailed link, once; return the address of the account.

    Every session ends, as do address changes that wait, and API keys if `end_keys`; a lock-out is lifted. An
    account that was never confirmed is handed over.
    """
    locks.account_and_organizations(_owner(token).id)
    user = _owner(token)
    db.refresh(user)
    _replace_password(user, password_hash)
    if end_keys:
        own_keys.revoke_all(None, user)
    audit.record(Event.PASSWORD_RESET, None, user.id, by=user.id)
    return Address(user.email, user.email_key)


def set_by_operator(address: Address, password_hash: str) -> User:
    """Set a password as the operator, and return the account; sessions and links end, a lock-out is lifted.

    An account that was never confirmed is handed over, as by a mailed link.
    """
    user = _for_operator(address)
    _replace_password(user, password_hash)
    audit.record(Event.PASSWORD_SET_BY_OPERATOR, None, user.id)
    return user


def link_for_operator(address: Address) -> str:
    """Return a new reset link for the operator to pass on; earlier ones of the account end."""
    user = _for_operator(address)
    purpose, identifier = _new_link(user)
    audit.record(Event.PASSWORD_RESET_LINK_MADE, None, user.id)
    return links.mailed(config(), purpose, identifier)


def words_to_avoid_for(address: Address) -> list[str]:
    """Return the names that a password of an account must not be made of; raise `NotFound` without one."""
    return personal_words.of_person(_for_operator(address))


def _for_operator(address: Address) -> User:
    """Return the account of an address, held; raise `NotFound` without one, `Conflict` if disabled."""
    user = users.lock_with_organizations(address)
    if user.disabled_at:
        raise Conflict(f"{address.typed} is disabled", message="`crewroom user enable` comes first.")
    return user


def _replace_password(user: User, password_hash: str) -> None:
    """Give an account another password, and end what was open; an unconfirmed account is handed over."""
    user.password_hash = password_hash
    if user.confirmed_at is None:
        reclaim.reclaim(user)
    email_change.end_open(user.id)
    _end_links(user)
    sessions.close_all(user.id)
    outbox.queue("password_changed", user.email)
    lockouts.clear(Address(user.email, user.email_key))


def _new_link(user: User) -> tuple[links.Purpose, str]:
    """Issue a reset link in the place of earlier ones; return what the mail needs to write it."""
    _end_links(user)
    return users.issue_link(user, CredentialKind.RESET, LIFETIME)


def _end_links(user: User) -> None:
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.RESET)


def _mail_link(user: User) -> None:
    if outbox.cooling_down("reset_password", user.email):
        return  # the link in the last of several mails works; another request must not end it
    outbox.queue("reset_password", user.email, link=_new_link(user))
    audit.record(Event.PASSWORD_RESET_REQUESTED, None, user.id)


def _owner(token: str) -> User:
    credential = credentials.find(token, CredentialKind.RESET)
    if credential is None:
        raise Gone(LINK_EXPIRED, message="Ask for a new one.")
    return db.get_one(User, credential.user_id)
