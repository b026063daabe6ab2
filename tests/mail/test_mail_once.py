"""A mail is sent once, even if the database, the clock or a stop interferes while it is being sent."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from app.base.errors import Unavailable
from app.models import Job, JobOutcome
from app.services.job_handlers import HANDLERS
from app.services.jobs import claims, jobs
from app.services.mail import outbox
from app.storage import engines
from tests.support.databases import only_sqlite
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Gated(Scripted):
    """A server that receives a mail but confirms it only when the test opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.received, self.gate = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        import asyncio

        answer = await super().handle_DATA(server, session, envelope)
        self.received.set()
        await asyncio.to_thread(self.gate.wait, 20)
        return answer


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal with a mail server configured."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def queue(portal: Portal) -> None:
    with portal.writing():
        outbox.queue("removed", "ivy@crew.test", organization="Northwind")


def only_job(portal: Portal) -> Job:
    with portal.database.reading() as db:
        return db.query(Job).one()


@pytest.mark.short
@only_sqlite("on Postgres changes do not wait for each other")
def test_database_locked_after_sending_causes_no_second_mail(portal, port, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    inbox, over = Gated(), threading.Event()

    def lock_the_database() -> None:
        inbox.received.wait(10)
        with portal.writing():
            inbox.gate.set()
            over.wait(10)

    locker = threading.Thread(target=lock_the_database)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        locker.start()
        with pytest.raises(Unavailable):
            portal.run_jobs()
        over.set()
        locker.join()
        traveller.shift(timedelta(minutes=10))
        portal.run_jobs()

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


@pytest.mark.short
def test_stop_waits_for_the_mail_being_sent(portal, port):
    inbox = Gated()
    queue(portal)
    with answering(inbox, port):
        stop = jobs.start(portal.database, HANDLERS)
        assert inbox.received.wait(10)
        stopping = threading.Thread(target=stop)
        stopping.start()
        still_waiting = only_job(portal).done_at is None and stopping.is_alive()
        inbox.gate.set()
        stopping.join(10)

    assert still_waiting
    assert not stopping.is_alive()
    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


def test_stop_is_quick_when_no_mail_is_being_sent(portal):
    stop = jobs.start(portal.database, HANDLERS)

    stopping = threading.Thread(target=stop)
    stopping.start()
    stopping.join(2)

    assert not stopping.is_alive()


def test_clock_jump_forward_causes_no_second_mail(portal, port):
    """Virtual machines that resume, and NTP's first step, move the clock by minutes or days."""
    inbox = Gated()
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        delivery = threading.Thread(target=portal.run_jobs)
        delivery.start()
        assert inbox.received.wait(10)
        traveller.shift(timedelta(days=2))
        tried = portal.run_jobs()
        inbox.gate.set()
        delivery.join(10)

    assert (tried, inbox.arrived) == (0, ["ivy@crew.test"])


def test_lease_of_a_slow_mail_is_renewed(portal, port):
    """Otherwise another process or host would treat it as abandoned."""
    inbox = Gated()
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        delivery = threading.Thread(target=portal.run_jobs)
        delivery.start()
        assert inbox.received.wait(10)
        traveller.shift(claims.LEASE - timedelta(seconds=1))
        claims.renew(portal.database)
        leased_until = only_job(portal).due_at
        inbox.gate.set()
        delivery.join(10)

    assert leased_until == START + 2 * claims.LEASE - timedelta(seconds=1)


def test_clock_set_back_does_not_delay_mail(portal, port):
    inbox = Scripted()
    with answering(inbox, port):
        with time_machine.travel(START + timedelta(days=1), tick=False):
            queue(portal)
        with time_machine.travel(START, tick=False):
            before = portal.run_jobs()
            claims.renew(portal.database)
            after = portal.run_jobs()

    assert (before, after, inbox.arrived) == (0, 1, ["ivy@crew.test"])


# --- Servers that receive the whole mail and never confirm it


def attempt_for_a_day(portal: Portal, traveller: Any) -> None:
    for _ in range(24):
        portal.run_jobs()
        traveller.shift(timedelta(hours=1))


def test_unconfirmed_mail_is_sent_at_most_three_times(portal, port):
    """Postfix calls it "lost connection while sending end of data -- message may be sent more than once"."""
    inbox = Scripted(message=["hang up"] * 30)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        portal.run_jobs()
        first = only_job(portal)
        attempt_for_a_day(portal, traveller)

    assert first.done_at is None
    assert first.due_at - first.created_at == timedelta(minutes=1)
    assert "(it may have arrived; 1 of 3 such attempts)" in str(first.failure)
    job = only_job(portal)
    assert len(inbox.greetings) == job.attempts == 3
    assert (job.outcome, job.details) == (JobOutcome.GIVEN_UP, {})
    assert str(job.failure).startswith("after the message: ")
    assert "(it may have arrived; 3 of 3 such attempts)" in str(job.failure)


def test_mail_that_is_finally_confirmed_is_done(portal, port):
    inbox = Scripted(message=["hang up"] * 2)
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        attempt_for_a_day(portal, traveller)

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE


@pytest.mark.parametrize(
    ("stage", "reply"),
    [("connect", "421 4.3.2 closing"), ("rcpt", "hang up"), ("message", "421 4.3.0 closing")],
)
def test_attempts_that_sent_nothing_are_not_counted(portal, port, stage, reply):
    """A connection closed before the data, or a 421 after it, means that the mail was not accepted."""
    inbox = Scripted(**{stage: [reply] * 5})
    with time_machine.travel(START, tick=False) as traveller, answering(inbox, port):
        queue(portal)
        attempt_for_a_day(portal, traveller)

    assert inbox.arrived == ["ivy@crew.test"]
    assert only_job(portal).outcome == JobOutcome.DONE
