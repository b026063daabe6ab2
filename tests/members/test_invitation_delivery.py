"""What the inviter sees when a mail server is configured, and when it is down."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.support.inboxes import Inbox, serving
from tests.support.portal import Portal
from tests.support.ports import free_port

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


MEMBERS = "/organization/members/"


@pytest.fixture
def smtp_port() -> int:
    return free_port()


@pytest.fixture
def mailing(settings_for, smtp_port) -> Iterator[Portal]:
    """A portal with a mail server that is down until a test starts it."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{smtp_port}"))
    yield portal
    portal.close()


def test_page_shows_no_link_when_a_mail_server_is_configured(mailing, smtp_port):
    alice, ivy = mailing.person("Alice"), mailing.person("Ivy")
    org = mailing.organization(alice)
    browser = mailing.browser(alice)
    inbox = Inbox()

    with serving(inbox, smtp_port):
        browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read")
        mailing.run_jobs()

    assert browser.flash() == f"Invitation sent to {ivy.email}. The link in it works for 7 days."
    assert "token=" not in str(browser.page)
    assert len(inbox.mails) == 1


def test_unreachable_mail_server_delays_only_the_mail(mailing, smtp_port):
    alice, ivy, uma = (mailing.person(name) for name in ("Alice", "Ivy", "Uma"))
    org = mailing.organization(alice)
    inbox = Inbox()
    with time_machine.travel(START, tick=False) as traveller:
        browser = mailing.browser(alice)
        browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read")
        mailing.run_jobs()

        browser.submit(MEMBERS, orgId=org, email=uma.email, role="read")

        assert browser.flash().endswith("The invitation will be sent once it does.")
        assert (mailing.role_of(org, ivy), mailing.role_of(org, uma)) == ("invite_read", "invite_read")
        traveller.shift(timedelta(hours=1))
        with serving(inbox, smtp_port):
            mailing.run_jobs()
    assert sorted(mail["To"] for mail in inbox.mails) == [ivy.email, uma.email]


def test_hanging_mail_server_does_not_block_other_invitations(mailing, smtp_port):
    alice, ivy, uma = (mailing.person(name) for name in ("Alice", "Ivy", "Uma"))
    org = mailing.organization(alice)
    program = mailing.api(mailing.key(alice))
    program.post(MEMBERS, orgId=org, email=ivy.email, role="read")
    with socket.create_server(("127.0.0.1", smtp_port)) as silent:
        delivery = threading.Thread(target=mailing.run_jobs)
        delivery.start()
        connection, _ = silent.accept()

        began = time.perf_counter()
        invited = program.post(MEMBERS, orgId=org, email=uma.email, role="read")
        took = time.perf_counter() - began

        waiting = delivery.is_alive()
        connection.close()
    delivery.join(10)
    assert waiting
    assert invited.status_code == 200
    assert took < 10  # sending times out after 20 seconds
    assert mailing.role_of(org, uma) == "invite_read"
