"""`crewroom mail test`: one mail that bypasses the queue, and the mail server's answer in one line."""

import pytest

from tests.support.mail_servers import Scripted, answering
from tests.support.portal import read_mails
from tests.support.ports import free_port

TO = "ops@crew.test"


@pytest.fixture
def installed(crewroom):
    crewroom.install()
    return crewroom


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ({"connect": ["554 5.7.1 go away"] * 2}, "connect: 554 5.7.1 go away"),
        ({"mail": "530 5.7.0 Must issue a STARTTLS command first"}, "MAIL FROM: 530 5.7.0 Must issue"),
        ({"rcpt": "550 5.1.1 User unknown"}, "RCPT TO: 550 5.1.1 User unknown"),
        ({"data": "451 4.3.0 try later"}, "DATA: 451 4.3.0 try later"),
        ({"message": "554 5.7.1 looks like spam"}, "after the message: 554 5.7.1 looks like spam"),
    ],
)
def test_refusal_is_one_line_with_its_stage(installed, script, printed):
    port = free_port()
    with answering(Scripted(**script), port):
        result = installed.run("mail", "test", TO, CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}")

    assert result.exit_code == 1
    assert printed in result.stderr
    assert f"127.0.0.1:{port}" in result.stderr
    assert result.stderr.count("\n") == 1


def test_no_server_is_one_line(installed):
    result = installed.run("mail", "test", TO, CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")

    assert result.exit_code == 1
    assert "Connection refused" in result.stderr
    assert result.stderr.count("\n") == 1


def test_wrong_password_is_not_repeated(installed):
    port = free_port()
    url = f"smtp://crew:topsecretpassword@127.0.0.1:{port}"
    with answering(Scripted(), port):
        result = installed.run("mail", "test", TO, CREWROOM_SMTP_URL=url)

    assert result.exit_code == 1
    assert "login:" in result.stderr
    assert "topsecret" not in result.output


def test_success_prints_the_answer_of_the_server(installed):
    port = free_port()
    with answering(Scripted(message="250 2.0.0 Ok: queued as 4XYZ"), port):
        result = installed.run("mail", "test", TO, CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{port}")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Sent to {TO} by 127.0.0.1:{port}, not encrypted: 250 2.0.0 Ok: queued as 4XYZ\n"


def test_without_a_server_the_mail_is_a_file(installed):
    printed = installed.done("mail", "test", TO)

    (mail,) = read_mails(installed.instance / "mail")
    assert (mail["To"], mail["Subject"]) == (TO, "Crewroom can send mail")
    assert printed.startswith(f"Written to {installed.instance / 'mail'}")


@pytest.mark.parametrize("address", ["ops", "ops@", "ops@crew.test\nRCPT TO:<x@crew.test>"])
def test_bad_address_is_refused(installed, address):
    result = installed.run("mail", "test", address)

    assert result.exit_code == 1
    assert "Invalid email format" in result.stderr


@pytest.mark.short
@pytest.mark.parametrize("sign", list("#@/?: "))
def test_unusual_character_in_the_password_is_named_by_its_code(installed, sign):
    result = installed.run("mail", "test", TO, CREWROOM_SMTP_URL=f"smtp://crew:pass{sign}word@127.0.0.1:25")

    assert result.exit_code == 1
    assert f"%{ord(sign):02X}" in result.stderr
    assert "word@" not in result.stderr
