"""Password resets: ask for a link by mail, choose a new password with it."""

from collections.abc import Sequence
from datetime import timedelta

from app import addresses
from app.addresses import Address
from app.database import database, session
from app.errors import Gone
from app.models import Credential, CredentialKind, Job, User
from app.services import (
    accounts,
    address_changes,
    audit,
    credentials,
    familiar,
    handovers,
    jobs,
    lockouts,
    locks,
    mail,
    own_keys,
    sessions,
)

KIND = "reset"
LINK_EXPIRED = "Reset link expired"
LIFETIME = timedelta(hours=1)


def request(address: Address) -> None:
    """Ask for a link. The worker looks who owns the address, so that answers take the same time for all."""
    jobs.enqueue(KIND, {"email": address.typed})


def answer(job: Job) -> None:
    """Mail a link to the owner of the address that asked, if there is one."""
    with database().writing():
        user = accounts.by_address(addresses.parse(job.details["email"]))
        if user is not None and user.disabled_at is None:
            _mail_link(user)


def usable(token: str) -> bool:
    """Tell whether a reset link still works."""
    return credentials.find(token, CredentialKind.RESET) is not None


def working_keys(token: str) -> Sequence[Credential]:
    """Return the keys that the new password may end. Raises `Gone` for a dead link."""
    return own_keys.working(_owner(token).id)


def familiar_names(token: str) -> list[str]:
    """Return the names that a new password must not be made of; raise for a dead link."""
    return familiar.of_person(_owner(token))


def choose(token: str, password_hash: str, *, end_keys: bool = False) -> Address:
    """Set a new password by a mailed link, once; return the address of the account.

    Every session ends, as do address changes that wait, and API keys if `end_keys`; a lock-out is lifted. An
    account that was never confirmed is handed over.
    """
    locks.organizations_of(_owner(token).id)
    locks.account(_owner(token).id)
    user = _owner(token)
    session.refresh(user)
    user.password_hash = password_hash
    if user.confirmed_at is None:
        handovers.hand_over(user)
    if end_keys:
        own_keys.revoke_all(None, user)
    address_changes.end_open(user.id)
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.RESET)
    sessions.close_all(user.id)
    audit.record(None, "password.reset", user.id, by=user.id)
    mail.queue("password_changed", user.email)
    address = Address(user.email, user.email_key)
    lockouts.forget(address)
    return address


def _mail_link(user: User) -> None:
    if mail.cooling_down("reset_password", user.email):
        return  # the link in the last of several mails works; another request must not end it
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.RESET)
    link = accounts.issue_link(user, CredentialKind.RESET, LIFETIME)
    mail.queue("reset_password", user.email, link=link)
    audit.record(None, "password.reset_requested", user.id)


def _owner(token: str) -> User:
    credential = credentials.find(token, CredentialKind.RESET)
    if credential is None:
        raise Gone(LINK_EXPIRED, message="Ask for a new one.")
    return session.get_one(User, credential.user_id)
