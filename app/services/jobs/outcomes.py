"""Outcomes of job attempts, recorded even if the database is unavailable when the attempt ends."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import delete, update

from app.base import clock
from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.jobs import claims
from app.storage.database import Database

OnEnd = Callable[[], None] | None

KEPT_FOR = timedelta(days=7)
_FIRST_WAIT = timedelta(seconds=5)
# Greylisting takes minutes, and retrying too early prolongs it on some servers.
_FIRST_WAIT_FOR_ONE = timedelta(minutes=1)
_UNCERTAIN_ATTEMPTS = 3
_COUNTED = "uncertain"

log = structlog.get_logger()


class Dropped(Exception):
    """The job is obsolete; there is nothing left to do."""


class _Final(Exception):
    """The job will not be done. `on_end` is called in the transaction that ends it."""

    def __init__(self, reason: str, on_end: OnEnd = None) -> None:
        """Set the reason, as one line."""
        super().__init__(reason)
        self.on_end = on_end


class Refused(_Final):
    """The job failed permanently."""


class Deferred(Exception):
    """The job must wait for its own reasons, which don't affect other jobs."""


class Uncertain(_Final):
    """The job may have been done: the server received everything but did not reply. A few of these end it."""


class Outage(Exception):
    """A resource of many jobs, such as the mail server, is unavailable. It is logged once for all of them."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The new values of a job's row, and a function to call in the same transaction."""

    job_id: str
    values: dict[str, object]
    on_end: OnEnd = None


_unrecorded: WeakKeyDictionary[Database, dict[str, Ending]] = WeakKeyDictionary()
_lock = threading.Lock()
_out_of_order: set[str] = set()


def done(job: Job, on_end: OnEnd = None) -> Ending:
    """Return the ending of a job that was done. Its details are deleted, because they name people."""
    _note_recovery(job.kind)
    return _ended(job, JobOutcome.DONE, None, on_end)


def after_error(job: Job, error: Exception) -> Ending:
    """Return the ending of a failed attempt: retry with exponential backoff of up to an hour, or end the job.

    Jobs end after a week, immediately on `Dropped` or `Refused`, and after three attempts that raised
    `Uncertain`.
    """
    reason = str(error)[:500]
    if isinstance(error, Dropped):
        return _ended(job, JobOutcome.DROPPED, None, None)
    if isinstance(error, Refused):
        _note_recovery(job.kind)
        log.info("job_refused", job=job.id, kind=job.kind, reason=reason)
        return _ended(job, JobOutcome.REFUSED, reason, error.on_end)
    if isinstance(error, Deferred):
        log.info("job_deferred", job=job.id, kind=job.kind, attempts=job.attempts, reason=reason)
        return _again(job, JobOutcome.DEFERRED, reason, _FIRST_WAIT_FOR_ONE)
    if isinstance(error, Uncertain):
        _note_outage(job.kind, reason)
        return _after_uncertain(job, error)
    if isinstance(error, Outage):
        _note_outage(job.kind, reason)
        return _again(job, JobOutcome.FAILED, reason, _FIRST_WAIT)
    log.warning("job_failed", job=job.id, kind=job.kind, attempts=job.attempts, reason=type(error).__name__)
    return _again(job, JobOutcome.FAILED, f"{type(error).__name__}: {error}"[:500], _FIRST_WAIT)


def record_ending(database: Database, ending: Ending) -> None:
    """Record an ending. Raises `Unavailable` without the database; `record_unrecorded` then records it later.

    Until then this process does not run the job again.
    """
    try:
        _write(database, ending)
    except Unavailable:
        with _lock:
            _unrecorded.setdefault(database, {})[ending.job_id] = ending
        raise


def record_unrecorded(database: Database) -> None:
    """Record the endings that could not be recorded while the database was unavailable."""
    with _lock:
        endings = list(_unrecorded.get(database, {}).values())
    for ending in endings:
        _write(database, ending)
        with _lock:
            _unrecorded[database].pop(ending.job_id, None)


def _write(database: Database, ending: Ending) -> None:
    now = clock.now()
    with database.writing() as writer:
        row = update(Job).where(Job.id == ending.job_id, Job.done_at.is_(None)).values(ending.values)
        writer.execute(row)
        if ending.on_end:
            ending.on_end()
        if ending.values["done_at"]:
            writer.execute(delete(Job).where(Job.done_at < now - KEPT_FOR))
    claims.release(ending.job_id)


def _ended(job: Job, outcome: JobOutcome, reason: str | None, on_end: OnEnd) -> Ending:
    values = {"done_at": clock.now(), "outcome": outcome, "failure": reason, "details": {}}
    return Ending(job.id, values, on_end)


def _again(job: Job, outcome: JobOutcome, reason: str, first_wait: timedelta) -> Ending:
    if clock.now() - job.created_at > KEPT_FOR:
        return _ended(job, JobOutcome.GIVEN_UP, reason, None)
    wait = min(first_wait * 2 ** min(job.attempts - 1, 10), claims.LONGEST_WAIT)
    due_at = clock.now() + wait
    return Ending(job.id, {"due_at": due_at, "outcome": outcome, "failure": reason, "done_at": None})


def _after_uncertain(job: Job, error: Uncertain) -> Ending:
    """Return the ending after `Uncertain`. Retries are few, since each attempt may have sent another copy."""
    count = job.details.get(_COUNTED, 0) + 1
    reason = f"{error} (it may have arrived; {count} of {_UNCERTAIN_ATTEMPTS} such attempts)"[:500]
    if count >= _UNCERTAIN_ATTEMPTS:
        log.warning("job_given_up", job=job.id, kind=job.kind, attempts=job.attempts, reason=reason)
        return _ended(job, JobOutcome.GIVEN_UP, reason, error.on_end)
    ending = _again(job, JobOutcome.FAILED, reason, _FIRST_WAIT_FOR_ONE)
    if ending.values["done_at"] is None:
        ending.values["details"] = {**job.details, _COUNTED: count}
    return ending


def _note_outage(kind: str, reason: str) -> None:
    """Log the start of an outage once, however many jobs it affects."""
    with _lock:
        is_new = kind not in _out_of_order
        _out_of_order.add(kind)
    if is_new:
        log.error("outage_began", kind=kind, reason=reason)


def _note_recovery(kind: str) -> None:
    with _lock:
        recovered = kind in _out_of_order
        _out_of_order.discard(kind)
    if recovered:
        log.warning("outage_ended", kind=kind)
