"""Claims: a worker leases a job, so that no other worker runs it at the same time."""

import threading
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select, update

from app.base import clock
from app.models import Job
from app.storage.database import Database

LEASE = timedelta(minutes=2)
RENEWED_EVERY = LEASE.total_seconds() / 4
LONGEST_WAIT = timedelta(hours=1)
# How far the clocks of two hosts may differ.
_CLOCK_SKEW = timedelta(minutes=1)

_lock = threading.Lock()
_running_ids: set[str] = set()


def claim(database: Database) -> Job | None:
    """Lease the next due job and return it, or None. Two workers never get the same job.

    A job that this process is running is not claimed again, even if the clock jumps.
    """
    now = clock.now()
    with database.reading() as reader:  # An idle worker must not take the write lock every second.
        rank = reader.scalar(_due(now).with_only_columns(Job.rank).order_by(Job.rank).limit(1))
    if rank is None:
        return None
    first = _due(now).where(Job.rank == rank).order_by(Job.due_at).limit(1)
    lease = (
        update(Job)
        .where(Job.id == first.with_for_update(skip_locked=True).scalar_subquery(), Job.due_at <= now)
        .values(due_at=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
    )
    with database.writing() as writer:
        job = writer.scalar(lease)
        if job is not None:
            with _lock:
                _running_ids.add(job.id)
    return job


def release(job_id: str) -> None:
    """Forget a job that this process no longer runs."""
    with _lock:
        _running_ids.discard(job_id)


def renew(database: Database) -> None:
    """Renew the leases of running jobs, and make jobs due that wait only because the clock was set back."""
    now = clock.now()
    with database.reading() as reader:
        stranded = list(reader.scalars(_stranded(now)))
    running = _running()
    if not running and not stranded:
        return
    with database.writing() as writer:
        open_ones = update(Job).where(Job.done_at.is_(None))
        writer.execute(open_ones.where(Job.id.in_(running)).values(due_at=now + LEASE))
        writer.execute(open_ones.where(Job.id.in_(stranded), Job.id.not_in(running)).values(due_at=now))


def _due(now: datetime) -> Select[str]:
    due = select(Job.id).where(Job.done_at.is_(None), Job.due_at <= now, Job.rank.in_((0, 1)))
    running = _running()
    return due.where(Job.id.not_in(running)) if running else due


def _stranded(now: datetime) -> Select[str]:
    """Select jobs that were created in the future, or that wait longer than any retry does."""
    never_tried = and_(Job.attempts == 0, Job.due_at == Job.created_at, Job.created_at > now + _CLOCK_SKEW)
    tried = and_(Job.attempts > 0, Job.due_at > now + LONGEST_WAIT + LEASE + _CLOCK_SKEW)
    return select(Job.id).where(Job.done_at.is_(None), or_(never_tried, tried)).limit(100)


def _running() -> list[str]:
    with _lock:
        return sorted(_running_ids)
