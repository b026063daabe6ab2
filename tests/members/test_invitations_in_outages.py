"""The members page mentions the mail server only if mail fails, not if another job does."""

from datetime import timedelta

import pytest
import time_machine

from app.base import clock
from app.base.permissions import Role
from app.models import Job, JobOutcome
from app.services.apps import bundle_files
from app.services.job_handlers import HANDLERS
from app.services.jobs import jobs
from app.services.mail import outbox
from app.services.operations import vitals
from app.storage import blobs
from tests.support.mail_servers import Scripted, answering
from tests.support.portal import Portal
from tests.support.ports import free_port
from tests.support.uploading import upload

MEMBERS = "/organization/members/"
NOTICE = "The mail server isn't accepting mail right now."
ROW = "email not sent yet"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def portal(settings_for, port):
    """A portal with a mail server configured, which is down unless a test starts it."""
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}"))
    yield portal
    portal.close()


def invite(portal: Portal, org: str, inviter, name: str) -> str:
    """Invite a person on the members page; return the notice."""
    invitee, browser = portal.person(name), portal.browser(inviter)
    browser.submit(MEMBERS, orgId=org, email=invitee.email, role="read")
    return browser.flash()


def page(portal: Portal, org: str, person) -> str:
    return portal.browser(person).get(f"{MEMBERS}?orgId={org}").get_text(" ", strip=True)


def test_a_failing_bundle_file_says_nothing_about_the_mail_server(portal, port):
    """For example, the folder of the files is not writable after a move to another disk."""
    alice = portal.person("Alice")
    org = portal.organization(alice)
    program = portal.api(portal.key(alice))
    app = program.post("/app/", orgId=org, name="Atlas").get_json()["data"]["id"]
    bundle = upload(program, app, "1.0.0", b"an archive").get_json()["data"]
    assert program.delete("/bundle/", app_id=app, version="1.0.0").status_code == 200
    stored = blobs.path_of(portal.config.bundles, bundle["checksum"])
    stored.unlink()
    stored.mkdir()  # so that the file can't be removed
    with answering(Scripted(), port):
        portal.run_jobs()
        with portal.database.reading() as db:
            failed = [job.kind for job in db.query(Job) if job.outcome == JobOutcome.FAILED]

        notice = invite(portal, org, alice, "Ivy")

    assert failed == [bundle_files.KIND]
    assert "Invitation sent to ivy@crew.test." in notice
    assert "mail server" not in notice
    assert not vitals.read(portal.database).mail_out


@pytest.mark.parametrize("kind", sorted(HANDLERS.keys() - {outbox.KIND}))
def test_a_failure_of_another_kind_is_not_a_failure_of_mail(portal, kind):
    """An unwritable folder fails `unused_files`; a full disk fails those that write rows or queue mail."""
    with portal.writing():
        jobs.enqueue(kind, {}).outcome = JobOutcome.FAILED

    with portal.database.reading():
        assert jobs.any_failing(kind)
        assert not jobs.any_failing(outbox.KIND)
    assert not vitals.read(portal.database).mail_out


def test_failing_mail_is_blamed_on_the_mail_server_until_it_is_sent(portal, port):
    alice = portal.person("Alice")
    org = portal.organization(alice)
    assert "mail server" not in invite(portal, org, alice, "Ivy")
    portal.run_jobs()  # no server is listening

    notice = invite(portal, org, alice, "Ida")

    assert NOTICE in notice
    assert vitals.read(portal.database).mail_out
    with answering(Scripted(), port), time_machine.travel(clock.now() + timedelta(minutes=1)):
        portal.run_jobs()
    assert not vitals.read(portal.database).mail_out
    assert "mail server" not in invite(portal, org, alice, "Ines")


def test_an_outage_of_days_is_still_reported(portal):
    """The notice and the metric agree: neither forgets mail that has failed for more than a day."""
    began = clock.now()
    alice = portal.person("Alice")
    org = portal.organization(alice)
    invite(portal, org, alice, "Ivy")
    with time_machine.travel(began + timedelta(days=2)):
        portal.run_jobs()

        assert NOTICE in invite(portal, org, alice, "Ida")
        assert vitals.read(portal.database).mail_out


def test_row_says_that_the_invitation_is_not_sent_yet(portal, port):
    """A person who accepted and a mail of the last seconds are not marked; after sending, no row is."""
    began = clock.now()
    alice = portal.person("Alice")
    org = portal.organization(alice)
    portal.join(org, portal.person("Rita"), Role.READ)
    with time_machine.travel(began) as traveller:
        invite(portal, org, alice, "Ivy")
        assert ROW not in page(portal, org, alice)

        traveller.shift(timedelta(minutes=1))
        portal.run_jobs()
        assert page(portal, org, alice).count(ROW) == 1

        traveller.shift(timedelta(minutes=1))
        with answering(Scripted(), port):
            portal.run_jobs()
        assert ROW not in page(portal, org, alice)
