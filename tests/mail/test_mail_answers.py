"""What follows from the answers of mail servers, as the programs and services give them that people use."""

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
"""Who says it, at which stage, what."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal that knows a mail server."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def attempted(
    portal: Portal, port: int, stage: str, said: str, *, to: str = "ivy@crew.test"
) -> tuple[Job, bool, bool]:
    """The row of a mail that met an answer, whether pages say that mail is delayed, and whether it rings."""
    with portal.writing() as db:
        db.query(Job).delete()
        outbox.queue("removed", to, organization="Northwind")
    with answering(Scripted(**{stage: [said] * 3}), port):
        portal.run_jobs()
    with portal.database.reading() as db:
        job, delayed = db.query(Job).one(), jobs.any_failing()
    return job, delayed, vitals.read(portal.database).mail_out


def test_final_answers_end_one_mail_and_nothing_else(portal, port, subtests):
    for who, stage, said in ANSWERS["final"]:
        with subtests.test(who):
            job, delayed, rings = attempted(portal, port, stage, said)

            assert (job.outcome, delayed, rings) == (JobOutcome.REFUSED, False, False)
            assert job.done_at
            assert job.details == {}
            assert said[:3] in str(job.failure)
            assert "ivy@crew.test" not in str(job.failure)


REPEATED = {
    "Exim, which writes the domain in lower case": "550 Unknown user Ivy@crew.test",
    "Postfix, for an alias": "550 5.1.1 <ivy.h@mail.internal>: Recipient address rejected: User unknown",
    "Postfix, for an address with a quote": "550 5.1.1 <ivy+o'club@crew.test>: User unknown",
    "Exchange, in capitals": "550 5.1.10 RecipientNotFound; Recipient IVY@CREW.TEST not found",
    "sendmail": "550 5.1.1 <Ivy@Crew.Test>... User unknown",
}


def test_kept_reason_names_no_address_however_the_server_writes_it(portal, port, subtests):
    for who, said in REPEATED.items():
        with subtests.test(who):
            job, _, _ = attempted(portal, port, "rcpt", said, to="Ivy@Crew.Test")

            assert job.outcome == JobOutcome.REFUSED
            assert "@" not in str(job.failure)
            assert "ivy" not in str(job.failure).lower()
            assert "nknown" in str(job.failure) or "not found" in str(job.failure)


def test_answers_that_pass_delay_one_mail_and_ring_no_bell(portal, port, subtests):
    for who, stage, said in ANSWERS["deferred"]:
        with subtests.test(who):
            job, delayed, rings = attempted(portal, port, stage, said)

            assert (job.outcome, delayed, rings) == (JobOutcome.DEFERRED, False, False)
            assert job.done_at is None
            assert job.due_at > job.created_at


def test_answers_about_the_server_or_us_keep_the_mail_and_ring(portal, port, subtests):
    for who, stage, said in ANSWERS["server"]:
        with subtests.test(who):
            job, delayed, rings = attempted(portal, port, stage, said)

            assert (job.outcome, delayed, rings) == (JobOutcome.FAILED, True, True)
            assert job.done_at is None


def test_a_refused_mail_holds_up_no_other_and_the_connection_goes_on(portal, port):
    with portal.writing():
        for name in ("one", "two", "three"):
            outbox.queue("removed", f"{name}@crew.test", organization="Northwind")
    inbox = Scripted(rcpt=["550 5.1.1 User unknown"])

    with answering(inbox, port):
        portal.run_jobs()

    assert inbox.arrived == ["two@crew.test", "three@crew.test"]
    assert len(inbox.greetings) == 1


def test_a_kept_connection_that_was_closed_is_replaced(portal, port):
    """Postfix and Exim end a connection after some mails or minutes with 421."""
    with portal.writing():
        for name in ("one", "two", "three"):
            outbox.queue("removed", f"{name}@crew.test", organization="Northwind")

    class Weary(Scripted):
        async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - aiosmtpd's name
            if self.arrived and len(self.greetings) == 1:
                server.transport.write(b"421 4.4.2 too many messages on this connection\r\n")
                return self.answer_or_hang_up(server, "hang up")
            return await super().handle_MAIL(server, session, envelope, address, mail_options)

    with answering(Weary(), port) as inbox:
        portal.run_jobs()

    assert inbox.arrived == ["one@crew.test", "two@crew.test", "three@crew.test"]
    assert len(inbox.greetings) == 2


def test_a_server_outage_rings_once(portal, port, capsys):
    with portal.writing():
        for number in range(4):
            outbox.queue("removed", f"ivy{number}@crew.test", organization="Northwind")

    portal.run_jobs()

    assert capsys.readouterr().out.count("outage_began") <= 1
