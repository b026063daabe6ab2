"""Register accounts, and confirm their address by a mailed link.

The link proves the mailbox, not the account, because anyone can register any address. It confirms the account
for a caller who also has its session or password; a caller who has neither can only reclaim the account.
"""

from datetime import timedelta

from app.base import clock
from app.base.codes import Code
from app.base.errors import Gone, NotPermitted
from app.base.events import Event
from app.models import Credential, CredentialKind, User
from app.services.accounts import reclaim
from app.services.core import audit, credentials, locks, users
from app.services.core.actors import Actor, PasswordProof
from app.services.login import personal_words
from app.services.mail import outbox
from app.services.members import invitations
from app.storage.database import config, db
from app.text.email_addresses import Address

LIFETIME = timedelta(days=3)


def register(address: Address, *, name: str, password_hash: str) -> None:
    """Create an account and mail a confirmation link, or notify the owner if the address has an account.

    The result doesn't reveal which of the two happened. Raises `NotPermitted` if registration is closed.
    """
    if config().registration == "closed":
        raise NotPermitted(Code.REGISTRATION_CLOSED, message=invitations.OPERATOR_CREATES)

    locks.address(address.key)
    owner = users.find(address)
    if owner is None:
        user = users.add(address, name=name, password_hash=password_hash)
        audit.record(Event.ACCOUNT_REGISTERED, None, user.id, after={"email": user.email}, by=user.id)
        send_confirmation(user)
    else:
        outbox.queue("already_registered", owner.email)


def send_confirmation(user: User) -> None:
    """Mail a link that confirms the address; an earlier link stops working."""
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.CONFIRMATION)
    link = users.issue_link(user, CredentialKind.CONFIRMATION, LIFETIME)
    outbox.queue("confirm_address", user.email, link=link)


def resend_confirmation(user_id: str) -> None:
    """Mail a new confirmation link, unless the address is confirmed or was just mailed one."""
    user = db.get_one(User, user_id)
    if user.confirmed_at is None and not outbox.cooling_down("confirm_address", user.email):
        audit.record(Event.CONFIRMATION_REQUESTED, None, user.id, by=user.id)
        send_confirmation(user)


def find_by_link(token: str) -> User | None:
    """Return the account that a link would confirm, or None if the link no longer works."""
    credential = credentials.find(token, CredentialKind.CONFIRMATION)
    user = db.get_one(User, credential.user_id) if credential else None
    return user if user and user.confirmed_at is None else None


def account_to_confirm(token: str) -> User:
    """Return the account that a link would confirm. Raises `Gone` if the link no longer works."""
    user = find_by_link(token)
    if user is None:
        raise Gone(Code.CONFIRMATION_LINK_EXPIRED, message="Sign in and ask for a new one.")
    return user


def words_to_avoid(token: str) -> list[str]:
    """Return the names that a new password must not be made of. Raises `Gone` if the link has ended."""
    return personal_words.of_person(account_to_confirm(token))


def confirm(token: str, holder: Actor | PasswordProof) -> None:
    """Confirm an address for a caller who has proved by session or password that the account is theirs.

    Raises `Gone` if the link no longer works, `NotAuthenticated` if the session has ended since, and
    `NotPermitted` if the password was replaced since.
    """
    user = _locked_by_link(token)
    credentials.check_holder(holder)
    actor = holder if isinstance(holder, Actor) else None
    credentials.revoke(Credential.user_id == user.id, Credential.kind == CredentialKind.CONFIRMATION)
    user.confirmed_at = clock.now()
    audit.record(Event.ACCOUNT_CONFIRMED, actor, user.id, by=user.id)


def reclaim_by_link(token: str, password_hash: str) -> Address:
    """Reclaim the account for the reader of its mailbox, with a new password; return its address.

    Raises `Gone` if the link no longer works.
    """
    locks.account_and_organizations(account_to_confirm(token).id)
    user = _locked_by_link(token)
    user.password_hash = password_hash
    reclaim.reclaim(user)
    outbox.queue("password_changed", user.email)
    return Address(user.email, user.email_key)


def _locked_by_link(token: str) -> User:
    """Lock the account of a link, and return it if the link still works."""
    user = account_to_confirm(token)
    locks.account(user.id)
    db.refresh(user)
    return account_to_confirm(token)
