"""Non-ASCII addresses: domains are sent in ASCII, local parts need SMTPUTF8."""

from collections.abc import Iterator

import pytest

from app.base.permissions import Role
from app.models import Job, JobOutcome
from app.services.mail import outbox
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

ASCII_FORMS = {
    "ada@bücher.example": "ada@xn--bcher-kva.example",
    "ada@BÜCHER.example": "ada@xn--bcher-kva.example",
    "ada@faß.example": "ada@xn--fa-hia.example",
    "ada@пример.испытание": "ada@xn--e1afmkfd.xn--80akhbyknj4f",
    "ada@例え.テスト": "ada@xn--r8jz45g.xn--zckzah",
    "ada@mail.bücher.example": "ada@mail.xn--bcher-kva.example",
    "Ada.B+c@crew.test": "Ada.B+c@crew.test",
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal with a mail server configured."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def send(portal: Portal, port: int, to: str, **options: bool) -> tuple[Scripted, Job]:
    with portal.writing() as db:
        db.query(Job).delete()
        outbox.queue("removed", to, organization="Northwind")
    with answering(Scripted(), port, **options) as inbox:
        portal.run_jobs()
    with portal.database.reading() as db:
        return inbox, db.query(Job).one()


@pytest.mark.short
def test_domains_are_sent_in_ascii_to_any_server(portal, port, subtests):
    for typed, wired in ASCII_FORMS.items():
        with subtests.test(typed):
            inbox, job = send(portal, port, typed, enable_SMTPUTF8=False)

            assert (inbox.arrived, job.outcome) == ([wired], JobOutcome.DONE)
            assert inbox.mails[0]["To"] == wired
            assert "SMTPUTF8" not in str(inbox.options)


@pytest.mark.short
@pytest.mark.parametrize("typed", ["ädä@crew.test", "用户@例子.测试", "δοκιμή@bücher.example"])
def test_non_ascii_local_part_is_refused_without_smtputf8(portal, port, typed):
    inbox, job = send(portal, port, typed, enable_SMTPUTF8=False)

    assert (inbox.arrived, job.outcome) == ([], JobOutcome.REFUSED)
    assert "SMTPUTF8" in str(job.failure)


@pytest.mark.short
@pytest.mark.parametrize("typed", ["ädä@crew.test", "δοκιμή@bücher.example"])
def test_non_ascii_local_part_is_sent_with_smtputf8(portal, port, typed):
    inbox, job = send(portal, port, typed, enable_SMTPUTF8=True)

    assert job.outcome == JobOutcome.DONE
    assert inbox.arrived == [typed.replace("bücher", "xn--bcher-kva")]
    assert "SMTPUTF8" in str(inbox.options)


def test_refused_non_ascii_address_does_not_block_others(portal, port):
    with portal.writing():
        for to in ("ädä@crew.test", "ivy@crew.test"):
            outbox.queue("removed", to, organization="Northwind")
    with answering(Scripted(), port, enable_SMTPUTF8=False) as inbox:
        portal.run_jobs()

    assert inbox.arrived == ["ivy@crew.test"]


def test_sender_domain_is_sent_in_ascii(settings_for, port):
    portal = Portal(
        settings_for(
            CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}", CREWROOM_MAIL_FROM="Zoë <crew@bücher.example>"
        )
    )
    inbox, job = send(portal, port, "ivy@crew.test", enable_SMTPUTF8=False)

    assert job.outcome == JobOutcome.DONE
    assert inbox.mails[0]["From"] == "Zoë <crew@xn--bcher-kva.example>"
    portal.close()


REPLIES = {
    "alice@crew.test": "Alice <alice@crew.test>",
    "alice@bücher.example": "Alice <alice@xn--bcher-kva.example>",
}


@pytest.mark.parametrize(("typed", "reply_to"), REPLIES.items())
def test_replies_to_an_invitation_go_to_the_inviter(portal, port, typed, reply_to):
    alice, ivy = portal.person("Alice", typed), portal.person("Ivy")
    portal.invite(portal.organization(alice), alice, ivy, Role.READ)
    with answering(Scripted(), port, enable_SMTPUTF8=False) as inbox:
        portal.run_jobs()

    assert inbox.mails[0]["Reply-To"] == reply_to


@pytest.mark.parametrize("typed", ["älice@crew.test", "mallory@crew.test"])
def test_unconfirmed_or_unwritable_address_is_no_reply_to(portal, port, typed):
    alice, ivy = portal.person("Alice", typed, confirmed=typed.isascii() is False), portal.person("Ivy")
    portal.invite(portal.organization(alice), alice, ivy, Role.READ)
    with answering(Scripted(), port, enable_SMTPUTF8=False) as inbox:
        portal.run_jobs()

    assert inbox.arrived == ["ivy@crew.test"]
    assert inbox.mails[0]["Reply-To"] is None


@pytest.mark.short
@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://crew.example.com", "crew.example.com"),
        ("http://192.0.2.7:8000", "[192.0.2.7]"),
        ("http://[2001:db8::7]:8000", "[IPv6:2001:db8::7]"),
        ("http://localhost:8000", "localhost"),
    ],
)
def test_greeting_names_the_host_of_the_base_url(settings_for, port, base_url, name):
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}", CREWROOM_BASE_URL=base_url))
    inbox, _ = send(portal, port, "ivy@crew.test")

    assert inbox.greetings == [name]
    portal.close()
