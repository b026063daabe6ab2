"""`crewroom doctor`: a line for each check, even if everything is broken; it changes nothing."""

import os
import secrets
import socket
import stat
import time
from contextlib import contextmanager
from contextvars import Context

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy import text

from app.services.installation import installations
from tests.support.databases import only_sqlite
from tests.support.ports import free_port

NAMES = ["database", "schema", "secret key", "files", "mail", "clock", "disk", "Redis", "base URL"]


def diagnosis(command, *, code, **variables):
    """Run the command; return whether each check passed, and its text, by name."""
    result = command.run("doctor", **variables)
    assert (result.exit_code, result.stderr) == (code, ""), result.output
    lines = [line.split(": ", 1) for line in result.stdout.splitlines()]
    return {name[7:]: (name[:5].strip() == "ok", reported) for name, reported in lines}


def failures(command, **variables):
    found = diagnosis(command, code=1, **variables)
    return {name: reported for name, (right, reported) in found.items() if not right}


def contents(folder):
    return {
        path: (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


@pytest.fixture
def installed(crewroom):
    crewroom.user("alice@crew.test")
    return crewroom


def test_healthy_installation_has_a_line_for_each_check_and_is_unchanged(installed):
    before = contents(installed.instance)

    found = diagnosis(installed, code=0)

    assert list(found) == NAMES
    assert all(right for right, _ in found.values())
    assert contents(installed.instance) == before


def test_nothing_is_created_where_there_is_no_installation(crewroom):
    found = failures(crewroom)

    assert {"schema", "secret key"} <= set(found)
    assert not crewroom.instance.exists()


def test_it_works_while_the_portal_runs(installed):
    with installations.opened(installed.config()) as database, database.writing() as db:
        db.execute(text("UPDATE users SET name = 'A'"))

        # In a context of its own, as in another process: this one has a unit of work open.
        assert Context().run(diagnosis, installed, code=0)


@only_sqlite("a file of SQLite is damaged")
@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a note\n" * 2000, "not a database"), (b"", "is empty"), (None, "there is no database")],
)
def test_damaged_database_is_named_and_the_rest_is_checked(installed, content, reason):
    for path in installed.instance.glob("crewroom.db*"):
        path.unlink()
    if content is not None:
        (installed.instance / "crewroom.db").write_bytes(content)
        (installed.instance / "crewroom.db").chmod(0o600)
    before = contents(installed.instance)

    found = failures(installed)

    assert set(found) == {"database", "schema", "secret key", "clock"}
    assert reason in found["database"]
    assert contents(installed.instance) == before


@only_sqlite("a file of SQLite is damaged")
def test_damage_in_the_middle_of_the_database_is_found(installed):
    with (installed.instance / "crewroom.db").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(os.urandom(4096 * 10))

    assert "is damaged (" in failures(installed)["database"] or "malformed" in failures(installed)["database"]


def test_newer_schema_is_reported(installed):
    with installations.opened(installed.config()) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert failures(installed) == {"schema": failures(installed)["schema"]}
    assert failures(installed)["schema"].startswith("9999 is newer than")


def test_unknown_schema_is_reported(installed):
    """As other migrations or an interrupted downgrade leave it."""
    with installations.opened(installed.config()) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001x'"))

    assert failures(installed)["schema"].startswith("'0001x' is not a schema of Crewroom")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "is missing, and the database needs it"),
        ("changeme", "is not the key of this database"),
        ("other", "is not the key of this database"),
        ("", "is empty"),
    ],
)
def test_wrong_key_is_reported(installed, key, reason):
    file = installed.instance / "secret_key"
    if key is None:
        file.unlink()
    else:
        file.write_text(secrets.token_hex(32) if key == "other" else key)

    found = failures(installed)

    assert list(found) == ["secret key"]
    assert reason in found["secret key"]


@only_sqlite("the database is a file")
@pytest.mark.parametrize("name", ["crewroom.db", "secret_key", "lock"])
def test_file_that_others_can_read_is_named_and_left_unchanged(installed, name):
    (installed.instance / name).chmod(0o644)

    assert f"{installed.instance / name} (644)" in failures(installed)["files"]
    assert stat.S_IMODE((installed.instance / name).stat().st_mode) == 0o644


def test_wrong_setting_is_one_line(crewroom):
    found = failures(crewroom, CREWROOM_REGISTRATON="closed")

    assert found == {"settings": "CREWROOM_REGISTRATON: not a setting; did you mean CREWROOM_REGISTRATION?"}


@contextmanager
def mail_server(**options):
    received = []

    class Receiver:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
            received.append(envelope)
            return "250 OK"

    controller = Controller(Receiver(), hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}", received
    finally:
        controller.stop()


def test_mail_server_is_checked_without_sending_mail(installed):
    with mail_server() as (place, received):
        assert diagnosis(installed, code=0, CREWROOM_SMTP_URL=f"smtp://{place}")["mail"] == (
            True,
            "127.0.0.1 takes mail",
        )

    assert received == []


def test_mail_server_refusing_the_password_is_reported_without_it(installed):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    with mail_server(authenticator=refuse, auth_require_tls=False) as (place, _):
        reported = failures(installed, CREWROOM_SMTP_URL=f"smtp://crew:plums-in-the-icebox@{place}")["mail"]

    assert "535" in reported
    assert "plums" not in reported


def test_missing_mail_server_is_reported(installed):
    assert "mail" in failures(installed, CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")


def test_redis_that_does_not_answer_is_reported(installed):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        assert "does not answer" in failures(installed, CREWROOM_RATE_LIMIT_STORAGE=url)["Redis"]
    assert (
        "does not answer"
        in failures(installed, CREWROOM_RATE_LIMIT_STORAGE=f"redis://127.0.0.1:{free_port()}")["Redis"]
    )


def test_missing_redis_is_tried_once(installed):
    """The Redis client retries with pauses of up to ten seconds each, so the command seemed to hang."""
    began = time.monotonic()
    failures(installed, CREWROOM_RATE_LIMIT_STORAGE=f"redis://127.0.0.1:{free_port()}")

    assert time.monotonic() - began < 5


def test_ignored_name_is_reported(installed):
    reported = failures(installed, CREWROOM_PORT_FILE="/run/secrets/port")

    assert reported == {
        "settings": "CREWROOM_PORT_FILE: not a setting, ignored as a container link; remove it"
    }


def test_interrupted_rotation_is_completed_by_the_next_start(installed):
    (installed.instance / "secret_key").rename(installed.instance / "secret_key.next")

    assert diagnosis(installed, code=0)["secret key"] == (True, "the next start finishes replacing it")
    installed.done("audit", "verify")
    assert diagnosis(installed, code=0)["secret key"][1] != "the next start finishes replacing it"


def test_base_url_with_an_unknown_host_is_reported(installed):
    found = failures(installed, CREWROOM_BASE_URL="https://nowhere.invalid")

    assert found["base URL"].startswith("https://nowhere.invalid: the host has no address here")


def test_clock_behind_the_newest_row_is_reported(installed):
    with installations.opened(installed.config()) as database, database.writing() as db:
        db.execute(text("UPDATE audit_entries SET at = '2099-01-01 00:00:00.000000'"))

    if installed.config().sqlite:
        assert "seconds from the database's" in failures(installed)["clock"]
    else:
        assert diagnosis(installed, code=0)["clock"][0]
