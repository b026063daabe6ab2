"""Password resets: mail a link, and set a new password with it."""

from collections.abc import Sequence
from datetime import timedelta

from app.base.codes import Code
from app.base.errors import Gone, OperatorError
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
LIFETIME = timedelta(hours=1)


def request(address: Address) -> None:
    """Enqueue a reset mail. A job looks up the account, so response times don't reveal whether it exists."""
    jobs.enqueue(KIND, {"email": address.typed})


def send_link(database: Database, job: Job) -> None:
    """Mail a reset link to the address of the job, if it has an account that is not disabled."""
    with database.writing():
        user = users.lock_by_address(email_addresses.parse(job.details["email"]))
        if user is not None and user.disabled_at is None:
            _mail_link(user)


def link_works(token: str) -> bool:
    """Return whether a reset link still works."""
    return credentials.find(token, CredentialKind.RESET) is not None


def working_keys(token: str) -> Sequence[Credential]:
    """Return the API keys that can be revoked along with the reset. Raises `Gone` if the link has ended."""
    return own_keys.list_working(_account(token).id)


def words_to_avoid(token: str) -> list[str]:
    """Return the names that a new password must not be made of. Raises `Gone` if the link has ended."""
    return personal_words.of_person(_account(token))


def choose(token: str, password_hash: str, *, end_keys: bool = False) -> Address:
    """Set a new password by a mailed link, which works once; return the address of the account.

    All sessions and pending address changes end, and all API keys if `end_keys`; a lockout is cleared. An
    account that was never confirmed is reclaimed. Raises `Gone` if the link has ended.
    """
    locks.account_and_organizations(_account(token).id)
    user = _account(token)
    db.refresh(user)
    _replace_password(user, password_hash)
    if end_keys:
        own_keys.revoke_all(None, user)
    audit.record(Event.PASSWORD_RESET, None, user.id, by=user.id)
    return Address(user.email, user.email_key)


def set_by_operator(address: Address, password_hash: str) -> User:
    """Set an account's password for the operator, and return the account.

    Its sessions and links end, and a lockout is cleared; an account that was never confirmed is reclaimed.
    Raises `OperatorError` if the address has no account, or if the account is disabled.
    """
    user = _for_operator(address)
    _replace_password(user, password_hash)
    audit.record(Event.PASSWORD_SET_BY_OPERATOR, None, user.id)
    return user


def link_for_operator(address: Address) -> str:
    """Return a new reset link for the operator to share; earlier links of the account end.

    Raises `OperatorError` if the address has no account, or if the account is disabled.
    """
    user = _for_operator(address)
    purpose, identifier = _new_link(user)
    audit.record(Event.PASSWORD_RESET_LINK_MADE, None, user.id)
    return links.mailed(config(), purpose, identifier)


def words_to_avoid_for(address: Address) -> list[str]:
    """Return the names that a password of an account must not be made of, for the operator.

    Raises `OperatorError` if the address has no account, or if the account is disabled.
    """
    return personal_words.of_person(_for_operator(address))


def _for_operator(address: Address) -> User:
    """Lock and return the account of an address; raise `OperatorError` if it is missing or disabled."""
    user = users.lock_with_organizations(address)
    if user.disabled_at:
        raise OperatorError(f"{address.typed} is disabled", message="Run `crewroom user enable` first.")
    return user


def _replace_password(user: User, password_hash: str) -> None:
    """Replace an account's password and end its sessions and links; reclaim an unconfirmed account."""
    user.password_hash = password_hash
    if user.confirmed_at is None:
        reclaim.reclaim(user)
    email_change.end_open(user.id)
    _end_links(user)
    sessions.close_all(user.id)
    outbox.queue("password_changed", user.email)
    lockouts.clear(Address(user.email, user.email_key))


def _new_link(user: User) -> tuple[links.Purpose, str]:
    """Issue a reset link that replaces earlier ones; return its purpose and identifier."""
    _end_links(user)
    return users.issue_link(user, CredentialKind.RESET, LIFETIME)


def _end_links(user: User) -> None:
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.RESET)


def _mail_link(user: User) -> None:
    if outbox.cooling_down("reset_password", user.email):
        return  # No new link, because it would end the one that was just mailed.
    outbox.queue("reset_password", user.email, link=_new_link(user))
    audit.record(Event.PASSWORD_RESET_REQUESTED, None, user.id)


def _account(token: str) -> User:
    credential = credentials.find(token, CredentialKind.RESET)
    if credential is None:
        raise Gone(Code.RESET_LINK_EXPIRED, message="Ask for a new one.")
    return db.get_one(User, credential.user_id)
