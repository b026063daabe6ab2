"""Challenges: a log-in whose password was right and whose second factor is still awaited.

A challenge is a credential of its own kind: no actor comes of it, and it opens nothing but the second step.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.base import clock
from app.base.errors import NotAuthenticated, TooManyRequests
from app.base.events import Event
from app.models import Credential, CredentialKind, FactorKind, User
from app.services.core import audit, credentials, locks
from app.services.login import recovery_codes, totp
from app.services.mail import outbox
from app.storage.database import db

LIFETIME = timedelta(minutes=10)
MOST_FAILURES = 5
WRONG_CODE = "Invalid code"
# Somebody who knows the password could begin again and again: this many wrong codes an hour for an account.
MOST_FAILURES_AN_HOUR = 20
_HOUR = timedelta(hours=1)


def issue(user_id: str) -> str:
    """Issue a challenge to somebody whose password was right; return its secret."""
    _, secret = credentials.issue(user_id, CredentialKind.CHALLENGE, lifetime=LIFETIME)
    return secret


def account_of(secret: str | None) -> str:
    """Return the account of a challenge that is still open, or raise."""
    return _open(secret).user_id


@dataclass(frozen=True, slots=True)
class Answered:
    """Whose challenge a code met, and what kind of code it was."""

    user_id: str
    factor: str


def verify_code(secret: str | None, code: str) -> Answered | None:
    """Return the account whose challenge a code meets; None for a wrong code, which is counted."""
    challenge = _held(secret)
    _check_failures(challenge.user_id)
    factor = factor_met(challenge.user_id, code)
    if factor:
        _end(challenge)
        return Answered(challenge.user_id, factor)

    _count_failure(challenge)
    return None


def finish(secret: str | None) -> str:
    """End a challenge that a passkey has met; return its account."""
    challenge = _held(secret)
    _end(challenge)
    return challenge.user_id


def _held(secret: str | None) -> Credential:
    """Return a challenge that is open behind the lock of its account, whose challenges share a count."""
    locks.account(account_of(secret))
    challenge = _open(secret)
    db.refresh(challenge)
    return challenge


def _open(secret: str | None) -> Credential:
    challenge = credentials.find(secret, CredentialKind.CHALLENGE) if secret else None
    if challenge is None:
        raise NotAuthenticated("The log-in has expired", message="Log in again with your password.")
    return challenge


def factor_met(user_id: str, code: str) -> str | None:
    """Return which factor a code is good for, and use it up; None for a wrong code."""
    if totp.use_code(user_id, code):
        return FactorKind.TOTP
    return recovery_codes.FACTOR if recovery_codes.use(user_id, code) else None


def _end(challenge: Credential) -> None:
    challenge.revoked_at = clock.now()
    challenge.failures = 0


def _count_failure(challenge: Credential) -> None:
    challenge.failures += 1
    if challenge.failures < MOST_FAILURES:
        return
    challenge.revoked_at = clock.now()
    audit.record(
        Event.CHALLENGE_FAILED, None, challenge.id, after={"codes": MOST_FAILURES}, by=challenge.user_id
    )
    outbox.queue("second_factor_failed", db.get_one(User, challenge.user_id).email)


def _check_failures(user_id: str) -> None:
    """Refuse further codes to somebody who gave too many wrong ones."""
    recent = select(func.sum(Credential.failures)).where(
        Credential.user_id == user_id,
        Credential.kind == CredentialKind.CHALLENGE,
        Credential.created_at > clock.now() - _HOUR,
    )
    if (db.scalar(recent) or 0) >= MOST_FAILURES_AN_HOUR:
        raise TooManyRequests(int(_HOUR.total_seconds()), reason="too_many_codes")
