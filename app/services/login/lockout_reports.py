"""Jobs after a lockout: notify the owner, write the audit entry, and delete old counts.

A job looks up the owner of the address, so that a guess takes the same time for every address.
"""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from app.base import clock
from app.base.events import Event
from app.models import Job, Lockout
from app.services.core import audit, users
from app.services.jobs import jobs
from app.services.mail import outbox
from app.storage.database import Database, db
from app.text import email_addresses
from app.text.email_addresses import Address

KIND, SWEEP = "lockout", "lockout_sweep"
# The owner is notified, and the lockout recorded, at most this often.
REPORTED_AGAIN_AFTER = timedelta(days=1)
# By then the password has been verified; the right one clears the lockout.
_SETTLED_AFTER = timedelta(seconds=5)
_SWEPT_EVERY = timedelta(hours=1)


def schedule(row: Lockout, kind: str, owner: Address | None) -> None:
    """Enqueue the report of a lockout, unless one was enqueued within the last day."""
    if row.told_at and row.told_at > clock.now() - REPORTED_AGAIN_AFTER:
        return
    row.told_at = clock.now()
    details = {"kind": kind, "key": row.key, "email": owner.typed if owner else None}
    jobs.enqueue(KIND, details, due_at=clock.now() + _SETTLED_AFTER)


def report(database: Database, job: Job) -> None:
    """Record a lockout that is still in force, and notify the owner of the account if there is one."""
    key, email = job.details["key"], job.details["email"]
    with database.writing():
        row = db.get(Lockout, key)
        if row is None or row.locked_until is None:
            return
        if email is None:
            audit.record(Event.NETWORK_LOCKED, None, f"network {key[:16]}")
        else:
            _notify_owner(email_addresses.parse(email), job.details["kind"])


def schedule_sweep(*, besides: str = "") -> None:
    """Enqueue a sweep unless one is pending; `besides` is the identifier of the one that runs now."""
    planned = select(Job.id).where(Job.kind == SWEEP, Job.done_at.is_(None), Job.id != besides).limit(1)
    if db.scalar(planned) is None:
        jobs.enqueue(SWEEP, {}, due_at=clock.now() + _SWEPT_EVERY)


def sweep(database: Database, job: Job) -> None:
    """Delete counts that have decayed, and schedule the next sweep if others remain."""
    now = clock.now()
    unlocked = or_(Lockout.locked_until.is_(None), Lockout.locked_until <= now)
    unreported = or_(Lockout.told_at.is_(None), Lockout.told_at <= now - REPORTED_AGAIN_AFTER)
    decayed = select(Lockout.key).where(Lockout.forgiven_at <= now, unlocked, unreported)
    with database.writing():
        db.execute(delete(Lockout).where(Lockout.key.in_(decayed.with_for_update(skip_locked=True))))
        if db.scalar(select(Lockout.key).limit(1)):
            schedule_sweep(besides=job.id)


def _notify_owner(address: Address, kind: str) -> None:
    user = users.find(address)
    if user is None or user.disabled_at:
        return
    audit.record(Event.ACCOUNT_LOCKED, None, user.id, after={"counted_for": kind})
    outbox.queue("account_locked", user.email)
