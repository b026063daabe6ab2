"""The actor's own profile and password."""

from dataclasses import replace

from sqlalchemy import delete

from app.base.codes import Code
from app.base.errors import NotPermitted
from app.base.events import Event
from app.models import Ceremony, Credential, CredentialKind, User
from app.services.accounts import email_change
from app.services.core import audit, changes, credentials, locks
from app.services.core.actors import Actor, PasswordProof
from app.services.keys import own_keys
from app.services.login import lockouts, passwords, sessions
from app.services.mail import outbox
from app.storage.database import db

BY_KEY = "Insufficient permissions to manage the account"


def show(actor: Actor) -> User:
    """Return the actor's own account."""
    return db.get_one(User, actor.user_id)


def update(actor: Actor, *, name: str | None = None, image_url: str | None = None) -> User:
    """Change the given fields; an empty `image_url` removes it. If no value differs, nothing changes."""
    credentials.lock_holder(actor)
    user = show(actor)
    before, after = changes.apply(user, {"name": name, "image_url": image_url})
    if after:
        audit.record(Event.ACCOUNT_UPDATED, actor, user.id, before=before, after=after)
    return user


def verify_own_password(actor: Actor, user: User, password: str, *, field: str = "password") -> Actor:
    """Return the actor with the proof of their own password. Raises `NotPermitted` if the password is wrong.

    Call it outside a unit of work, because hashing is slow; the change checks the proof again.
    """
    proof = prove_password(user, password, field=field)
    return replace(actor, proof=proof)


def prove_password(user: User, password: str, *, field: str, message: str | None = None) -> PasswordProof:
    """Return the proof that a password is the account's. Raises `NotPermitted` with `message` if it isn't."""
    stored = user.password_hash
    if not passwords.matches(password, stored) or not stored:
        raise NotPermitted(Code.WRONG_PASSWORD, message=message, field=field)
    return PasswordProof(user.id, stored, field, message)


def change_password(
    actor: Actor, password_hash: str, *, device: str, end_keys: bool = False, keep_sessions: bool = False
) -> str:
    """Set a new password, end the actor's session, and return the secret of a new one.

    All other sessions end unless `keep_sessions`, and all API keys if `end_keys`. Pending address changes,
    reset links, pending logins and passkey challenges end as well.
    """
    locks.account_and_organizations(actor.user_id)
    credentials.check_alive(actor)
    user = show(actor)
    user.password_hash = password_hash
    if keep_sessions:
        sessions.close_session(actor)
    else:
        sessions.close_all(user.id)
    if end_keys:
        own_keys.revoke_all(actor, user)
    email_change.end_open(user.id)
    ended_kinds = (CredentialKind.RESET, CredentialKind.CHALLENGE)
    credentials.revoke(Credential.user_id == user.id, Credential.kind.in_(ended_kinds))
    db.execute(delete(Ceremony).where(Ceremony.user_id == user.id))
    lockouts.clear(actor.address)
    audit.record(Event.PASSWORD_CHANGED, actor, user.id)
    outbox.queue("password_changed", user.email)
    return sessions.open_session(user.id, device=device, by=[sessions.PASSWORD])
