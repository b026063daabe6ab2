"""Mail over a real SMTP connection or into files, and what arrives."""

import stat
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult

from app.base.permissions import Role
from app.models import Job
from app.services.mail import outbox
from tests.support import corpora
from tests.support.inboxes import Inbox, serving
from tests.support.portal import Portal
from tests.support.ports import free_port

HEAD = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]


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


def jobs_of(portal: Portal) -> list[Job]:
    with portal.database.reading() as db:
        return list(db.query(Job).order_by(Job.id))


def test_mail_arrives_complete(portal, port):
    inbox = Inbox()
    queue(portal, organization="Größe & Söhne 🦊")

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    assert inbox.recipients == [["ivy@crew.test"]]
    assert arrived["Subject"] == "You are no longer a member of Größe & Söhne 🦊"
    assert (arrived["From"], arrived["To"]) == ("Crewroom <crewroom@localhost>", "ivy@crew.test")
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Date"].datetime.tzinfo is not None
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert "Größe & Söhne 🦊 has ended" in arrived.get_body(("plain",)).get_content()
    assert "Größe &amp; Söhne 🦊" in arrived.get_body(("html",)).get_content()


@pytest.mark.parametrize("name", corpora.read("header_injections"))
def test_names_cannot_inject_mail_headers(portal, port, name):
    inbox = Inbox()
    queue(portal, organization=name)

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    assert sorted(arrived.keys()) == HEAD
    assert inbox.recipients == [["ivy@crew.test"]]
    assert arrived["To"] == "ivy@crew.test"
    assert plain(name) in plain(str(arrived["Subject"]))
    assert plain(f"{name} has ended") in plain(arrived.get_body(("plain",)).get_content())


def plain(text: str) -> str:
    """Remove spaces, and the characters that keep mail programs from making links."""
    return "".join(text.replace("\u2060", "").replace("\u201c", "").replace("\u201d", "").split())


def test_sender_comes_from_the_settings(settings_for, port):
    portal = Portal(
        settings_for(
            CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}", CREWROOM_MAIL_FROM="Zoë <crew@example.com>"
        )
    )
    inbox = Inbox()
    queue(portal)

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    assert arrived["From"] == "Zoë <crew@example.com>"
    assert arrived["Message-ID"].endswith("@example.com>")
    portal.close()


def test_mailed_link_works(portal, port):
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    org = portal.organization(alice)
    portal.invite(org, alice, ivy, Role.READ)
    inbox = Inbox()

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    text = arrived.get_body(("plain",)).get_content()
    link = next(line for line in text.splitlines() if line.startswith("http"))
    page = portal.browser().get(link.removeprefix(portal.config.base_url))
    assert page.h1.get_text() == "Join Northwind"


def test_user_name_and_password_of_the_url_are_used(settings_for, port):
    url = f"smtp://crew%40example.com:p%2Fw%3A1@127.0.0.1:{port}"
    portal = Portal(settings_for(CREWROOM_SMTP_URL=url))
    inbox, seen = Inbox(), []

    def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    queue(portal)
    with serving(inbox, port, authenticator=authenticate, auth_require_tls=False):
        portal.run_jobs()

    assert seen == [(b"crew@example.com", b"p/w:1")]
    assert len(inbox.mails) == 1
    portal.close()


def test_mail_of_a_replaced_invitation_is_dropped(portal, port):
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    org = portal.organization(alice)
    portal.invite(org, alice, ivy, Role.READ)
    portal.invite(org, alice, ivy, Role.WRITE)
    inbox = Inbox()

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    assert "with the role Write" in arrived.get_body(("plain",)).get_content()
    assert all(job.done_at for job in jobs_of(portal))


def test_mail_without_a_server_is_written_to_private_files(settings_for):
    portal = Portal(settings_for())
    queue(portal, to="ivy+../../x@crew.test")
    portal.run_jobs()

    (path,) = portal.mail_folder.iterdir()

    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(portal.mail_folder.stat().st_mode) == 0o700
    assert b"Subject: You are no longer a member of Northwind" in path.read_bytes()
    portal.close()


def test_header_lines_cannot_be_added(portal, port):
    inbox = Inbox()
    queue(portal, organization="Northwind\r\nBcc: evil@evil.test")

    with serving(inbox, port):
        portal.run_jobs()

    (arrived,) = inbox.mails
    assert arrived["Bcc"] is None
    assert inbox.recipients == [["ivy@crew.test"]]
