"""Backups: what is refused with one line, and that nothing is left or made then."""

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

pytestmark = pytest.mark.timeout(240)  # many processes, each of which starts anew


@pytest.fixture
def used(crewroom):
    crewroom.user("alice@crew.test")
    return crewroom


def test_no_file_is_wrong_usage(used):
    for command in ("backup", "restore"):
        assert used.run(command).exit_code == 2


def test_a_file_that_exists_is_never_replaced(used, tmp_path):
    (tmp_path / "there").write_text("precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")

    for name in ("there", "dangling"):
        assert "already exists" in refused(used.run("backup", str(tmp_path / name)))

    assert (tmp_path / "there").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_not_there_is_told(used, tmp_path):
    told = refused(used.run("backup", str(tmp_path / "no" / "backup.tar")))

    assert told == f"{tmp_path / 'no' / 'backup.tar'} cannot be written (No such file or directory)."


def test_where_nothing_is_there_is_nothing_to_back_up(crewroom, tmp_path):
    told = refused(crewroom.run("backup", str(tmp_path / "backup.tar")))

    assert told == (
        f"There is no installation in {crewroom.instance}. "
        "CREWROOM_INSTANCE names the folder; `crewroom serve` creates a new installation in it."
    )
    assert list(tmp_path.iterdir()) == []


@only_sqlite("the file of SQLite is removed")
def test_a_database_that_is_gone_is_not_backed_up_empty(used, tmp_path):
    for path in used.instance.glob("crewroom.db*"):
        path.unlink()

    assert "There is no installation in" in refused(used.run("backup", str(tmp_path / "backup.tar")))
    assert not list(used.instance.glob("crewroom.db*"))


def test_another_schema_is_left_as_it_is(tmp_path):
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
def test_a_damaged_database_is_told(used, tmp_path):
    with (used.instance / "crewroom.db").open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))

    told = refused(used.run("backup", str(tmp_path / "backup.tar")))

    assert told.startswith("CREWROOM_DATABASE_URL: the database cannot be opened (")
    assert list(tmp_path.glob("backup.tar*")) == []


@pytest.mark.long
def test_while_a_backup_is_restored_others_wait_and_are_told(used):
    with (used.instance / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = refused(used.run("user", "list"))

    assert told.startswith("A backup is being restored into")
    assert used.run("user", "list").exit_code == 0


@pytest.mark.long
def test_a_backup_that_is_told_to_stop_leaves_nothing(used, tmp_path):
    environment = {**os.environ, **{name: value for name, value in used.variables.items() if value}}
    script = f"exec {CREWROOM} backup {tmp_path / 'backup.tar'}"
    with (used.instance / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # so that it waits, its file begun
        process = subprocess.Popen(["sh", "-c", script], env=environment, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("backup.tar.unfinished-*")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert process.returncode == 143
    assert list(tmp_path.glob("backup.tar*")) == []


# Runs the command, and says how much memory it had at most, in kB.
MEASURED = """
import atexit, pathlib
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print("peak", status.read_text().partition("VmHWM:")[2].split()[0]))
from app.cli import main
main()
"""


def peak(command: CommandLine, *arguments: str) -> int:
    """Run a command; return the most memory it had, in MB."""
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
def test_large_files_take_no_memory(cast, tmp_path):
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
