"""Answers of mail servers, in the words of common programs and services, and what follows from them."""

from collections.abc import Iterator

import pytest

from app.models import Job, JobOutcome
from app.services.jobs import jobs
from app.services.mail import outbox
from app.services.operations import vitals
from tests.support import corpora
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

ANSWERS = corpora.read("mail_answers")
"""Each answer: the server, the stage, and its words."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal with a mail server configured."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def attempt(
    portal: Portal, port: int, stage: str, reply: str, *, to: str = "ivy@crew.test"
) -> tuple[Job, bool, bool]:
    """Send a mail that gets an answer; return its job, whether mail counts as delayed, and as down."""
    with portal.writing() as db:
        db.query(Job).delete()
        outbox.queue("removed", to, organization="Northwind")
    with answering(Scripted(**{stage: [reply] * 3}), port):
        portal.run_jobs()
    with portal.database.reading() as db:
        job, delayed = db.query(Job).one(), jobs.any_failing(outbox.KIND)
    return job, delayed, vitals.read(portal.database).mail_out


@pytest.mark.short
def test_final_answer_ends_that_mail_only(portal, port, subtests):
    for who, stage, reply in ANSWERS["final"]:
        with subtests.test(who):
            job, delayed, down = attempt(portal, port, stage, reply)

            assert (job.outcome, delayed, down) == (JobOutcome.REFUSED, False, False)
            assert job.done_at
            assert job.details == {}
            assert reply[:3] in str(job.failure)
            assert "ivy@crew.test" not in str(job.failure)


REPEATED = {
    "Exim, which writes the domain in lower case": "550 Unknown user Ivy@crew.test",
    "Postfix, for an alias": "550 5.1.1 <ivy.h@mail.internal>: Recipient address rejected: User unknown",
    "Postfix, for an address with a quote": "550 5.1.1 <ivy+o'club@crew.test>: User unknown",
    "Exchange, in capitals": "550 5.1.10 RecipientNotFound; Recipient IVY@CREW.TEST not found",
    "sendmail": "550 5.1.1 <Ivy@Crew.Test>... User unknown",
}


def test_stored_reason_has_no_address_in_any_spelling(portal, port, subtests):
    for who, reply in REPEATED.items():
        with subtests.test(who):
            job, _, _ = attempt(portal, port, "rcpt", reply, to="Ivy@Crew.Test")

            assert job.outcome == JobOutcome.REFUSED
            assert "@" not in str(job.failure)
            assert "ivy" not in str(job.failure).lower()
            assert "nknown" in str(job.failure) or "not found" in str(job.failure)


def test_temporary_answer_delays_that_mail_without_an_alert(portal, port, subtests):
    for who, stage, reply in ANSWERS["deferred"]:
        with subtests.test(who):
            job, delayed, down = attempt(portal, port, stage, reply)

            assert (job.outcome, delayed, down) == (JobOutcome.DEFERRED, False, False)
            assert job.done_at is None
            assert job.due_at > job.created_at


def test_answer_about_the_server_keeps_the_mail_and_raises_an_alert(portal, port, subtests):
    for who, stage, reply in ANSWERS["server"]:
        with subtests.test(who):
            job, delayed, down = attempt(portal, port, stage, reply)

            assert (job.outcome, delayed, down) == (JobOutcome.FAILED, True, True)
            assert job.done_at is None


def test_refused_mail_does_not_block_others_on_the_same_connection(portal, port):
    with portal.writing():
        for name in ("one", "two", "three"):
            outbox.queue("removed", f"{name}@crew.test", organization="Northwind")
    inbox = Scripted(rcpt=["550 5.1.1 User unknown"])

    with answering(inbox, port):
        portal.run_jobs()

    assert inbox.arrived == ["two@crew.test", "three@crew.test"]
    assert len(inbox.greetings) == 1


def test_closed_connection_is_replaced(portal, port):
    """Postfix and Exim close a connection with 421 after some mails or minutes."""
    with portal.writing():
        for name in ("one", "two", "three"):
            outbox.queue("removed", f"{name}@crew.test", organization="Northwind")

    class Closing(Scripted):
        async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
            if self.arrived and len(self.greetings) == 1:
                server.transport.write(b"421 4.4.2 too many messages on this connection\r\n")
                return self.answer_or_hang_up(server, "hang up")
            return await super().handle_MAIL(server, session, envelope, address, mail_options)

    with answering(Closing(), port) as inbox:
        portal.run_jobs()

    assert inbox.arrived == ["one@crew.test", "two@crew.test", "three@crew.test"]
    assert len(inbox.greetings) == 2


def test_server_outage_is_reported_once(portal, port, capsys):
    with portal.writing():
        for number in range(4):
            outbox.queue("removed", f"ivy{number}@crew.test", organization="Northwind")

    portal.run_jobs()

    assert capsys.readouterr().out.count("outage_began") <= 1
