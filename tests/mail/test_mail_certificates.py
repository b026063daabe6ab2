"""Common faults of mail servers' certificates, with STARTTLS and with TLS from the start.

`crewroom mail test` reports the fault in one line. Queued mail waits until it is fixed, and until
then neither a password nor a mail is sent, encrypted or not.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from app.base import clock
from app.models import Job, JobOutcome
from app.services.jobs import outcomes
from app.services.mail import outbox
from tests.support.certificates import Authority
from tests.support.commands import CommandLine
from tests.support.mail_servers import Secured, answering
from tests.support.portal import Portal
from tests.support.ports import free_port

# An address of this machine that does not count as local, so it is treated as remote.
REMOTE = "0.0.0.0"
SCHEMES = ("smtp", "smtps")
LAST_YEAR, NEXT_YEAR = (-730, -365), (365, 730)
UNKNOWN = "unable to get local issuer certificate); to trust its issuer, set SSL_CERT_FILE"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def installed(crewroom: CommandLine) -> CommandLine:
    crewroom.install()
    return crewroom


@contextmanager
def secured(scheme: str, port: int, certificate: ssl.SSLContext) -> Iterator[Secured]:
    """A server that accepts passwords without encryption too, to show that none is sent."""
    inbox = Secured()
    tls: dict[str, Any] = {"smtp": "tls_context", "smtps": "ssl_context"}
    options = {tls[scheme]: certificate, "authenticator": inbox.authenticate, "auth_require_tls": False}
    with answering(inbox, port, **options):
        yield inbox


def refusals(
    authority: Authority, outdated: Authority, stranger: Authority
) -> dict[str, tuple[ssl.SSLContext, Authority, str]]:
    """Return each wrong certificate, the authority that the portal trusts, and the reported reason."""
    return {
        "expired": (authority.server(REMOTE, days=LAST_YEAR), authority, "(certificate has expired)"),
        "clock of this machine is wrong": (
            authority.server(REMOTE, days=NEXT_YEAR),
            authority,
            "(certificate is not yet valid)",
        ),
        "expired authority": (outdated.server(REMOTE), outdated, "(certificate has expired)"),
        "self-signed": (authority.self_signed(REMOTE), authority, "(self-signed certificate); to trust"),
        "another authority": (stranger.server(REMOTE), authority, f"({UNKNOWN}"),
        "authority recreated with the same name": (
            outdated.server(REMOTE),
            authority,
            "(certificate signature failure); to trust",
        ),
        "another name": (
            authority.server("192.0.2.1"),
            authority,
            "(IP address mismatch, certificate is not valid for '0.0.0.0')",
        ),
        "common name only, as on old appliances": (
            authority.server(REMOTE, common_name=REMOTE, names=False),
            authority,
            "(IP address mismatch, certificate is not valid for '0.0.0.0')",
        ),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_wrong_certificate_is_reported_in_one_line_and_nothing_is_sent(
    installed, authority, tmp_path, scheme, subtests
):
    outdated = Authority(folder(tmp_path, "outdated"), days=LAST_YEAR)
    stranger = Authority(folder(tmp_path, "stranger"), name="Another CA")

    for name, (certificate, trusted, reason) in refusals(authority, outdated, stranger).items():
        with subtests.test(name):
            port = free_port()
            with secured(scheme, port, certificate) as inbox:
                result = run(installed, scheme, port, SSL_CERT_FILE=str(trusted.file))

            line = f"Error: Not sent ({REMOTE}:{port}), TLS: the server's certificate is not trusted {reason}"
            assert result.exit_code == 1
            assert result.stderr.startswith(line)
            assert result.stderr.count("\n") == 1
            assert (inbox.passwords, inbox.encrypted, inbox.mails) == ([], [], [])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_authority_of_ssl_cert_file_is_trusted(installed, authority, scheme):
    port = free_port()
    with secured(scheme, port, authority.server(REMOTE)) as inbox:
        result = run(installed, scheme, port, SSL_CERT_FILE=str(authority.file))

    assert result.stdout == f"Sent to ops@crew.test by {REMOTE}:{port}, encrypted: 250 OK\n"
    assert (result.exit_code, inbox.passwords, inbox.encrypted) == (0, [b"topsecret"], [True])


def test_self_signed_certificate_of_ssl_cert_file_is_trusted(installed, authority, tmp_path):
    port = free_port()
    certificate = authority.self_signed(REMOTE)
    with secured("smtp", port, certificate):
        known = tmp_path / "known.pem"
        known.write_text(authority.newest.read_text().partition("-----END PRIVATE KEY-----")[2])
        result = run(installed, "smtp", port, SSL_CERT_FILE=str(known))

    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "without the authority"])
def test_unusable_ssl_cert_file_trusts_no_certificate(installed, authority, tmp_path, scheme, kind):
    """OpenSSL ignores a file that it cannot use, and Python reports nothing."""
    file = tmp_path / "authorities"
    if kind == "folder":
        file.mkdir()
    elif kind == "without the authority":
        file = Authority(folder(tmp_path, "other"), name="Another CA").file
    elif kind != "missing":
        file.write_text({"empty": "", "text": "see the wiki\n"}[kind])
    port = free_port()
    with secured(scheme, port, authority.server(REMOTE)) as inbox:
        result = run(installed, scheme, port, SSL_CERT_FILE=str(file))

    assert result.exit_code == 1
    assert UNKNOWN in result.stderr
    assert (inbox.passwords, inbox.mails) == ([], [])


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_server_without_tls_1_2_is_refused(installed, authority):
    """Exchange 2010 and old appliances support only TLS 1.0."""
    certificate = authority.server(REMOTE)
    certificate.set_ciphers("ALL:@SECLEVEL=0")
    certificate.minimum_version = ssl.TLSVersion.TLSv1
    certificate.maximum_version = ssl.TLSVersion.TLSv1_1
    port = free_port()
    with secured("smtp", port, certificate) as inbox:
        result = run(installed, "smtp", port, SSL_CERT_FILE=str(authority.file))

    assert result.exit_code == 1
    assert "TLS: no encryption was agreed on" in result.stderr
    assert result.stderr.endswith("; TLS 1.2 or newer is needed\n")
    assert (inbox.passwords, inbox.mails) == ([], [])


def test_server_that_offers_starttls_and_fails_gets_nothing(installed, authority):
    """Postfix without a readable key: 454 4.7.0 TLS not available due to local problem."""
    port = free_port()
    inbox = Secured(starttls="454 4.7.0 TLS not available due to local problem")
    options = {"authenticator": inbox.authenticate, "tls_context": authority.server(REMOTE)}
    with answering(inbox, port, auth_require_tls=False, **options):
        result = run(installed, "smtp", port)

    assert result.exit_code == 1
    assert "TLS: 454 4.7.0 TLS not available due to local problem" in result.stderr
    assert (inbox.passwords, inbox.mails) == ([], [])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_queued_mail_waits_for_a_good_certificate(settings_for, authority, scheme, monkeypatch, capsys):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(outcomes, "_out_of_order", set())
    port = free_port()
    portal = Portal(settings_for(CREWROOM_SMTP_URL=f"{scheme}://crew:topsecret@{REMOTE}:{port}"))
    with portal.writing():
        outbox.queue("removed", "ivy@crew.test", organization="Northwind")
        outbox.queue("removed", "bob@crew.test", organization="Northwind")

    with time_machine.travel(clock.now(), tick=False) as traveller:
        with secured(scheme, port, authority.server(REMOTE, days=LAST_YEAR)) as expired:
            portal.run_jobs()
        waiting = jobs(portal)
        with secured(scheme, port, authority.server(REMOTE)) as renewed:
            traveller.shift(timedelta(minutes=1))
            portal.run_jobs()
    portal.close()

    reason = "TLS: the server's certificate is not trusted (certificate has expired)"
    assert {(job.outcome, job.done_at, job.failure) for job in waiting} == {(JobOutcome.FAILED, None, reason)}
    assert (expired.passwords, expired.mails) == ([], [])
    assert sorted(renewed.arrived) == ["bob@crew.test", "ivy@crew.test"]
    assert set(renewed.encrypted) == {True}
    log = capsys.readouterr().err
    assert [log.count("outage_began"), log.count("outage_ended")] == [1, 1]
    assert reason in next(line for line in log.splitlines() if "outage_began" in line)
    assert "topsecret" not in log


def folder(parent: Path, name: str) -> Path:
    path = parent / name
    path.mkdir()
    return path


def jobs(portal: Portal) -> list[Job]:
    with portal.database.reading() as db:
        return db.query(Job).all()


def run(installed: CommandLine, scheme: str, port: int, **variables: str):
    url = f"{scheme}://crew:topsecret@{REMOTE}:{port}"
    result = installed.run("mail", "test", "ops@crew.test", CREWROOM_SMTP_URL=url, **variables)
    assert "topsecret" not in result.output
    return result
