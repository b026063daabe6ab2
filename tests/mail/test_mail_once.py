"""A mail leaves once: whatever the database, the clock or a stop do while it is on its way."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.job_handlers import WORKERS
from app.services.jobs import claims, jobs
from app.services.mail import outbox
from app.storage import engines
from tests.support.databases import only_sqlite
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Gated(Scripted):
    """Takes a mail, and says so when the test opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.taken, self.gate = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        import asyncio

        answer = await super().handle_DATA(server, session, envelope)
        self.taken.set()
        await asyncio.to_thread(self.gate.wait, 20)
        return answer


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal that knows a mail server."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def queue(portal: Portal) -> None:
    with portal.writing():
        outbox.queue("removed", "ivy@crew.test", organization="Northwind")


def only_job(portal: Portal) -> Job:
    with portal.database.reading() as db:
        return db.query(Job).one()


@only_sqlite("on Postgres changes do not wait for each other")
def test_database_locked_just_after_sending_sends_nothing_twice(portal, port, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    inbox, over = Gated(), threading.Event()

    def hold_the_database() -> None:
        inbox.taken.wait(10)
        with portal.writing():
            inbox.gate.set()
            over.wait(10)

    holder = threading.Thread(target=hold_the_database)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        holder.start()
        with pytest.raises(Unavailable):
            portal.run_jobs()
        over.set()
        holder.join()
        traveller.shift(timedelta(minutes=10))
        portal.run_jobs()

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


def test_stop_waits_for_the_mail_in_hand(portal, port):
    inbox = Gated()
    queue(portal)
    with answering(inbox, port):
        stop = jobs.start(portal.database, WORKERS)
        assert inbox.taken.wait(10)
        stopping = threading.Thread(target=stop)
        stopping.start()
        still_waiting = only_job(portal).done_at is None and stopping.is_alive()
        inbox.gate.set()
        stopping.join(10)

    assert still_waiting
    assert not stopping.is_alive()
    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


def test_stop_is_quick_when_nothing_is_in_hand(portal):
    stop = jobs.start(portal.database, WORKERS)

    stopping = threading.Thread(target=stop)
    stopping.start()
    stopping.join(2)

    assert not stopping.is_alive()


def test_clock_that_jumps_ahead_sends_nothing_twice(portal, port):
    """Virtual machines that wake, and NTP's first step, move the clock by minutes or days."""
    inbox = Gated()
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        delivery = threading.Thread(target=portal.run_jobs)
        delivery.start()
        assert inbox.taken.wait(10)
        traveller.shift(timedelta(days=2))
        tried = portal.run_jobs()
        inbox.gate.set()
        delivery.join(10)

    assert (tried, inbox.arrived) == (0, ["ivy@crew.test"])


def test_lease_of_a_slow_mail_is_renewed(portal, port):
    """So that another process, or one on another host, does not take it for abandoned."""
    inbox = Gated()
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        delivery = threading.Thread(target=portal.run_jobs)
        delivery.start()
        assert inbox.taken.wait(10)
        traveller.shift(claims.LEASE - timedelta(seconds=1))
        claims.renew(portal.database)
        leased_until = only_job(portal).due_at
        inbox.gate.set()
        delivery.join(10)

    assert leased_until == START + 2 * claims.LEASE - timedelta(seconds=1)


def test_clock_that_is_set_back_delays_no_mail(portal, port):
    inbox = Scripted()
    with answering(inbox, port):
        with time_machine.travel(START + timedelta(days=1), tick=False):
            queue(portal)
        with time_machine.travel(START, tick=False):
            before = portal.run_jobs()
            claims.renew(portal.database)
            after = portal.run_jobs()

    assert (before, after, inbox.arrived) == (0, 1, ["ivy@crew.test"])


# --- Servers that take the whole mail and then say nothing


def attempts_in_a_day(portal: Portal, traveller: Any) -> None:
    for _ in range(24):
        portal.run_jobs()
        traveller.shift(timedelta(hours=1))


def test_mail_that_is_never_confirmed_is_sent_three_times_at_most(portal, port):
    """Postfix calls it "lost connection while sending end of data -- message may be sent more than once"."""
    inbox = Scripted(message=["hang up"] * 30)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        portal.run_jobs()
        first = only_job(portal)
        attempts_in_a_day(portal, traveller)

    assert first.done_at is None
    assert first.due_at - first.created_at == timedelta(minutes=1)
    assert "(it may have arrived; 1 of 3 such attempts)" in str(first.failure)
    job = only_job(portal)
    assert len(inbox.greetings) == job.attempts == 3
    assert (job.outcome, job.details) == (JobOutcome.GIVEN_UP, {})
    assert str(job.failure).startswith("after the message: ")
    assert "(it may have arrived; 3 of 3 such attempts)" in str(job.failure)


def test_mail_that_is_confirmed_in_the_end_is_done(portal, port):
    inbox = Scripted(message=["hang up"] * 2)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        attempts_in_a_day(portal, traveller)

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


@pytest.mark.parametrize(
    ("stage", "said"),
    [("connect", "421 4.3.2 closing"), ("rcpt", "hang up"), ("message", "421 4.3.0 closing")],
)
def test_attempts_that_sent_nothing_are_not_counted(portal, port, stage, said):
    """A closed connection before the data, and a 421 after it, say that the mail was not taken."""
    inbox = Scripted(**{stage: [said] * 5})
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        attempts_in_a_day(portal, traveller)

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE
