"""Sessions: log in and out. A session is a credential like a key, of its own kind."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.addresses import Address
from app.database import session
from app.errors import NotAuthenticated, NotFound
from app.models import Credential, CredentialKind, User
from app.services import audit, credentials, locks, passwords
from app.services.actors import Actor

LIFETIME = timedelta(days=30)
REFUSED = "Invalid email or password"
_DEVICE_LENGTH = 255


class Verified(NamedTuple):
    """An account, and the hash that a password was found to fit."""

    user_id: str
    password_hash: str


def verify(address: Address, password: str) -> Verified:
    """Return the account of an address and its password, or raise; every refusal reads and takes the same.

    Outside any lock, since it takes a while: `check_unchanged` belongs to whatever comes of it.
    """
    found = session.execute(
        select(User.id, User.password_hash, User.disabled_at).where(User.email_key == address.key)
    ).first()
    known = found is not None and found.disabled_at is None
    if not passwords.matches(password, found.password_hash if found and known else None) or found is None:
        raise _refusal()
    return Verified(found.id, found.password_hash)


def check_unchanged(verified: Verified) -> None:
    """Hold the account, and refuse a password that was replaced while its hash was computed."""
    locks.account(verified.user_id)
    unchanged = select(User.id).where(
        User.id == verified.user_id,
        User.password_hash == verified.password_hash,
        User.disabled_at.is_(None),
    )
    if session.execute(unchanged).first() is None:
        raise _refusal()


def open_session(user_id: str, *, device: str, instead_of: Actor | None = None) -> str:
    """Issue a session to somebody whose password was right; return its secret.

    The session they came with ends: it is about to lose its cookie.
    """
    if instead_of and instead_of.in_portal:
        close_session(instead_of)
    credential, secret = credentials.issue(
        user_id, CredentialKind.SESSION, name=device[:_DEVICE_LENGTH], lifetime=LIFETIME
    )
    audit.record(None, "session.opened", credential.id, after={"device": credential.name}, by=user_id)
    return secret


def close_session(actor: Actor) -> None:
    """End the session that asks for it."""
    credentials.revoke(Credential.id == actor.credential_id)
    audit.record(actor, "session.closed", actor.credential_id)


def listed(actor: Actor) -> list[Credential]:
    """List the actor's sessions that still work, the one last used first."""
    live = select(Credential).where(
        Credential.user_id == actor.user_id, Credential.kind == CredentialKind.SESSION, credentials.alive()
    )
    used = func.coalesce(Credential.last_used_at, Credential.created_at)
    return list(session.scalars(live.order_by(used.desc(), Credential.id)))


def revoke(actor: Actor, identifier: str) -> None:
    """End one of the actor's sessions; somebody else's and an unknown one are the same."""
    credentials.hold(actor)
    ended = credentials.revoke(
        Credential.id == identifier,
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
    )
    if not ended:
        raise NotFound("Session not found")
    audit.record(actor, "session.revoked", identifier)


def revoke_others(actor: Actor) -> int:
    """End every session of the actor but the one that asks; return how many."""
    credentials.hold(actor)
    ended = credentials.revoke(
        Credential.user_id == actor.user_id,
        Credential.kind == CredentialKind.SESSION,
        Credential.id != actor.credential_id,
    )
    if ended:
        audit.record(actor, "session.others_revoked", actor.user_id, after={"sessions": ended})
    return ended


def close_all(user_id: str) -> None:
    """End every session of an account, and every log-in that waits for a second factor."""
    kinds = (CredentialKind.SESSION, CredentialKind.CHALLENGE)
    credentials.revoke(Credential.user_id == user_id, Credential.kind.in_(kinds))


def _refusal() -> NotAuthenticated:
    return NotAuthenticated(REFUSED, message="Check both, or reset your password.")
