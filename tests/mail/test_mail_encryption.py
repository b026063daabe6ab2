"""Mail is sent encrypted, to a server with a trusted certificate, or not at all."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult

from app.models import Job, JobOutcome
from app.services.mail import outbox
from tests.support.certificates import Authority
from tests.support.mail_servers import Secured, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

# An address of this machine that does not count as local, so it is treated as remote.
REMOTE = "0.0.0.0"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def mailing(settings_for) -> Iterator:
    """Return a function that sends one mail from a portal with this URL, and returns its job."""
    portals: list[Portal] = []

    def make(url: str) -> Job:
        portals.append(Portal(settings_for(CREWROOM_SMTP_URL=url)))
        with portals[-1].writing():
            outbox.queue("removed", "ivy@crew.test", organization="Northwind")
        portals[-1].run_jobs()
        with portals[-1].database.reading() as db:
            return db.query(Job).one()

    yield make
    for portal in portals:
        portal.close()


@pytest.mark.short
@pytest.mark.parametrize("userinfo", ["", "crew:topsecretpassword@"])
def test_server_that_offers_no_encryption_gets_neither_password_nor_mail(mailing, port, userinfo):
    """An attacker who strips STARTTLS looks the same."""
    inbox = Secured()
    with answering(inbox, port, authenticator=inbox.authenticate, auth_require_tls=False):
        job = mailing(f"smtp://{userinfo}{REMOTE}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "STARTTLS" in job.failure
    assert "smtp+plain://" in job.failure
    assert (inbox.passwords, inbox.mails) == ([], [])


@pytest.mark.short
def test_url_can_allow_mail_without_encryption(mailing, port):
    inbox = Secured()
    with answering(inbox, port, authenticator=inbox.authenticate, auth_require_tls=False):
        job = mailing(f"smtp+plain://crew:password@{REMOTE}:{port}")

    assert job.outcome == JobOutcome.DONE
    assert (inbox.passwords, inbox.encrypted) == ([b"password"], [False])


def test_untrusted_certificate_is_refused(mailing, port, authority):
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "tls_context": authority.server(REMOTE)}
    with answering(inbox, port, **options):
        job = mailing(f"smtp://crew:topsecretpassword@{REMOTE}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "certificate is not trusted" in job.failure
    assert (inbox.passwords, inbox.mails) == ([], [])


def test_certificate_for_another_name_is_refused(mailing, port, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    inbox = Secured()
    with answering(inbox, port, tls_context=authority.server("192.0.2.1")):
        job = mailing(f"smtp://{REMOTE}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert inbox.mails == []


@pytest.mark.short
def test_authority_of_ssl_cert_file_is_trusted(mailing, port, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "tls_context": authority.server(REMOTE)}
    with answering(inbox, port, **options):
        job = mailing(f"smtp://crew:password@{REMOTE}:{port}")

    assert job.outcome == JobOutcome.DONE
    assert (inbox.passwords, inbox.encrypted) == ([b"password"], [True])


@pytest.mark.short
def test_local_server_needs_no_encryption(mailing, port):
    inbox = Secured()
    with answering(inbox, port):
        job = mailing(f"smtp://127.0.0.1:{port}")

    assert (job.outcome, inbox.encrypted) == (JobOutcome.DONE, [False])


def test_smtps_with_a_trusted_certificate_delivers(mailing, port, authority, monkeypatch):
    inbox = Secured()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with answering(inbox, port, ssl_context=authority.server("127.0.0.1")):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert (job.outcome, inbox.arrived) == (JobOutcome.DONE, ["ivy@crew.test"])


def test_smtps_to_a_server_without_tls_fails(mailing, port, authority):
    inbox = Secured()
    with answering(inbox, port):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert (job.outcome, inbox.mails) == (JobOutcome.FAILED, [])


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_non_ascii_password_is_sent_as_utf_8(mailing, port, mechanism):
    """RFC 4616. Dovecot, Exchange and Gmail accept it; `smtplib` by itself supports only ASCII."""
    inbox = Secured()
    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[mechanism]
    options = {"authenticator": inbox.authenticate, "auth_exclude_mechanism": [other]}
    with answering(inbox, port, auth_require_tls=False, **options):
        job = mailing(f"smtp://crew:gr%C3%BCn%E2%82%AC@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.DONE
    assert inbox.passwords == ["grün€".encode()]


OMITTED = "the server's words are left out: they repeat part of the login"


@pytest.mark.parametrize("password", ["topsecretpassword", "gr%C3%BCnes-secret"])
def test_answer_that_repeats_the_login_is_stored_without_its_words(mailing, port, password):
    """Simple servers and filtering proxies repeat the command that they refuse."""

    def repeated(server, session, envelope, mechanism, data) -> AuthResult:
        login = b64encode(b"\0" + data.login + b"\0" + data.password).decode()
        reply = f"535 5.7.8 not understood: AUTH PLAIN {login} {data.password.decode()}"
        return AuthResult(success=False, handled=False, message=reply)

    with answering(Secured(), port, authenticator=repeated, auth_require_tls=False):
        job = mailing(f"smtp://crew:{password}@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert job.failure == f"login: 535 {OMITTED}"


@pytest.mark.parametrize(
    ("password", "reply"),
    [
        # A word of a common answer: if only that word were removed, the gap would reveal the password.
        ("pass", "5.7.8 Error: authentication failed: wrong password"),
        ("AUTHENTICATION", "5.7.8 Error: authentication failed"),
        ("5.7.8", "5.7.8 Error: authentication failed"),
        # Exim and proxies truncate the command that they repeat.
        ("topsecretpassword", "unrecognized command 'AUTH PLAIN AGNyZXcAdG9wc2Vj'"),
        ("topsecretpassword", "no such user or password: topsecretp..."),
    ],
)
def test_answer_that_shows_part_of_the_login_is_omitted(mailing, port, password, reply):
    assert failure_after(f"535 {reply}", password, mailing, port) == f"login: 535 {OMITTED}"


def test_answer_that_shows_nothing_of_the_login_is_stored(mailing, port):
    """Gmail's answer links to the page for application passwords."""
    reply = "534 5.7.9 Application-specific password required. For more information, go to https://g.example/apppw"

    assert failure_after(reply, "topsecret", mailing, port) == f"login: {reply}"


def failure_after(reply, password, mailing, port):
    """Return the failure that is stored when a server refuses the login with an answer."""

    def refused(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=False, handled=False, message=reply)

    with answering(Secured(), port, authenticator=refused, auth_require_tls=False):
        return mailing(f"smtp://crew:{password}@127.0.0.1:{port}").failure


def test_password_is_not_in_the_failure_if_no_mechanism_is_supported(mailing, port):
    """Google and Microsoft offer only XOAUTH2 to accounts that cannot use passwords."""
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
    with answering(inbox, port, auth_require_tls=False, **options):
        job = mailing(f"smtp://crew:gr%C3%BCn@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "login:" in job.failure
    assert "ü" not in job.failure
    assert "xfc" not in job.failure


def test_smtps_failure_at_a_server_without_tls_names_the_smtp_scheme(mailing, port):
    with answering(Secured(), port):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "smtp:// for STARTTLS" in job.failure
