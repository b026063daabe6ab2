"""Backups under faults: kill -9 at every step of a restore, files that disappear, a full disk."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.backup import writer
from app.storage import blobs
from tests.support.backups import read_manifest, read_parts
from tests.support.commands import CommandLine, refused
from tests.support.databases import only_sqlite
from tests.support.portal import Portal
from tests.support.soak import rounds
from tests.support.uploading import make_app, upload

pytestmark = pytest.mark.timeout(240)  # several processes, each with a cold start

# Runs the command, and kills itself at the nth rename, link or removal.
KILLED = """
import os, signal, sys
left = int(sys.argv.pop(1))
def count(event, _):
    global left
    if event in {"os.rename", "os.link", "shutil.rmtree"}:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from app.cli import main
sys.addaudithook(count)
main()
"""


@pytest.fixture
def archive(cast, tmp_path):
    """Return a backup of the cast, with two bundles."""
    app = make_app(cast)
    for version in ("1.0.0", "2.0.0"):
        upload(cast.api("uma"), app, version, version.encode() * 5000)
    path = tmp_path / "backup.tar"
    with path.open("wb") as file:
        writer.write(cast.portal.config, file, spool=tmp_path)
    return path


def command_of(portal: Portal) -> CommandLine:
    """Return the command line for the installation of a portal in this process."""
    command = CommandLine(portal.config.instance)
    command.variables["CREWROOM_DATABASE_URL"] = portal.config.database_url
    return command


def killed(command: CommandLine, step: int, *arguments: str) -> int:
    """Run a command that is killed at a step; return its exit code."""
    own = {name: value for name, value in command.variables.items() if value}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CREWROOM_")}
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(step), *arguments],
        env={**inherited, **own},
        capture_output=True,
        timeout=30,
        check=False,
    ).returncode


@pytest.mark.long
@only_sqlite("on Postgres the rows are put in place by one commit, and a second try needs an empty database")
def test_a_killed_restore_leaves_the_old_or_the_new(archive, tmp_path):
    found, code = [], -1
    for step in range(1, 40, rounds(3, 1)):
        other = CommandLine(tmp_path / f"other{step}")
        other.user("zoe@crew.test")
        code = killed(other, step, "restore", "--replace", str(archive))
        people = other.done("user", "list")
        found.append("old" if "zoe@crew.test" in people else "new")
        assert ("zoe@crew.test" in people) is not ("alice@crew.test" in people)
        assert other.done("audit", "verify").endswith("whole\n")
        assert other.done("check") == ""
        assert leftovers(other.instance) == []
        if code == 0:
            break

    assert code == 0, "the last restore must complete"
    assert found == sorted(found, reverse=True), "later steps must not return to the old one"
    assert found.count("old") >= rounds(1, 3)
    assert found.count("new") >= rounds(2, 4)


def leftovers(instance: Path) -> list[str]:
    """Return the files that only an unfinished restore leaves."""
    names = {"restoring", "restored", "crewroom.db.restored", "crewroom.db.restored-wal"}
    return [path.name for path in instance.rglob("*") if path.name in names]


class Interrupted(io.BytesIO):
    """A file that calls functions when it reaches certain sizes."""

    def __init__(self, calls) -> None:
        super().__init__()
        self.calls = sorted(calls.items())

    def write(self, data) -> int:
        written = super().write(data)
        if self.calls and self.tell() > self.calls[0][0]:
            self.calls.pop(0)[1]()
        return written


def test_bundles_deleted_during_a_backup_are_not_reported_as_missing(cast, tmp_path):
    app, size = make_app(cast), 200_000

    def publish(*versions):
        for version in versions:
            content = version.encode() * (size // len(version))
            assert upload(cast.api("uma"), app, version, content).status_code == 200

    def delete(*versions):
        for version in versions:
            gone = cast.api("wendy").delete("/bundle/", app_id=app, version=version)
            assert gone.status_code == 200
        cast.portal.run_jobs()

    def while_copying():
        delete("1.0.0", "2.0.0")
        publish("3.0.0", "4.0.0", "5.0.0")

    publish("1.0.0", "2.0.0")
    # Of each snapshot, one bundle is copied before the others are deleted.
    target = Interrupted({1000: while_copying, size + 10_000: lambda: delete("3.0.0", "4.0.0", "5.0.0")})
    done = writer.write(cast.portal.config, target, spool=tmp_path)

    (tmp_path / "backup.tar").write_bytes(target.getvalue())
    copy = CommandLine(tmp_path / "copy")
    assert (target.calls, done.lacking) == ([], [])
    assert len(done.copied) == 2, "one of each snapshot; the others are deleted"
    assert "and 0 files" in copy.done("restore", str(tmp_path / "backup.tar"))
    assert copy.done("check") == ""


def test_a_missing_or_damaged_file_is_reported_and_the_rest_is_saved(cast, archive, tmp_path):
    command = command_of(cast.portal)
    first, second = blobs.stored(cast.portal.config.bundles)
    first.unlink()
    second.write_bytes(b"x" * second.stat().st_size)

    result = command.run("backup", str(tmp_path / "second.tar"))

    copy = CommandLine(tmp_path / "copy")
    assert result.exit_code == 1
    assert "is written, but 2 files of bundles are missing or damaged" in result.stderr
    assert read_manifest(tmp_path / "second.tar")["files"]["lacking"] == sorted([first.name, second.name])
    assert "Already missing when the backup was made: 2 files" in copy.done(
        "restore", str(tmp_path / "second.tar")
    )
    assert len(read_parts(archive)) == len(read_parts(tmp_path / "second.tar")) + 1


def test_a_full_disk_is_reported_and_nothing_is_left(cast, small_disk, tmp_path):
    upload(cast.api("uma"), make_app(cast), "1.0.0", os.urandom(3_000_000))
    command = command_of(cast.portal)

    full = refused(command.run("backup", str(small_disk / "backup.tar")))

    assert full == f"{small_disk / 'backup.tar'} does not fit on its disk; nothing was kept."
    assert list(small_disk.iterdir()) == []

    command.done("backup", str(tmp_path / "backup.tar"))
    other = CommandLine(small_disk / "instance")
    assert "Not enough storage" in refused(other.run("restore", str(tmp_path / "backup.tar")))
    assert not other.instance.exists()
