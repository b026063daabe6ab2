"""Lockouts. Each password guess is counted before it is verified; too many cause a growing lockout.

A count is a leaky bucket; `forgiven_at` is when it will be empty. Only this module sets the limits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text

from app.base import clock, tokens
from app.base.codes import Code
from app.base.errors import TooManyRequests
from app.base.events import Event
from app.models import Lockout, User
from app.models.base import Moment
from app.services.core import audit, users
from app.services.login import lockout_reports
from app.storage.database import config, db
from app.text import humanize
from app.text.email_addresses import Address

FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)

# Locks an existing count without changing it.
_LOCK = text(
    "INSERT INTO lockouts (key, forgiven_at) VALUES (:key, :at) "
    "ON CONFLICT (key) DO UPDATE SET key = excluded.key"
).bindparams(bindparam("at", type_=Moment()))


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong guesses are allowed, and how long each of them counts."""

    kind: str
    free: int
    forgiving: timedelta


ACCOUNT = Limit("account", 5, timedelta(hours=1))
DEVICE = Limit("device", 5, timedelta(hours=1))
OWN_PASSWORD = Limit("own password", 5, timedelta(hours=1))
NETWORK = Limit("network", 50, timedelta(minutes=2))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a guess counts against: an account, a known device, its owner's own sessions, or a network."""

    limit: Limit
    name: str
    # The address to notify. The lockout of a network is only recorded.
    owner: Address | None = None

    @property
    def key(self) -> str:
        """The keyed digest that identifies the count in the table."""
        return tokens.lockout_key(config().secret_key, self.limit.kind, self.name)


def for_log_in(address: Address, *, network: str, device: str | None) -> tuple[Subject, ...]:
    """Return the subjects of a sign-in attempt. A device that the account knows is counted on its own.

    So guesses from elsewhere can't lock owners out of their own devices.
    """
    if device:
        return (Subject(DEVICE, f"{device} {address.key}", address),)
    return (Subject(NETWORK, network), Subject(ACCOUNT, address.key, address))


def for_own_password(address: Address) -> tuple[Subject, ...]:
    """Return the subjects of a password that a signed-in person is asked for again."""
    return (Subject(OWN_PASSWORD, address.key, address),)


def count(subjects: tuple[Subject, ...]) -> None:
    """Count a guess as wrong before it is verified, so that concurrent guesses can't exceed the limit.

    The caller commits before it computes the hash. Raises `TooManyRequests` during a lockout.
    """
    counts = [_locked_count(subject) for subject in subjects]
    until = max((row.locked_until for row in counts if row.locked_until), default=None)
    if until and until > clock.now():
        raise _refusal(until, subjects)

    for subject, row in zip(subjects, counts, strict=True):
        _add(subject, row)


def undo_count(subjects: tuple[Subject, ...]) -> None:
    """Undo the count of a right guess: clear the counts, but only take this one guess off a network's.

    Otherwise an attacker could clear the network's count by signing in to their own account.
    """
    for subject in subjects:
        row = _locked_count(subject)
        if subject.limit is not NETWORK:
            db.delete(row)
            continue
        row.forgiven_at -= NETWORK.forgiving
        if _weight(row, NETWORK) < NETWORK.free:
            row.locked_until = row.told_at = None


def clear(address: Address) -> None:
    """Clear the lockouts of an account, except those of known devices."""
    keys = [Subject(limit, address.key).key for limit in (ACCOUNT, OWN_PASSWORD)]
    db.execute(delete(Lockout).where(Lockout.key.in_(keys)))


def unlock(address: Address) -> User:
    """Clear the lockouts of an account for the operator. Raises `OperatorError` if it has none."""
    user = users.lock_with_organizations(address)
    clear(address)
    audit.record(Event.ACCOUNT_UNLOCKED, None, user.id)
    return user


def _locked_count(subject: Subject) -> Lockout:
    """Return the count of a subject, locked until the transaction ends; create it if it is missing."""
    key, now = subject.key, clock.now()
    db.execute(_LOCK, {"key": key, "at": now})
    row = db.get_one(Lockout, key, populate_existing=True)
    if row.forgiven_at == now:
        lockout_reports.schedule_sweep()
    return row


def _add(subject: Subject, row: Lockout) -> None:
    limit = subject.limit
    row.forgiven_at = max(row.forgiven_at, clock.now()) + limit.forgiving
    beyond = _weight(row, limit) - limit.free
    if beyond < 0:
        return
    row.locked_until = clock.now() + min(FIRST_LOCK * 2 ** min(beyond, 10), LONGEST_LOCK)
    lockout_reports.schedule(row, limit.kind, subject.owner)


def _weight(row: Lockout, limit: Limit) -> int:
    """Return how many guesses still count, rounded up."""
    return -((clock.now() - row.forgiven_at) // limit.forgiving)


def _refusal(until: datetime, subjects: tuple[Subject, ...]) -> TooManyRequests:
    seconds = max(1, -((clock.now() - until) // timedelta(seconds=1)))
    wait = f"Wait {humanize.span(seconds)} and try again"
    way_out = (
        "." if subjects[0].limit is OWN_PASSWORD else ", or choose a new password with “Forgot password?”."
    )
    limit = min(subject.limit.free for subject in subjects)
    return TooManyRequests(seconds, Code.LOCKED_OUT, message=wait + way_out, limit=limit)
