"""Refused backups: each is explained in one line, and nothing is written."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.migrations import bring_up_to_date, migrate
from app.storage.database import Database
from tests.support.commands import CommandLine, refused
from tests.support.databases import only_sqlite
from tests.support.serving import CREWROOM
from tests.support.uploading import make_app, upload

pytestmark = pytest.mark.timeout(240)  # for the many processes it starts


@pytest.fixture
def installed(crewroom):
    crewroom.user("alice@crew.test")
    return crewroom


def test_missing_file_argument_is_a_usage_error(installed):
    for command in ("backup", "restore"):
        assert installed.run(command).exit_code == 2


def test_existing_file_is_never_replaced(installed, tmp_path):
    (tmp_path / "there").write_text("precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")

    for name in ("there", "dangling"):
        assert "already exists" in refused(installed.run("backup", str(tmp_path / name)))

    assert (tmp_path / "there").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_missing_folder_is_reported(installed, tmp_path):
    error = refused(installed.run("backup", str(tmp_path / "no" / "backup.tar")))

    assert error == f"{tmp_path / 'no' / 'backup.tar'} cannot be written (No such file or directory)."


def test_folder_without_an_installation_cannot_be_backed_up(crewroom, tmp_path):
    error = refused(crewroom.run("backup", str(tmp_path / "backup.tar")))

    assert error == (
        f"There is no installation in {crewroom.instance}. "
        "CREWROOM_INSTANCE names the folder; `crewroom serve` creates a new installation in it."
    )
    assert list(tmp_path.iterdir()) == []


@only_sqlite("the file of SQLite is removed")
def test_missing_database_is_not_backed_up_as_empty(installed, tmp_path):
    for path in installed.instance.glob("crewroom.db*"):
        path.unlink()

    assert "There is no installation in" in refused(installed.run("backup", str(tmp_path / "backup.tar")))
    assert not list(installed.instance.glob("crewroom.db*"))


def test_database_of_another_schema_is_refused(tmp_path):
    command = CommandLine(tmp_path / "instance")
    command.user("alice@crew.test")
    database = Database(command.config())
    with database.engine.begin() as connection:
        migrate(connection, "0005", down=True)
    older = refused(command.run("backup", str(tmp_path / "backup.tar")))
    bring_up_to_date(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    newer = refused(command.run("backup", str(tmp_path / "backup.tar")))

    assert older.startswith("The database has schema 0005")
    assert newer.startswith("the database has schema 9999")


@only_sqlite("a file of SQLite is damaged")
def test_damaged_database_is_reported(installed, tmp_path):
    with (installed.instance / "crewroom.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))

    error = refused(installed.run("backup", str(tmp_path / "backup.tar")))

    assert error.startswith("CREWROOM_DATABASE_URL: the database cannot be opened (")
    assert list(tmp_path.glob("backup.tar*")) == []


@pytest.mark.long
def test_command_during_a_restore_is_refused(installed):
    with (installed.instance / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        error = refused(installed.run("user", "list"))

    assert error.startswith("A backup is being restored into")
    assert installed.run("user", "list").exit_code == 0


@pytest.mark.long
def test_backup_that_is_terminated_leaves_no_file(installed, tmp_path):
    environment = {**os.environ, **{name: value for name, value in installed.variables.items() if value}}
    script = f"exec {CREWROOM} backup {tmp_path / 'backup.tar'}"
    with (installed.instance / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # so that it waits after creating its file
        process = subprocess.Popen(["sh", "-c", script], env=environment, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("backup.tar.unfinished-*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert process.returncode == 143
    assert list(tmp_path.glob("backup.tar*")) == []


# Runs the command and prints its peak memory in kB.
MEASURED = """
import atexit, pathlib
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print("peak", status.read_text().partition("VmHWM:")[2].split()[0]))
from app.cli import main
main()
"""


def peak(command: CommandLine, *arguments: str) -> int:
    """Run a command and return its peak memory in MB."""
    environment = {**os.environ, **{name: value for name, value in command.variables.items() if value}}
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ran.stdout.rpartition("peak ")[2]) // 1024


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_large_files_do_not_increase_memory(cast, tmp_path):
    command = CommandLine(cast.portal.config.instance)
    command.variables["CREWROOM_DATABASE_URL"] = cast.portal.config.database_url
    app = make_app(cast)
    small = peak(command, "backup", str(tmp_path / "small.tar"))
    upload(cast.api("uma"), app, "1.0.0", os.urandom(80 * 1024 * 1024))

    large = peak(command, "backup", str(tmp_path / "large.tar"))
    empty = peak(CommandLine(tmp_path / "one"), "restore", str(tmp_path / "small.tar"))
    full = peak(CommandLine(tmp_path / "two"), "restore", str(tmp_path / "large.tar"))

    assert large - small < 20
    assert full - empty < 20
