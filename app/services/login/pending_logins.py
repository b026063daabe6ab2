"""Pending logins: sign-ins whose password was right and whose second factor is awaited.

A pending login is a credential of the kind `challenge`. It yields no actor and only allows the second step.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app.base import clock
from app.base.codes import Code
from app.base.errors import NotAuthenticated, TooManyRequests
from app.base.events import Event
from app.models import Credential, CredentialKind, FactorKind, User
from app.services.core import audit, credentials, locks
from app.services.login import recovery_codes, totp
from app.services.mail import outbox
from app.storage.database import db

LIFETIME = timedelta(minutes=10)
MOST_FAILURES = 5
# Wrong codes an hour for an account: an attacker who knows the password could start over again and again.
MOST_FAILURES_AN_HOUR = 20
_HOUR = timedelta(hours=1)


def issue(user_id: str) -> str:
    """Issue a pending login for an account whose password was right; return its secret."""
    _, secret = credentials.issue(user_id, CredentialKind.CHALLENGE, lifetime=LIFETIME)
    return secret


def account_of(secret: str | None) -> str:
    """Return the account of a pending login. Raises `NotAuthenticated` if it has ended."""
    return _open(secret).user_id


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """The account whose pending login a code finished, and the kind of code."""

    user_id: str
    factor: str


def verify_code(secret: str | None, code: str) -> VerifiedCode | None:
    """Finish a pending login with a code. Return None for a wrong code, which is counted.

    Raises `NotAuthenticated` if the pending login has ended, `TooManyRequests` after too many wrong codes.
    """
    challenge = _locked(secret)
    _check_failures(challenge.user_id)
    factor = use_code(challenge.user_id, code)
    if factor:
        _end(challenge)
        return VerifiedCode(challenge.user_id, factor)

    _count_failure(challenge)
    return None


def finish(secret: str | None) -> str:
    """Finish a pending login whose passkey was verified; return its account."""
    challenge = _locked(secret)
    _end(challenge)
    return challenge.user_id


def _locked(secret: str | None) -> Credential:
    """Lock the account of a pending login and return the latter; those of one account share a count."""
    locks.account(account_of(secret))
    challenge = _open(secret)
    db.refresh(challenge)
    return challenge


def _open(secret: str | None) -> Credential:
    challenge = credentials.find(secret, CredentialKind.CHALLENGE) if secret else None
    if challenge is None:
        raise NotAuthenticated(Code.SIGN_IN_EXPIRED, message="Sign in again with your password.")
    return challenge


def use_code(user_id: str, code: str) -> str | None:
    """Use up a code of an authenticator app or a recovery code; return which it was, None if it is wrong."""
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
    """Raise `TooManyRequests` if the account had too many wrong codes within the last hour."""
    recent = select(func.sum(Credential.failures)).where(
        Credential.user_id == user_id,
        Credential.kind == CredentialKind.CHALLENGE,
        Credential.created_at > clock.now() - _HOUR,
    )
    if (db.scalar(recent) or 0) >= MOST_FAILURES_AN_HOUR:
        raise TooManyRequests(int(_HOUR.total_seconds()), Code.TOO_MANY_CODES)
