"""`crewroom secret-key rotate` and `reset`, killed before each of their steps.

Afterwards either the old key or the new one is valid for everything: starting works or names the command to
run, and running the same command again completes it.
"""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator

import psycopg
import pytest

from tests.support.commands import CommandLine, refused
from tests.support.killed_commands import KillableCommands, Step
from tests.support.secret_key_users import SecretKeyUsers, add_authenticator_app, decrypted_app_secret
from tests.support.serving import CREWROOM
from tests.support.soak import LONG

KILLED = -9
ROTATE = ("secret-key", "rotate")
RESET = ("secret-key", "reset", "--yes")

pytestmark = pytest.mark.timeout(900 if LONG else 120)


@pytest.fixture
def installed(crewroom: CommandLine) -> SecretKeyUsers:
    return SecretKeyUsers(crewroom)


@pytest.fixture
def killable(installed: SecretKeyUsers) -> Iterator[KillableCommands]:
    with KillableCommands(installed.command.variables) as commands:
        yield commands


def lose_key(installed: SecretKeyUsers) -> None:
    installed.file.unlink()


def replace_key(installed: SecretKeyUsers) -> None:
    """The mistake of hosts with separate folders on one database, or a container without its volume."""
    installed.file.write_text(secrets.token_hex(32))


@pytest.mark.long
def test_killed_rotation_leaves_the_old_or_the_new_key_and_completes_when_run_again(
    installed, killable, subtests
):
    portal = installed.command.portal()
    secret = add_authenticator_app(portal, "alice@crew.test")
    portal.close()

    for step, committed in kill_points(killable.run(*ROTATE).steps):
        with subtests.test(step=step):
            before = installed.file.read_text()
            assert killable.run(*ROTATE, before=step).code == KILLED
            assert doctor(installed).startswith("ok ")
            assert "whole" in installed.verify()
            assert (installed.file.read_text() != before) == committed
            assert decrypted_app_secret(installed) == secret

            killable.run(*ROTATE, before=step)
            assert killable.run(*ROTATE).code == 0
            check_sound(installed)
            assert installed.file.read_text() != before
            assert decrypted_app_secret(installed) == secret


@pytest.mark.long
@pytest.mark.parametrize("loss", [lose_key, pytest.param(replace_key, marks=pytest.mark.long)])
def test_killed_reset_leaves_a_lost_or_the_new_key_and_completes_when_run_again(
    installed, killable, loss, subtests
):
    loss(installed)

    for step, committed in kill_points(killable.run(*RESET).steps):
        with subtests.test(step=step):
            loss(installed)
            assert killable.run(*RESET, before=step).code == KILLED
            exchanged = committed and step.kind != "os.rename"  # the new key is in place, so no key is lost
            if committed:
                assert doctor(installed).startswith("ok ")
            else:
                assert "run `crewroom secret-key reset`" in doctor(installed)
                assert "run `crewroom secret-key reset`" in refused(installed.command.run("user", "list"))
            assert killable.run(*RESET).code == (1 if exchanged else 0)
            check_sound(installed)


@pytest.mark.long
def test_portal_serves_after_a_kill_during_the_exchange(installed, killable, serve):
    server = serve()
    server.stop()

    for step in (Step("commit", 2), Step("os.rename", 1), Step("fsync", 3)):
        assert killable.run(*ROTATE, before=step).code == KILLED
        server.start()
        with server.client(installed.key) as client:
            assert client.get("/organization/").status_code == 200
        assert server.stop() == 0
        check_sound(installed)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_new_key_is_kept_if_the_server_completes_the_commit(crewroom, database_url, postgres):
    """Killing a client does not end its commit: Postgres still waits for a slow standby."""
    crewroom.variables["CREWROOM_DATABASE_URL"] = database_url.replace("+psycopg", "")
    crewroom.user("alice@crew.test")
    before = (crewroom.instance / "secret_key").read_text()
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as operator:
        operator.execute("ALTER ROLE crew SET synchronous_commit = on")
        configure(operator, "ALTER SYSTEM SET synchronous_standby_names = 'slow'")
        rotating = start(crewroom, *ROTATE)
        wait_for(operator, "IPC", "SyncRep")
        rotating.kill()
        rotating.wait(30)
        starting = start(crewroom, "user", "list")
        wait_for(operator, "Lock", "relation")
        configure(operator, "ALTER SYSTEM RESET synchronous_standby_names")
        operator.execute("ALTER ROLE crew RESET synchronous_commit")

    assert "alice@crew.test" in starting.communicate(timeout=30)[0]
    assert (crewroom.instance / "secret_key").read_text() != before
    assert "whole" in crewroom.done("audit", "verify")


def configure(operator: psycopg.Connection, statement: str) -> None:
    operator.execute(statement)
    operator.execute("SELECT pg_reload_conf()")


def start(crewroom: CommandLine, *arguments: str) -> subprocess.Popen[str]:
    given = {name: value for name, value in crewroom.variables.items() if value}
    return subprocess.Popen(
        [CREWROOM, *arguments], env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    )


def wait_for(operator: psycopg.Connection, kind: str, name: str) -> None:
    """Wait until a connection of the server has this wait event."""
    query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = %s AND wait_event = %s"
    deadline = time.monotonic() + 15
    while not operator.execute(query, (kind, name)).fetchone():
        assert time.monotonic() < deadline, name
        time.sleep(0.05)


def kill_points(steps: list[Step]) -> Iterator[tuple[Step, bool]]:
    """Yield each step, and whether it comes after the commit.

    Short runs take the steps around the new key's file and the two commits, and the last statement.
    """
    committed = max(place for place, step in enumerate(steps) if step.kind == "commit")
    statement = max(place for place, step in enumerate(steps) if step.kind == "statement")
    for place, step in enumerate(steps):
        if LONG or place == statement or step.kind in {"os.chmod", "commit", "os.rename"}:
            yield step, place > committed


def check_sound(installed: SecretKeyUsers) -> None:
    """Assert that the portal works with one key, and that the folder contains no other."""
    assert "whole" in installed.verify()
    assert installed.status(installed.key) == 200
    assert doctor(installed).startswith("ok ")
    assert not (installed.command.instance / "secret_key.next").exists()


def doctor(installed: SecretKeyUsers) -> str:
    lines = installed.command.run("doctor").stdout.splitlines()
    return next(line for line in lines if "secret key: " in line)
