"""Sessions: log in and out. A session is a credential like a key, of its own kind.

Its `expires_at` moves on with each use that is noted, so idle ones are over for whatever judges it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

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
REFUSED = "Invalid email or password"
_DEVICE_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose password was right; `renewed` is a new hash of it where the stored one is out of date."""

    user_id: str
    stored: str
    renewed: str | None


class WrongPassword(NotAuthenticated):
    """An address or password is wrong; the text does not say which."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(REFUSED, message="Check both, or reset your password.", reason="wrong_password")


class HashReplaced(WrongPassword):
    """The stored hash is another one than the password was compared with; reads like a wrong password."""


def account_of(address: Address) -> AnyRow | None:
    """Return whose password is asked for: its account, hash and state."""
    account = select(User.id, User.password_hash, User.disabled_at).where(User.email_key == address.key)
    return db.execute(account).first()


def verify(found: AnyRow | None, password: str) -> Proven:
    """Return the account of an address and its password, or raise; every refusal reads and takes the same.

    Outside any lock, since it takes a while: `check_unchanged` belongs to whatever comes of it. A hash that
    is out of date is made anew, which only whoever knows the password waits for.
    """
    known = found is not None and found.disabled_at is None
    if not passwords.matches(password, found.password_hash if found and known else None) or found is None:
        raise WrongPassword
    return Proven(found.id, found.password_hash, passwords.renewed(password, found.password_hash))


def check_unchanged(proven: Proven) -> None:
    """Hold the account, and refuse if its hash was replaced while the password was compared.

    Raises `HashReplaced` then: another sign-in may only have renewed the hash, so the caller may compare once
    more, outside the lock, under which nothing is hashed.
    """
    locks.account(proven.user_id)
    account = select(User.password_hash).where(User.id == proven.user_id, User.disabled_at.is_(None))
    stored = db.scalar(account)
    if stored is None:
        raise WrongPassword
    if stored != proven.stored:
        raise HashReplaced


def keep_renewed(proven: Proven) -> None:
    """Store the new hash of a password that was right, and is unchanged."""
    if proven.renewed:
        account = update(User).where(User.id == proven.user_id)
        db.execute(account.values(password_hash=proven.renewed))


def open_session(user_id: str, *, device: str, by: Sequence[str], instead_of: Actor | None = None) -> str:
    """Issue a session to somebody who showed who they are, by which factors; return its secret.

    The session they came with ends: it is about to lose its cookie.
    """
    if instead_of and instead_of.in_portal:
        close_session(instead_of)
    credential, secret = credentials.issue(
        user_id, CredentialKind.SESSION, name=device[:_DEVICE_LENGTH], lifetime=IDLE
    )
    after = {"device": credential.name, "factors": list(by)}
    audit.record(Event.SESSION_OPENED, None, credential.id, after=after, by=user_id)
    return secret


def ends_at(begun_at: datetime, used_at: datetime) -> datetime:
    """Return when a session ends that is used no more."""
    return min(begun_at + LIFETIME, used_at + IDLE)


def close_session(actor: Actor) -> None:
    """End the session that asks for it."""
    credentials.revoke(Credential.id == actor.credential_id)
    audit.record(Event.SESSION_CLOSED, actor, actor.credential_id)


def of_actor(actor: Actor) -> list[Credential]:
    """List the actor's sessions that still work: the one that asks, then the one last used."""
    live = select(Credential).where(
        Credential.user_id == actor.user_id, Credential.kind == CredentialKind.SESSION, credentials.alive()
    )
    used = func.coalesce(Credential.last_used_at, Credential.created_at)
    other = Credential.id != actor.credential_id
    return list(db.scalars(live.order_by(other, used.desc(), Credential.id)))


def others(actor: Actor) -> int:
    """Count the actor's sessions besides the one that asks."""
    return sum(found.id != actor.credential_id for found in of_actor(actor))


def revoke(actor: Actor, identifier: str) -> None:
    """End one of the actor's sessions; somebody else's and an unknown one are the same."""
    credentials.lock_holder(actor)
    ended = credentials.revoke(
        Credential.id == identifier,
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
    )
    if not ended:
        raise NotFound("Session not found")
    audit.record(Event.SESSION_REVOKED, actor, identifier)


def revoke_others(actor: Actor) -> int:
    """End every session of the actor but the one that asks; return how many."""
    credentials.lock_holder(actor)
    ended = credentials.revoke(
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
        Credential.id != actor.credential_id,
    )
    if ended:
        audit.record(Event.OTHER_SESSIONS_REVOKED, actor, actor.user_id, after={"sessions": ended})
    return ended


def close_all(user_id: str) -> int:
    """End every session of an account, and every log-in that waits for a second factor.

    Returns how many sessions.
    """
    return _close(Credential.user_id == user_id)


def close_of(address: Address) -> int:
    """End every session of an account, as the operator wants it; return how many. Its keys go on."""
    user = users.lock_with_organizations(address)
    ended = close_all(user.id)
    audit.record(Event.ACCOUNT_LOGGED_OUT, None, user.id, after={"sessions": ended})
    return ended


def close_all_accounts() -> int:
    """End every session of the portal, as the operator wants it; return how many. Keys go on."""
    locks.every_account()
    ended = _close()
    audit.record(Event.ALL_SESSIONS_CLOSED, None, "everybody", after={"sessions": ended})
    return ended


def _close(*conditions: ColumnElement[bool]) -> int:
    credentials.revoke(Credential.kind == CredentialKind.CHALLENGE, *conditions)
    return credentials.revoke(Credential.kind == CredentialKind.SESSION, *conditions)
