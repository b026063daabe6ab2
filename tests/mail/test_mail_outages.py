"""Mail that cannot be sent: it is retried later, or dropped when its link has expired."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult

from app.base.permissions import Role
from app.models import Job
from app.services.accounts import registration
from app.services.mail import outbox, smtp_connect
from app.text import email_addresses
from tests.support.inboxes import Inbox, UnconfirmedInbox, serving
from tests.support.portal import Portal
from tests.support.ports import free_port

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port) -> Iterator[Portal]:
    """A portal with a mail server configured."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def queue(portal: Portal, to: str = "ivy@crew.test", organization: str = "Northwind") -> None:
    with portal.writing():
        outbox.queue("removed", to, organization=organization)


def jobs_of(portal: Portal) -> list[Any]:
    with portal.database.reading() as db:
        return list(db.query(Job).order_by(Job.id))


def test_refused_password_is_not_stored(settings_for, port):
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://crew:topsecretpassword@127.0.0.1:{port}"))
    queue(portal)

    def refuse(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with serving(Inbox(), port, authenticator=refuse, auth_require_tls=False):
        portal.run_jobs()

    (job,) = jobs_of(portal)
    assert "535" in job.failure
    assert "topsecretpassword" not in job.failure
    portal.close()


def test_mail_deferred_by_the_server_is_sent_again_later(portal, port):
    inbox = Inbox("451 try later", "451 4.7.1 Greylisted")
    with time_machine.travel(START, tick=False) as traveller, serving(inbox, port):
        queue(portal)
        for wait in (0, 60, 120, 240):
            traveller.shift(timedelta(seconds=wait))
            portal.run_jobs()

    assert len(inbox.mails) == 3
    assert len({arrived["Message-ID"] for arrived in inbox.mails}) == 1
    assert [job.done_at is not None for job in jobs_of(portal)] == [True]


def test_mail_is_sent_once_the_server_is_back(portal, port):
    inbox = Inbox()
    with time_machine.travel(START, tick=False) as traveller:
        queue(portal)
        portal.run_jobs()
        (failed,) = jobs_of(portal)
        with serving(inbox, port):
            traveller.shift(timedelta(seconds=4))
            portal.run_jobs()
            early = len(inbox.mails)
            traveller.shift(timedelta(seconds=1))
            portal.run_jobs()

    assert "connect: [Errno 111] Connection refused" in failed.failure
    assert (early, len(inbox.mails)) == (0, 1)


def test_mail_is_sent_at_least_once(portal, port):
    first, second = UnconfirmedInbox(), Inbox()
    with time_machine.travel(START, tick=False) as traveller:
        queue(portal)
        with serving(first, port):
            portal.run_jobs()
        traveller.shift(timedelta(minutes=1))
        with serving(second, port):
            portal.run_jobs()

    assert [arrived["Message-ID"] for arrived in first.mails] == [
        arrived["Message-ID"] for arrived in second.mails
    ]
    assert len(second.mails) == 1


def test_silent_server_times_out(portal, port, monkeypatch):
    monkeypatch.setattr(smtp_connect, "SMTP_SECONDS", 0.2)
    queue(portal)

    with socket.create_server(("127.0.0.1", port)):
        portal.run_jobs()

    (job,) = jobs_of(portal)
    assert job.done_at is None
    assert "timed out" in job.failure


def test_mail_of_an_expired_invitation_is_dropped(portal, port):
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    org = portal.organization(alice)
    inbox = Inbox()
    with time_machine.travel(START, tick=False) as traveller:
        portal.invite(org, alice, ivy, Role.READ)
        portal.run_jobs()
        traveller.shift(timedelta(days=8))
        with serving(inbox, port):
            portal.run_jobs()

    assert inbox.mails == []
    assert all(job.done_at for job in jobs_of(portal))


def test_mail_of_an_expired_confirmation_is_dropped(portal, port):
    inbox = Inbox()
    with time_machine.travel(START, tick=False) as traveller:
        with portal.writing():
            registration.register(email_addresses.parse("nora@crew.test"), name="", password_hash="")
        portal.run_jobs()
        traveller.shift(timedelta(days=4))
        with serving(inbox, port):
            portal.run_jobs()

    assert inbox.mails == []
