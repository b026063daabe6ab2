"""Jobs: run at least once, by one worker at a time, and retried later when they fail."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base import clock
from app.models import Job
from app.services.jobs import claims, jobs, outcomes
from app.storage.database import Database

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Handler:
    """A handler that records what it ran and fails the first `failures` times."""

    def __init__(self, failures: int = 0, error: BaseException | None = None) -> None:
        self.done: list[str] = []
        self.failures = failures
        self.error = error or ValueError("no")

    def __call__(self, _database: Database, job: Job) -> None:
        self.done.append(job.details["name"])
        if len(self.done) <= self.failures:
            raise self.error


def enqueue(portal, *names: str, kind: str = "note") -> None:
    for name in names:
        with portal.writing():
            jobs.enqueue(kind, {"name": name})


def stored(portal) -> list[Job]:
    with portal.database.reading() as db:
        return list(db.query(Job).order_by(Job.id))


def test_jobs_run_once_and_in_order(portal):
    handler = Handler()
    enqueue(portal, "first", "second")

    tried = jobs.run_due(portal.database, {"note": handler})

    assert (tried, handler.done) == (2, ["first", "second"])
    assert jobs.run_due(portal.database, {"note": handler}) == 0
    assert all(job.done_at for job in stored(portal))


def test_job_of_a_rolled_back_transaction_does_not_run(portal):
    handler = Handler()

    def fail() -> None:
        with portal.writing():
            jobs.enqueue("note", {"name": "never"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert jobs.run_due(portal.database, {"note": handler}) == 0


def test_failed_job_waits_twice_as_long_up_to_an_hour(portal):
    handler = Handler(failures=20)
    with time_machine.travel(START, tick=False) as traveller:
        enqueue(portal, "again")
        jobs.run_due(portal.database, {"note": handler})
        waits = []
        for _ in range(14):
            (job,) = stored(portal)
            wait = job.due_at - datetime.now(UTC)
            traveller.shift(wait - timedelta(seconds=1))
            assert jobs.run_due(portal.database, {"note": handler}) == 0
            traveller.shift(timedelta(seconds=1))
            assert jobs.run_due(portal.database, {"note": handler}) == 1
            waits.append(wait.total_seconds())

    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]


def test_failure_is_kept_until_success(portal):
    handler = Handler(failures=1)
    with time_machine.travel(START, tick=False) as traveller:
        enqueue(portal, "again")
        jobs.run_due(portal.database, {"note": handler})
        failed = stored(portal)[0]
        with portal.database.reading():
            delayed = jobs.any_failing("note")
        traveller.shift(timedelta(seconds=5))
        jobs.run_due(portal.database, {"note": handler})
        done = stored(portal)[0]
        with portal.database.reading():
            delayed_still = jobs.any_failing("note")

    assert (failed.failure, failed.done_at, delayed) == ("ValueError: no", None, True)
    assert (done.failure, done.done_at, delayed_still) == (None, START + timedelta(seconds=5), False)
    assert handler.done == ["again", "again"]


def test_failing_job_does_not_block_others(portal):
    handler = Handler(failures=1)
    enqueue(portal, "bad", "good", "better")

    jobs.run_due(portal.database, {"note": handler})

    assert handler.done == ["bad", "good", "better"]
    assert [job.done_at is not None for job in stored(portal)] == [False, True, True]


def test_job_of_an_unknown_kind_does_not_block_others(portal):
    handler = Handler()
    enqueue(portal, "unknown", kind="from another version")
    enqueue(portal, "good")

    jobs.run_due(portal.database, {"note": handler})

    assert handler.done == ["good"]
    assert [job.done_at is not None for job in stored(portal)] == [False, True]


def test_job_of_a_killed_worker_runs_when_its_lease_ends(portal):
    killed, other = Handler(failures=1, error=KeyboardInterrupt()), Handler()
    with time_machine.travel(START, tick=False) as traveller:
        enqueue(portal, "again")
        with pytest.raises(KeyboardInterrupt):
            jobs.run_due(portal.database, {"note": killed})
        traveller.shift(claims.LEASE - timedelta(seconds=1))
        during = jobs.run_due(portal.database, {"note": other})
        traveller.shift(timedelta(seconds=1))
        after = jobs.run_due(portal.database, {"note": other})

    assert (during, after) == (0, 1)
    assert (killed.done, other.done) == (["again"], ["again"])


def test_workers_never_share_a_job(portal, settings_for):
    names = [f"job {number:02}" for number in range(24)]
    enqueue(portal, *names)
    databases = [Database(portal.config) for _ in range(3)]
    handlers = [Handler() for _ in databases]
    start = threading.Barrier(len(databases))

    def work(database: Database, handler: Handler) -> None:
        start.wait()
        jobs.run_due(database, {"note": handler})

    threads = [threading.Thread(target=work, args=pair) for pair in zip(databases, handlers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()

    assert sorted(name for handler in handlers for name in handler.done) == names
    assert all(job.attempts == 1 and job.done_at for job in stored(portal))


def test_finished_jobs_are_deleted_after_a_week(portal):
    handler = Handler()
    with time_machine.travel(START, tick=False) as traveller:
        enqueue(portal, "old")
        jobs.run_due(portal.database, {"note": handler})
        traveller.shift(outcomes.KEPT_FOR + timedelta(seconds=1))
        enqueue(portal, "new")
        jobs.run_due(portal.database, {"note": handler})
        later = clock.now()

    # Finished jobs keep no details.
    assert [(job.created_at, job.details) for job in stored(portal)] == [(later, {})]


def test_worker_stops_on_request(portal):
    handler, stopped = Handler(), threading.Event()
    done = threading.Event()

    def note(database: Database, job: Job) -> None:
        handler(database, job)
        done.set()

    thread = threading.Thread(target=jobs.run_until, args=(stopped, portal.database, {"note": note}))
    thread.start()
    enqueue(portal, "while running")
    seen = done.wait(10)
    stopped.set()
    thread.join(10)

    assert seen
    assert not thread.is_alive()
    assert handler.done == ["while running"]
