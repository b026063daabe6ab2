"""A small backup to tamper with, and an installation that refused restores must leave unchanged."""

from pathlib import Path

import pytest

from tests.support.commands import CommandLine, refused
from tests.support.databases import on_postgres
from tests.support.uploading import upload

CONTENT = b"an archive of an app" * 1000


@pytest.fixture(scope="module")
def small_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of a portal with one account, one organization and one bundle."""
    folder = tmp_path_factory.mktemp("archive")
    crewroom = CommandLine(folder / "instance")
    alice = crewroom.person("alice@crew.test")
    portal = crewroom.portal()
    org = portal.organization(alice)
    program = portal.api(portal.key(alice))
    app = program.post("/app/", orgId=org, name="Atlas").get_json()["data"]["id"]
    assert upload(program, app, "1.0.0", CONTENT).status_code == 200
    portal.close()
    crewroom.done("backup", str(folder / "backup.tar"))
    return folder / "backup.tar"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Return an installation with an account; on Postgres an empty one, as a restore requires."""
    command = CommandLine(tmp_path_factory.mktemp("untouched") / "other")
    if not on_postgres():
        command.user("zoe@crew.test")
    return command


def state(command: CommandLine) -> dict[str, bytes]:
    """Return every file of an installation."""
    return {
        str(path): path.read_bytes()
        for path in command.instance.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def refusal(command: CommandLine, path: Path) -> str:
    """Assert that a backup is refused with one line and that nothing changed; return the line."""
    before = state(command)
    line = refused(command.run("restore", "--replace", "--accept-broken-record", str(path)))
    assert state(command) == before
    return line
