"""Claims: which worker does a job, and for how long nobody else may."""

import threading
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select, update

from app.base import clock
from app.models import Job
from app.storage.database import Database

LEASE = timedelta(minutes=2)
RENEWED_EVERY = LEASE.total_seconds() / 4
LONGEST_WAIT = timedelta(hours=1)
# How far the clocks of two hosts may be apart.
_APART = timedelta(minutes=1)

_lock = threading.Lock()
_in_hand: set[str] = set()


def claim(database: Database) -> Job | None:
    """Take the next due job for a lease's time, or return None; two workers never share one.

    What this process has in hand is not claimed again, wherever its clock jumps to.
    """
    at = clock.now()
    with database.reading() as reader:  # an idle worker must not take the write lock each second
        rank = reader.scalar(_due(at).with_only_columns(Job.rank).order_by(Job.rank).limit(1))
    if rank is None:
        return None
    first = _due(at).where(Job.rank == rank).order_by(Job.due_at).limit(1)
    taken = (
        update(Job)
        .where(Job.id == first.with_for_update(skip_locked=True).scalar_subquery(), Job.due_at <= at)
        .values(due_at=at + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
    )
    with database.writing() as writer:
        job = writer.scalar(taken)
        if job is not None:
            with _lock:
                _in_hand.add(job.id)
    return job


def release(job_id: str) -> None:
    """Note that a job is no longer in hand."""
    with _lock:
        _in_hand.discard(job_id)


def renew(database: Database) -> None:
    """Renew the leases of the jobs in hand, and make due what waits only because the clock was set back."""
    at = clock.now()
    with database.reading() as reader:
        stranded = list(reader.scalars(_stranded(at)))
    held = _held()
    if not held and not stranded:
        return
    with database.writing() as writer:
        open_ones = update(Job).where(Job.done_at.is_(None))
        writer.execute(open_ones.where(Job.id.in_(held)).values(due_at=at + LEASE))
        writer.execute(open_ones.where(Job.id.in_(stranded), Job.id.not_in(held)).values(due_at=at))


def _due(at: datetime) -> Select[str]:
    due = select(Job.id).where(Job.done_at.is_(None), Job.due_at <= at, Job.rank.in_((0, 1)))
    held = _held()
    return due.where(Job.id.not_in(held)) if held else due


def _stranded(now: datetime) -> Select[str]:
    """Select jobs that were created in the future, or wait longer than any failure makes them wait."""
    never_tried = and_(Job.attempts == 0, Job.due_at == Job.created_at, Job.created_at > now + _APART)
    tried = and_(Job.attempts > 0, Job.due_at > now + LONGEST_WAIT + LEASE + _APART)
    return select(Job.id).where(Job.done_at.is_(None), or_(never_tried, tried)).limit(100)


def _held() -> list[str]:
    with _lock:
        return sorted(_in_hand)
