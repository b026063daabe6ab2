"""Mail leaves encrypted, to a server with a certificate that is trusted, or not at all."""

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

# Reached on this machine, but by an address that is not one of its own names: what counts as far away.
FAR = "0.0.0.0"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def mailing(settings_for) -> Iterator:
    """Make portals that send one mail; return its row."""
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


@pytest.mark.parametrize("userinfo", ["", "crew:topsecretpassword@"])
def test_server_that_offers_no_encryption_gets_neither_password_nor_mail(mailing, port, userinfo):
    """Somebody on the way who removes the offer (STARTTLS stripping) looks just the same."""
    inbox = Secured()
    with answering(inbox, port, authenticator=inbox.authenticate, auth_require_tls=False):
        job = mailing(f"smtp://{userinfo}{FAR}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "STARTTLS" in job.failure
    assert "smtp+plain://" in job.failure
    assert (inbox.passwords, inbox.mails) == ([], [])


def test_url_may_say_that_nothing_is_encrypted(mailing, port):
    inbox = Secured()
    with answering(inbox, port, authenticator=inbox.authenticate, auth_require_tls=False):
        job = mailing(f"smtp+plain://crew:password@{FAR}:{port}")

    assert job.outcome == JobOutcome.DONE
    assert (inbox.passwords, inbox.encrypted) == ([b"password"], [False])


def test_certificate_of_a_stranger_is_refused(mailing, port, authority):
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "tls_context": authority.server(FAR)}
    with answering(inbox, port, **options):
        job = mailing(f"smtp://crew:topsecretpassword@{FAR}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "certificate is not trusted" in job.failure
    assert (inbox.passwords, inbox.mails) == ([], [])


def test_certificate_for_another_name_is_refused(mailing, port, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    inbox = Secured()
    with answering(inbox, port, tls_context=authority.server("192.0.2.1")):
        job = mailing(f"smtp://{FAR}:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert inbox.mails == []


def test_own_authority_is_trusted_by_ssl_cert_file(mailing, port, authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "tls_context": authority.server(FAR)}
    with answering(inbox, port, **options):
        job = mailing(f"smtp://crew:password@{FAR}:{port}")

    assert job.outcome == JobOutcome.DONE
    assert (inbox.passwords, inbox.encrypted) == ([b"password"], [True])


def test_server_on_this_machine_may_go_without(mailing, port):
    inbox = Secured()
    with answering(inbox, port):
        job = mailing(f"smtp://127.0.0.1:{port}")

    assert (job.outcome, inbox.encrypted) == (JobOutcome.DONE, [False])


def test_smtps_checks_the_certificate_too(mailing, port, authority, monkeypatch):
    inbox = Secured()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with answering(inbox, port, ssl_context=authority.server("127.0.0.1")):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert (job.outcome, inbox.arrived) == (JobOutcome.DONE, ["ivy@crew.test"])


def test_smtps_to_a_stranger_is_refused(mailing, port, authority):
    inbox = Secured()
    with answering(inbox, port):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert (job.outcome, inbox.mails) == (JobOutcome.FAILED, [])


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_password_of_any_letters_is_sent_as_utf_8(mailing, port, mechanism):
    """RFC 4616; Postfix with Dovecot, Exchange and Gmail take it so. smtplib alone knows ASCII only."""
    inbox = Secured()
    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[mechanism]
    options = {"authenticator": inbox.authenticate, "auth_exclude_mechanism": [other]}
    with answering(inbox, port, auth_require_tls=False, **options):
        job = mailing(f"smtp://crew:gr%C3%BCn%E2%82%AC@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.DONE
    assert inbox.passwords == ["grün€".encode()]


LEFT_OUT = "the server's words are left out: they repeat part of the login"


@pytest.mark.parametrize("password", ["topsecretpassword", "gr%C3%BCnes-secret"])
def test_answer_that_repeats_the_login_is_kept_without_it(mailing, port, password):
    """Simple servers and filtering proxies repeat the command that they do not like."""

    def repeated(server, session, envelope, mechanism, data) -> AuthResult:
        login = b64encode(b"\0" + data.login + b"\0" + data.password).decode()
        said = f"535 5.7.8 not understood: AUTH PLAIN {login} {data.password.decode()}"
        return AuthResult(success=False, handled=False, message=said)

    with answering(Secured(), port, authenticator=repeated, auth_require_tls=False):
        job = mailing(f"smtp://crew:{password}@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert job.failure == f"login: 535 {LEFT_OUT}"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        # A word of a common answer: with that word alone taken out, its place shows the password.
        ("pass", "5.7.8 Error: authentication failed: wrong password"),
        ("AUTHENTICATION", "5.7.8 Error: authentication failed"),
        ("5.7.8", "5.7.8 Error: authentication failed"),
        # Exim and proxies cut off the command that they repeat.
        ("topsecretpassword", "unrecognized command 'AUTH PLAIN AGNyZXcAdG9wc2Vj'"),
        ("topsecretpassword", "no such user or password: topsecretp..."),
    ],
)
def test_answer_that_shows_part_of_the_login_is_left_out(mailing, port, password, said):
    assert failure_after(f"535 {said}", password, mailing, port) == f"login: 535 {LEFT_OUT}"


def test_answer_that_shows_nothing_of_the_login_is_kept(mailing, port):
    """Gmail says where to make a password for applications."""
    said = "534 5.7.9 Application-specific password required. For more information, go to https://g.example/apppw"

    assert failure_after(said, "topsecret", mailing, port) == f"login: {said}"


def failure_after(said, password, mailing, port):
    """What is kept of an answer with which a server refuses a login."""

    def refused(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=False, handled=False, message=said)

    with answering(Secured(), port, authenticator=refused, auth_require_tls=False):
        return mailing(f"smtp://crew:{password}@127.0.0.1:{port}").failure


def test_letter_of_a_password_is_not_printed_where_no_login_fits(mailing, port):
    """Google and Microsoft offer XOAUTH2 alone to accounts that may not use passwords."""
    inbox = Secured()
    options = {"authenticator": inbox.authenticate, "auth_exclude_mechanism": ["PLAIN", "LOGIN"]}
    with answering(inbox, port, auth_require_tls=False, **options):
        job = mailing(f"smtp://crew:gr%C3%BCn@127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "login:" in job.failure
    assert "ü" not in job.failure
    assert "xfc" not in job.failure


def test_tls_from_the_beginning_to_a_server_without_names_the_other_scheme(mailing, port):
    with answering(Secured(), port):
        job = mailing(f"smtps://127.0.0.1:{port}")

    assert job.outcome == JobOutcome.FAILED
    assert "smtp:// for STARTTLS" in job.failure
