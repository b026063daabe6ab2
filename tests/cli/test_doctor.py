"""`crewroom doctor`: one line for each thing, also where all is broken; it changes nothing."""

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
    """Run it; return the lines by their name: whether it is right, and the text."""
    result = command.run("doctor", **variables)
    assert (result.exit_code, result.stderr) == (code, ""), result.output
    lines = [line.split(": ", 1) for line in result.stdout.splitlines()]
    return {name[7:]: (name[:5].strip() == "ok", told) for name, told in lines}


def wrong(command, **variables):
    found = diagnosis(command, code=1, **variables)
    return {name: told for name, (right, told) in found.items() if not right}


def contents(folder):
    return {
        path: (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


@pytest.fixture
def used(crewroom):
    crewroom.user("alice@crew.test")
    return crewroom


def test_sound_installation_has_a_line_for_each_thing_and_is_left_as_it_is(used):
    before = contents(used.instance)

    found = diagnosis(used, code=0)

    assert list(found) == NAMES
    assert all(right for right, _ in found.values())
    assert contents(used.instance) == before


def test_where_nothing_is_nothing_is_made(crewroom):
    found = wrong(crewroom)

    assert {"schema", "secret key"} <= set(found)
    assert not crewroom.instance.exists()


def test_while_the_portal_runs_it_works_too(used):
    with installations.opened(used.config()) as database, database.writing() as db:
        db.execute(text("UPDATE users SET name = 'A'"))

        # In a context of its own, as in another process: this one has a unit of work open.
        assert Context().run(diagnosis, used, code=0)


@only_sqlite("a file of SQLite is damaged")
@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a note\n" * 2000, "not a database"), (b"", "is empty"), (None, "there is no database")],
)
def test_damaged_database_is_named_and_the_rest_is_looked_at(used, content, reason):
    for path in used.instance.glob("crewroom.db*"):
        path.unlink()
    if content is not None:
        (used.instance / "crewroom.db").write_bytes(content)
        (used.instance / "crewroom.db").chmod(0o600)
    before = contents(used.instance)

    found = wrong(used)

    assert set(found) == {"database", "schema", "secret key", "clock"}
    assert reason in found["database"]
    assert contents(used.instance) == before


@only_sqlite("a file of SQLite is damaged")
def test_damage_in_the_middle_of_the_database_is_found(used):
    with (used.instance / "crewroom.db").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(os.urandom(4096 * 10))

    assert "is damaged (" in wrong(used)["database"] or "malformed" in wrong(used)["database"]


def test_newer_and_older_schemas_are_told(used):
    with installations.opened(used.config()) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert wrong(used) == {"schema": wrong(used)["schema"]}
    assert wrong(used)["schema"].startswith("9999 is newer than")


def test_schema_that_no_version_has_is_told(used):
    """What another program's migrations leave, or a downgrade that was cut off."""
    with installations.opened(used.config()) as database, database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001x'"))

    assert wrong(used)["schema"].startswith("'0001x' is not a schema of Crewroom")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (None, "is missing, and the database needs it"),
        ("changeme", "is not the key of this database"),
        ("other", "is not the key of this database"),
        ("", "is empty"),
    ],
)
def test_wrong_key_is_told(used, key, reason):
    file = used.instance / "secret_key"
    if key is None:
        file.unlink()
    else:
        file.write_text(secrets.token_hex(32) if key == "other" else key)

    found = wrong(used)

    assert list(found) == ["secret key"]
    assert reason in found["secret key"]


@only_sqlite("the database is a file")
@pytest.mark.parametrize("name", ["crewroom.db", "secret_key", "lock"])
def test_file_that_others_can_read_is_named_and_left_alone(used, name):
    (used.instance / name).chmod(0o644)

    assert f"{used.instance / name} (644)" in wrong(used)["files"]
    assert stat.S_IMODE((used.instance / name).stat().st_mode) == 0o644


def test_wrong_setting_is_one_line(crewroom):
    found = wrong(crewroom, CREWROOM_REGISTRATON="closed")

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


def test_mail_server_is_tried_without_sending(used):
    with mail_server() as (place, received):
        assert diagnosis(used, code=0, CREWROOM_SMTP_URL=f"smtp://{place}")["mail"] == (
            True,
            "127.0.0.1 takes mail",
        )

    assert received == []


def test_mail_server_that_refuses_the_password_is_told_without_it(used):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    with mail_server(authenticator=refuse, auth_require_tls=False) as (place, _):
        told = wrong(used, CREWROOM_SMTP_URL=f"smtp://crew:plums-in-the-icebox@{place}")["mail"]

    assert "535" in told
    assert "plums" not in told


def test_mail_server_that_is_not_there_is_told(used):
    assert "mail" in wrong(used, CREWROOM_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")


def test_redis_that_does_not_answer_is_told(used):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        assert "does not answer" in wrong(used, CREWROOM_RATE_LIMIT_STORAGE=url)["Redis"]
    assert (
        "does not answer"
        in wrong(used, CREWROOM_RATE_LIMIT_STORAGE=f"redis://127.0.0.1:{free_port()}")["Redis"]
    )


def test_redis_that_is_not_there_is_tried_once(used):
    """Its client tries again with pauses of up to ten seconds each, so that the command seemed to hang."""
    began = time.monotonic()
    wrong(used, CREWROOM_RATE_LIMIT_STORAGE=f"redis://127.0.0.1:{free_port()}")

    assert time.monotonic() - began < 5


def test_ignored_name_is_told(used):
    told = wrong(used, CREWROOM_PORT_FILE="/run/secrets/port")

    assert told == {"settings": "CREWROOM_PORT_FILE: not a setting, ignored as a container link; remove it"}


def test_killed_exchange_of_keys_is_finished_by_the_next_start(used):
    (used.instance / "secret_key").rename(used.instance / "secret_key.next")

    assert diagnosis(used, code=0)["secret key"] == (True, "the next start finishes replacing it")
    used.done("audit", "verify")
    assert diagnosis(used, code=0)["secret key"][1] != "the next start finishes replacing it"


def test_base_url_whose_host_is_unknown_is_told(used):
    found = wrong(used, CREWROOM_BASE_URL="https://nowhere.invalid")

    assert found["base URL"].startswith("https://nowhere.invalid: the host has no address here")


def test_clock_that_is_behind_what_the_database_holds_is_told(used):
    with installations.opened(used.config()) as database, database.writing() as db:
        db.execute(text("UPDATE audit_entries SET at = '2099-01-01 00:00:00.000000'"))

    if used.config().sqlite:
        assert "seconds from the database's" in wrong(used)["clock"]
    else:
        assert diagnosis(used, code=0)["clock"][0]
