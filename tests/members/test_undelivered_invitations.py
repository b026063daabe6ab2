"""Invitations whose mail is refused: the page shows the reason, and the inviter gets a link to share."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from app.base import clock
from app.base.permissions import Role
from app.services.jobs import jobs
from app.services.mail import outbox
from app.services.operations import vitals
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Person, Portal, link_in
from tests.support.ports import free_port

MEMBERS = "/organization/members/"
REASONS = {
    "550 5.1.1 <ivy@crew.test>: User unknown": "There is no mailbox with this address.",
    "552 5.2.2 over quota": "The mailbox is full.",
    "550 5.2.1 disabled": "The mailbox is switched off.",
    "550 5.7.1 policy of the company": "Their mail server refuses mail from this portal.",
    "550 <script>alert(1)</script>": "Their mail server refuses this mail.",
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


def invite_with_refused_mail(portal: Portal, port: int, ivy: Person, reply: str) -> tuple[str, Person]:
    """Invite a person whose mail is refused, and return the organization and its super admin."""
    alice = portal.person("Alice")
    org = portal.organization(alice)
    portal.invite(org, alice, ivy, Role.READ)
    with answering(Scripted(rcpt=reply), port):
        portal.run_jobs()
    return org, alice


def token(link: str) -> str:
    return link.partition("token=")[2]


@pytest.mark.parametrize(("reply", "reason"), REASONS.items())
def test_row_shows_the_reason_and_mail_is_not_reported_as_down(portal, port, reply, reason):
    org, alice = invite_with_refused_mail(portal, port, portal.person("Ivy"), reply)

    page = portal.browser(alice).get(f"{MEMBERS}?orgId={org}")

    assert f"Invitation not delivered. {reason}" in page.get_text(" ", strip=True)
    assert "Not delivered" in page.get_text(" ", strip=True)
    assert "<script>alert" not in str(page)
    with portal.database.reading():
        assert not jobs.any_failing(outbox.KIND)
    assert not vitals.read(portal.database).mail_out


def test_row_says_that_the_mail_was_never_confirmed(portal, port):
    """For example, a filter crashes on the mail and drops the connection each time."""
    began = clock.now()
    alice = portal.person("Alice")
    org = portal.organization(alice)
    portal.invite(org, alice, portal.person("Ivy"), Role.READ)
    with answering(Scripted(message=["hang up"] * 9), port), time_machine.travel(began) as traveller:
        for _ in range(4):
            portal.run_jobs()
            traveller.shift(timedelta(hours=1))

        page = portal.browser(alice).get(f"{MEMBERS}?orgId={org}").get_text(" ", strip=True)

    assert "Their mail server never confirmed this mail; it may have arrived." in page
    assert "Invite again and copy the link" in page


def test_readers_do_not_see_the_reason(portal, port):
    org, _ = invite_with_refused_mail(portal, port, portal.person("Ivy"), "550 5.1.1 User unknown")
    rita = portal.person("Rita")
    portal.join(org, rita, Role.READ)

    page = portal.browser(rita).get(f"{MEMBERS}?orgId={org}")

    assert "There is no mailbox" not in page.get_text(" ", strip=True)


def test_json_list_does_not_show_the_failure(portal, port):
    ivy = portal.person("Ivy")
    org, alice = invite_with_refused_mail(portal, port, ivy, "550 5.1.1 User unknown")

    listed = portal.api(portal.key(alice)).get(MEMBERS, orgId=org).get_json()["data"]

    invitee = {"uid": ivy.uid, "email": ivy.email, "image_url": None, "role": "invite_read"}
    assert invitee in listed


def test_inviting_again_shows_a_working_link_whose_use_drops_the_mail(portal, port):
    ivy = portal.person("Ivy")
    org, alice = invite_with_refused_mail(portal, port, ivy, "550 5.1.1 User unknown")
    browser = portal.browser(alice)

    browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read")

    shared = browser.page.find(id="flash").find("input")["value"].removeprefix(portal.config.base_url)
    assert "token=" not in str(browser.get(f"{MEMBERS}?orgId={org}"))
    visitor = portal.browser(ivy)
    assert visitor.get(shared).h1.get_text() == "Join Northwind"
    visitor.submit("/invitation/accept/", token=token(shared))
    assert portal.role_of(org, ivy) == "read"
    with answering(Scripted(), port) as inbox:
        portal.run_jobs()
    assert inbox.arrived == []  # the invitation was accepted before the mail left


def test_accepting_by_a_shared_link_does_not_confirm_the_address(portal, port):
    """Otherwise anyone could confirm an address that rejects mail by registering and inviting it."""
    ivy = portal.person("Ivy", confirmed=False)
    org, alice = invite_with_refused_mail(portal, port, ivy, "550 5.7.1 rejected by policy")
    browser = portal.browser(alice)
    browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read")
    shared = browser.page.find(id="flash").find("input")["value"].removeprefix(portal.config.base_url)

    portal.browser(ivy).submit("/invitation/accept/", token=token(shared))

    assert portal.role_of(org, ivy) == "read"
    assert portal.audit("account.confirmed") == []


def test_accepting_by_the_mailed_link_confirms_the_address(portal, port):
    ivy = portal.person("Ivy", confirmed=False)
    org, alice = invite_with_refused_mail(portal, port, ivy, "550 5.1.1 User unknown")
    browser = portal.browser(alice)
    browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read")
    shared = browser.page.find(id="flash").find("input")["value"].removeprefix(portal.config.base_url)
    with answering(Scripted(), port) as inbox:
        portal.run_jobs()
    mailed = link_in(inbox.mails[0], portal.config.base_url)

    portal.browser(ivy).submit("/invitation/accept/", token=token(mailed))

    assert mailed != shared
    assert portal.role_of(org, ivy) == "read"
    assert len(portal.audit("account.confirmed")) == 1


def test_delivered_invitation_shows_no_link_and_cannot_be_resent_immediately(portal, port):
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    org = portal.organization(alice)
    portal.invite(org, alice, ivy, Role.READ)
    with answering(Scripted(), port):
        portal.run_jobs()
    browser = portal.browser(alice)

    page = browser.submit(MEMBERS, orgId=org, email=ivy.email, role="read", status=409)

    assert "token=" not in page.text
    assert "less than five minutes ago" in page.text
