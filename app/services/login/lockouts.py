"""Lock-outs: wrong passwords are counted before they are looked at, and too many lock for a growing while.

The only place that knows how many are too many. A count is a bucket that drains: `forgiven_at` is the moment
when nothing of it is left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text

from app.base import clock, tokens
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
TOO_MANY = "Too many wrong passwords"

# Changes nothing of a count that is there, but locks it.
_HOLD = text(
    "INSERT INTO lockouts (key, forgiven_at) VALUES (:key, :at) "
    "ON CONFLICT (key) DO UPDATE SET key = excluded.key"
).bindparams(bindparam("at", type_=Moment()))


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong guesses are free, and how long it takes until one of them is forgiven."""

    kind: str
    free: int
    forgiving: timedelta


ACCOUNT = Limit("account", 5, timedelta(hours=1))
DEVICE = Limit("device", 5, timedelta(hours=1))
OWN_PASSWORD = Limit("own password", 5, timedelta(hours=1))
NETWORK = Limit("network", 50, timedelta(minutes=2))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a guess counts for: an account, a device it knows, its owner's session, or a network."""

    limit: Limit
    name: str
    # Whose account it is about; nobody is told of the lock of a network.
    owner: Address | None = None

    @property
    def key(self) -> str:
        """The name in the table."""
        return tokens.lockout_key(config().secret_key, self.limit.kind, self.name)


def for_log_in(address: Address, *, network: str, device: str | None) -> tuple[Subject, ...]:
    """Return for whom a log-in counts. A device that the account knows is counted alone.

    So nobody can lock an owner out of their own devices, from wherever they guess.
    """
    if device:
        return (Subject(DEVICE, f"{device} {address.key}", address),)
    return (Subject(NETWORK, network), Subject(ACCOUNT, address.key, address))


def for_own_password(address: Address) -> tuple[Subject, ...]:
    """Return for whom the password counts that a session is asked for again."""
    return (Subject(OWN_PASSWORD, address.key, address),)


def count(subjects: tuple[Subject, ...]) -> None:
    """Count a guess as wrong before it is looked at, or refuse it: of many at once only the free ones pass.

    The caller commits this before it computes the hash.
    """
    counts = [_held(subject) for subject in subjects]
    until = max((row.locked_until for row in counts if row.locked_until), default=None)
    if until and until > clock.now():
        raise _refusal(until, subjects)

    for subject, row in zip(subjects, counts, strict=True):
        _add(subject, row)


def undo_count(subjects: tuple[Subject, ...]) -> None:
    """Note that a guess was right: it clears the account; a network gets back this one guess.

    Otherwise somebody with an account of their own could clear the network after every few guesses.
    """
    for subject in subjects:
        row = _held(subject)
        if subject.limit is not NETWORK:
            db.delete(row)
            continue
        row.forgiven_at -= NETWORK.forgiving
        if _weight(row, NETWORK) < NETWORK.free:
            row.locked_until = row.told_at = None


def clear(address: Address) -> None:
    """Open the log-in of an account again: its owner has proved who they are, or the operator has."""
    named = [Subject(limit, address.key).key for limit in (ACCOUNT, OWN_PASSWORD)]
    db.execute(delete(Lockout).where(Lockout.key.in_(named)))


def unlock(address: Address) -> User:
    """Let somebody log in again, as the operator wants it."""
    user = users.lock_with_organizations(address)
    clear(address)
    audit.record(Event.ACCOUNT_UNLOCKED, None, user.id)
    return user


def _held(subject: Subject) -> Lockout:
    """Return the count of a subject; until the transaction ends nobody else counts for it."""
    key, at = subject.key, clock.now()
    db.execute(_HOLD, {"key": key, "at": at})
    row = db.get_one(Lockout, key, populate_existing=True)
    if row.forgiven_at == at:
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
    """Return how many guesses are not forgiven yet, begun ones included."""
    return -((clock.now() - row.forgiven_at) // limit.forgiving)


def _refusal(until: datetime, subjects: tuple[Subject, ...]) -> TooManyRequests:
    seconds = max(1, -((clock.now() - until) // timedelta(seconds=1)))
    wait = f"Wait {humanize.span(seconds)} and try again"
    way_out = (
        "." if subjects[0].limit is OWN_PASSWORD else ", or choose a new password with “Forgot password?”."
    )
    limit = min(subject.limit.free for subject in subjects)
    return TooManyRequests(seconds, TOO_MANY, message=wait + way_out, limit=limit, reason="locked_out")
