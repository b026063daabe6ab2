"""Enqueue jobs in the caller's transaction, and run them in worker threads, at least once each."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import select

from app.base import clock, identifiers
from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.jobs import claims, outcomes
from app.storage.database import Database, db

Handler = Callable[[Database, Job], outcomes.OnEnd]
"""Does one job, and opens its own units of work. Its result is called in the one that marks it as done."""

IDLE_SECONDS = 1.0
SENDERS = 3
STOP_SECONDS = 18
BULK = 1

log = structlog.get_logger()
_batch = threading.local()


def enqueue(
    kind: str, details: Mapping[str, object], *, due_at: datetime | None = None, **columns: object
) -> Job:
    """Add a job to the current transaction, due at once or at `due_at`. Jobs with `rank=BULK` run last.

    The job's identifier is its idempotency key.
    """
    now = clock.now()
    columns = {"rank": 0, "due_at": due_at or now, **columns}
    job = Job(id=identifiers.new("job"), kind=kind, details=details, created_at=now, attempts=0, **columns)
    db.add(job)
    return job


def start(database: Database, handlers: dict[str, Handler]) -> Callable[[], None]:
    """Start threads that run jobs; return a function that stops them and waits for running jobs."""
    stopped = threading.Event()
    work = (stopped, database, handlers)
    thread = threading.Thread(target=run_until, args=work, name="jobs", daemon=True)
    thread.start()

    def stop() -> None:
        stopped.set()
        thread.join(STOP_SECONDS + 1)

    return stop


def run_until(stopped: threading.Event, database: Database, handlers: dict[str, Handler]) -> None:
    """Run jobs, several at a time, until `stopped` is set; return once running jobs are done.

    Leases of long jobs are renewed. After `stopped` is set, jobs that hang are abandoned after a while.
    """
    watch = threading.Lock()
    work = (stopped, watch, database, handlers)
    threads = [threading.Thread(target=_work, args=work, daemon=True) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    while not stopped.wait(claims.RENEWED_EVERY):
        _log_errors(lambda: claims.renew(database))
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))


def run_due(database: Database, handlers: dict[str, Handler], stopped: threading.Event | None = None) -> int:
    """Run every due job, one after the other; return how many were attempted."""
    attempted = 0
    _batch.closing = []
    try:
        while not (stopped and stopped.is_set()):
            outcomes.record_unrecorded(database)
            job = claims.claim(database)
            if job is None:
                break
            _attempt(database, job, handlers)
            attempted += 1
    finally:
        for close in _batch.closing:
            close()
    return attempted


def close_when_idle(close: Callable[[], None]) -> None:
    """Call `close` once no more jobs are due, for resources that are kept open between jobs."""
    _batch.closing.append(close)


def any_failing(kind: str) -> bool:
    """Return whether a job of this kind has failed and waits for a retry. Deferred jobs do not count."""
    failing = select(Job.id).where(Job.kind == kind, Job.done_at.is_(None), Job.outcome == JobOutcome.FAILED)
    return db.execute(failing.limit(1)).first() is not None


def _work(
    stopped: threading.Event, watch: threading.Lock, database: Database, handlers: dict[str, Handler]
) -> None:
    """Run due jobs, then wait. Of several idle threads only one polls each second, to save queries."""
    while not stopped.is_set():
        _log_errors(lambda: run_due(database, handlers, stopped))
        with watch:
            stopped.wait(IDLE_SECONDS)


def _log_errors(work: Callable[[], object]) -> None:
    """Call `work`. Log any error, so that an unavailable database or a bug only delays further jobs."""
    try:
        work()
    except Unavailable:
        log.warning("jobs_postponed", reason="the database is unavailable")
    except Exception:
        log.exception("jobs_postponed", reason="an unexpected error")


def _attempt(database: Database, job: Job, handlers: dict[str, Handler]) -> None:
    try:
        on_end = handlers[job.kind](database, job)
    except Exception as error:  # noqa: BLE001 - a job is retried after any error
        ending = outcomes.after_error(job, error)
    except BaseException:
        claims.release(job.id)
        raise
    else:
        ending = outcomes.done(job, on_end)
    outcomes.record_ending(database, ending)
