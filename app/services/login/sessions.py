"""Sessions: sign in and out. A session is a credential like an API key, of its own kind.

Each recorded use moves its `expires_at`, so an idle session simply expires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from app.base.codes import Code
from app.base.errors import NotAuthenticated, NotFound
from app.base.events import Event
from app.models import Credential, CredentialKind, User
from app.services.core import audit, credentials, locks, users
from app.services.core.actors import Actor
from app.services.login import passwords
from app.storage.database import AnyRow, db
from app.text.email_addresses import Address

PASSWORD = "password"  # noqa: S105 - the name of a factor
LIFETIME, IDLE = timedelta(days=30), timedelta(days=7)
_DEVICE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class VerifiedPassword:
    """An account whose password was right; `renewed` is a new hash if the stored one is outdated."""

    user_id: str
    stored: str
    renewed: str | None


class WrongPassword(NotAuthenticated):
    """The address or the password is wrong; the text does not say which."""

    def __init__(self) -> None:
        """Set the text, the advice and the code."""
        super().__init__(Code.INVALID_CREDENTIALS, message="Check both, or reset your password.")


class HashReplaced(WrongPassword):
    """The stored hash was replaced while the password was verified. Reads like a wrong password."""


def account_of(address: Address) -> AnyRow | None:
    """Return the identifier, password hash and state of the account of an address, or None."""
    account = select(User.id, User.password_hash, User.disabled_at).where(User.email_key == address.key)
    return db.execute(account).first()


def verify(account: AnyRow | None, password: str) -> VerifiedPassword:
    """Verify the password of an account. Raises `WrongPassword`, with the same text and timing in every case.

    Call it outside any lock, because hashing is slow, and call `check_unchanged` in the change that follows.
    An outdated hash is computed again, which takes extra time only if the password was right.
    """
    enabled = account is not None and account.disabled_at is None
    stored = account.password_hash if account and enabled else None
    if not passwords.matches(password, stored) or account is None:
        raise WrongPassword
    return VerifiedPassword(
        account.id, account.password_hash, passwords.renewed(password, account.password_hash)
    )


def check_unchanged(proven: VerifiedPassword) -> None:
    """Lock the account and check that its hash was not replaced while the password was verified.

    Raises `HashReplaced` if it was. Another sign-in may only have renewed the hash, so the caller may verify
    the password once more, outside the lock. Raises `WrongPassword` if the account was disabled.
    """
    locks.account(proven.user_id)
    account = select(User.password_hash).where(User.id == proven.user_id, User.disabled_at.is_(None))
    stored = db.scalar(account)
    if stored is None:
        raise WrongPassword
    if stored != proven.stored:
        raise HashReplaced


def store_renewed_hash(proven: VerifiedPassword) -> None:
    """Store the renewed hash of a verified password, if there is one."""
    if proven.renewed:
        account = update(User).where(User.id == proven.user_id)
        db.execute(account.values(password_hash=proven.renewed))


def open_session(user_id: str, *, device: str, by: Sequence[str], instead_of: Actor | None = None) -> str:
    """Issue a session to a person authenticated by the factors in `by`; return its secret.

    The session `instead_of` ends, because its cookie is about to be overwritten.
    """
    if instead_of and instead_of.by_session:
        close_session(instead_of)
    credential, secret = credentials.issue(
        user_id, CredentialKind.SESSION, name=device[:_DEVICE_LENGTH], lifetime=IDLE
    )
    after = {"device": credential.name, "factors": list(by)}
    audit.record(Event.SESSION_OPENED, None, credential.id, after=after, by=user_id)
    return secret


def ends_at(started_at: datetime, used_at: datetime) -> datetime:
    """Return when a session ends if it is not used again."""
    return min(started_at + LIFETIME, used_at + IDLE)


def close_session(actor: Actor) -> None:
    """End the actor's current session."""
    credentials.revoke(Credential.id == actor.credential_id)
    audit.record(Event.SESSION_CLOSED, actor, actor.credential_id)


def of_actor(actor: Actor) -> list[Credential]:
    """List the actor's live sessions: the current one first, then by last use, newest first."""
    live = select(Credential).where(
        Credential.user_id == actor.user_id, Credential.kind == CredentialKind.SESSION, credentials.alive()
    )
    last_used = func.coalesce(Credential.last_used_at, Credential.created_at)
    not_current = Credential.id != actor.credential_id
    return list(db.scalars(live.order_by(not_current, last_used.desc(), Credential.id)))


def count_others(actor: Actor) -> int:
    """Count the actor's live sessions besides the current one."""
    return sum(session.id != actor.credential_id for session in of_actor(actor))


def revoke(actor: Actor, identifier: str) -> None:
    """End one of the actor's sessions. Raises `NotFound` if they have no such session."""
    credentials.lock_holder(actor)
    ended = credentials.revoke(
        Credential.id == identifier,
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
    )
    if not ended:
        raise NotFound(Code.SESSION_NOT_FOUND)
    audit.record(Event.SESSION_REVOKED, actor, identifier)


def revoke_others(actor: Actor) -> int:
    """End all sessions of the actor except the current one; return how many."""
    credentials.lock_holder(actor)
    count = credentials.revoke(
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
        Credential.id != actor.credential_id,
    )
    if count:
        audit.record(Event.OTHER_SESSIONS_REVOKED, actor, actor.user_id, after={"sessions": count})
    return count


def close_all(user_id: str) -> int:
    """End all sessions and pending logins of an account; return how many sessions."""
    return _close(Credential.user_id == user_id)


def close_of(address: Address) -> int:
    """End all sessions of an account for the operator; return how many. Its keys keep working.

    Raises `NotFound` if the address has no account.
    """
    user = users.lock_with_organizations(address)
    count = close_all(user.id)
    audit.record(Event.ACCOUNT_LOGGED_OUT, None, user.id, after={"sessions": count})
    return count


def close_all_accounts() -> int:
    """End all sessions of all accounts for the operator; return how many. Keys keep working."""
    locks.all_accounts()
    count = _close()
    audit.record(Event.ALL_SESSIONS_CLOSED, None, "everybody", after={"sessions": count})
    return count


def _close(*conditions: ColumnElement[bool]) -> int:
    credentials.revoke(Credential.kind == CredentialKind.CHALLENGE, *conditions)
    return credentials.revoke(Credential.kind == CredentialKind.SESSION, *conditions)
