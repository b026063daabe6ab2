"""Jobs: what is done after the answer. Enqueued in the caller's transaction, done at least once."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from app.base import clock, identifiers
from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.jobs import claims, outcomes
from app.storage.database import Database, db

Worker = Callable[[Database, Job], outcomes.AtTheEnd]
"""Does a job, in units of work that it opens. What it returns is called in the one that marks it as done."""

IDLE_SECONDS = 1.0
SENDERS = 3
STOP_SECONDS = 18
BULK = 1

log = structlog.get_logger()
_batch = threading.local()


def enqueue(
    kind: str, details: Mapping[str, object], *, due_at: datetime | None = None, **columns: object
) -> Job:
    """Add a job to the transaction that runs now, due at once or later; those with `rank=BULK` come last.

    Its identifier is its idempotency key.
    """
    at = clock.now()
    columns = {"rank": 0, "due_at": due_at or at, **columns}
    job = Job(id=identifiers.new("job"), kind=kind, details=details, created_at=at, attempts=0, **columns)
    db.add(job)
    return job


def start(database: Database, workers: dict[str, Worker]) -> Callable[[], None]:
    """Do jobs in threads from now on; return what stops them, and waits for the jobs in hand."""
    stopped = threading.Event()
    work = (stopped, database, workers)
    thread = threading.Thread(target=run_until, args=work, name="jobs", daemon=True)
    thread.start()

    def stop() -> None:
        stopped.set()
        thread.join(STOP_SECONDS + 1)

    return stop


def run_until(stopped: threading.Event, database: Database, workers: dict[str, Worker]) -> None:
    """Do jobs, several at a time, until told to stop; return once the jobs in hand are done.

    The lease of a job that takes long is renewed. At a stop, one that hangs is left behind after a while.
    """
    watch = threading.Lock()
    work = (stopped, watch, database, workers)
    threads = [threading.Thread(target=_work, args=work, daemon=True) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    while not stopped.wait(claims.RENEWED_EVERY):
        _carry_on(lambda: claims.renew(database))
    given_up_at = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(given_up_at - time.monotonic(), 0))


def run_due(database: Database, workers: dict[str, Worker], stopped: threading.Event | None = None) -> int:
    """Do every job that is due, one after the other; return how many were tried."""
    tried = 0
    _batch.closing = []
    try:
        while not (stopped and stopped.is_set()):
            outcomes.record_owed(database)
            job = claims.claim(database)
            if job is None:
                break
            _attempt(database, job, workers)
            tried += 1
    finally:
        for close in _batch.closing:
            close()
    return tried


def close_when_idle(close: Callable[[], None]) -> None:
    """Have something closed that is worth keeping only while there is more to do."""
    _batch.closing.append(close)


def delayed() -> bool:
    """Return whether some job has failed and waits for another try, and was not there for days already.

    A job that concerns one addressee, whose server wants it later, is no failure of that kind.
    """
    recently = clock.now() - timedelta(days=1)
    waiting = select(Job.id).where(
        Job.done_at.is_(None), Job.outcome == JobOutcome.FAILED, Job.created_at > recently
    )
    return db.execute(waiting.limit(1)).first() is not None


def _work(
    stopped: threading.Event, watch: threading.Lock, database: Database, workers: dict[str, Worker]
) -> None:
    """Do what is due, then wait; of several idle threads one looks each second, so they cost no more."""
    while not stopped.is_set():
        _carry_on(lambda: run_due(database, workers, stopped))
        with watch:
            stopped.wait(IDLE_SECONDS)


def _carry_on(work: Callable[[], object]) -> None:
    """Do a piece of work; a database that is out of reach, or a mistake of ours, only delays the rest."""
    try:
        work()
    except Unavailable:
        log.warning("jobs_postponed", reason="the database is unavailable")
    except Exception:
        log.exception("jobs_postponed", reason="an unexpected error")


def _attempt(database: Database, job: Job, workers: dict[str, Worker]) -> None:
    try:
        at_the_end = workers[job.kind](database, job)
    except Exception as error:  # noqa: BLE001 - whatever a job does wrong, it is tried again
        ending = outcomes.after_error(job, error)
    except BaseException:
        claims.release(job.id)
        raise
    else:
        ending = outcomes.done(job, at_the_end)
    outcomes.record_ending(database, ending)
