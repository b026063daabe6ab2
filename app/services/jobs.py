"""Jobs: what is done after the answer. Enqueued in the caller's transaction, done at least once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from app import clock, identifiers
from app.database import Database, session
from app.errors import Unavailable
from app.models import Job

Worker = Callable[[Job], None]

LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)
IDLE_SECONDS = 1.0

log = structlog.get_logger()


def enqueue(kind: str, details: dict[str, Any], *, due_at: datetime | None = None) -> Job:
    """Add a job to the transaction that runs now, due at once or later.

    Its identifier is its idempotency key.
    """
    at = clock.now()
    job = Job(
        id=identifiers.new("job"),
        kind=kind,
        details=details,
        created_at=at,
        due_at=due_at or at,
        attempts=0,
    )
    session.add(job)
    return job


def run_due(database: Database, workers: dict[str, Worker]) -> int:
    """Do every job that is due, one after the other; return how many were tried."""
    tried = 0
    while job := _claim(database):
        _attempt(database, job, workers)
        tried += 1
    return tried


def run_until(stopped: threading.Event, database: Database, workers: dict[str, Worker]) -> None:
    """Do jobs until told to stop; a database that is out of reach only delays them."""
    while not stopped.is_set():
        try:
            run_due(database, workers)
        except Unavailable:
            log.warning("jobs_postponed", reason="the database is unavailable")
        stopped.wait(IDLE_SECONDS)


def delayed() -> bool:
    """Tell whether some job has failed and waits for another try, and was not there for days already."""
    recently = clock.now() - timedelta(days=1)
    waiting = select(Job.id).where(Job.done_at.is_(None), Job.failure.is_not(None), Job.created_at > recently)
    return session.execute(waiting.limit(1)).first() is not None


def _claim(database: Database) -> Job | None:
    """Take the next due job for a lease's time; one statement, so that two workers never share one."""
    at = clock.now()
    due = select(Job.id).where(Job.done_at.is_(None), Job.due_at <= at).order_by(Job.due_at).limit(1)
    with database.reading() as reader:  # an idle worker must not take the write lock each second
        if reader.execute(due).first() is None:
            return None
    claim = (
        update(Job)
        .where(Job.id == due.with_for_update(skip_locked=True).scalar_subquery(), Job.due_at <= at)
        .values(due_at=at + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
    )
    with database.writing() as writer:
        return writer.scalar(claim)


def _attempt(database: Database, job: Job, workers: dict[str, Worker]) -> None:
    try:
        with database.reading():
            workers[job.kind](job)
    except Exception as error:  # noqa: BLE001 - whatever a job does wrong, it is tried again
        _postpone(database, job, error)
    else:
        _finish(database, job)


def _postpone(database: Database, job: Job, error: Exception) -> None:
    """Try again after 5 seconds, then twice as long each time, up to an hour; give up after a week."""
    log.warning("job_failed", job=job.id, kind=job.kind, attempts=job.attempts, reason=type(error).__name__)
    given_up = clock.now() if clock.now() - job.created_at > KEPT_FOR else None
    wait = min(timedelta(seconds=5 * 2 ** min(job.attempts - 1, 10)), LONGEST_WAIT)
    with database.writing() as writer:
        reason = f"{type(error).__name__}: {error}"[:500]
        later = {"due_at": clock.now() + wait, "failure": reason, "done_at": given_up}
        writer.execute(update(Job).where(Job.id == job.id).values(later))


def _finish(database: Database, job: Job) -> None:
    """Keep that it was done, and nothing of what: addresses and names go with the deed."""
    at = clock.now()
    with database.writing() as writer:
        writer.execute(update(Job).where(Job.id == job.id).values(done_at=at, failure=None, details={}))
        writer.execute(delete(Job).where(Job.done_at < at - KEPT_FOR))
