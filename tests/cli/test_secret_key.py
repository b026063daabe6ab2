"""The secret key: created once, strong, and recognized by the database by its fingerprint."""

import os
import re
import secrets
import shutil
import stat
import subprocess

import pytest
from sqlalchemy import text

from app.services.installation import installations
from app.storage import private_files
from app.storage.database import Database
from tests.support.commands import CommandLine, refused
from tests.support.databases import only_sqlite
from tests.support.ports import free_port
from tests.support.serving import CREWROOM

STARTS = [
    ["serve", "--port", "{port}"],
    ["worker"],
    ["user", "list"],
    ["user", "create", "zoe@crew.test"],
    ["demo"],
]
COMMANDS = [*STARTS, ["audit", "verify"], ["check"], ["key", "list"], ["backup", "{folder}/kept.tar"]]


@pytest.fixture
def installed(crewroom):
    """Return an installation with one account."""
    crewroom.user("alice@crew.test")
    return crewroom


def key_file(command):
    return command.instance / "secret_key"


def run(command, arguments, tmp_path, **variables):
    places = {"port": free_port(), "folder": tmp_path}
    return command.run(*(argument.format(**places) for argument in arguments), **variables)


def fingerprints(command):
    with installations.existing(command.config()) as database, database.reading() as db:
        return db.execute(text("SELECT number, fingerprint, sealed FROM portal_keys")).all()


# --- Lost, replaced, given from outside


@pytest.mark.short
def test_without_its_key_nothing_starts_and_no_new_key_is_created(installed, tmp_path, subtests):
    key_file(installed).unlink()

    for arguments in COMMANDS:
        with subtests.test(" ".join(arguments)):
            line = refused(run(installed, arguments, tmp_path))

            assert line.startswith("CREWROOM_INSTANCE: ")
            assert "secret_key is missing" in line
            assert "crewroom secret-key reset" in line
            assert not key_file(installed).exists()


@pytest.mark.short
def test_with_another_key_nothing_starts(installed, tmp_path, subtests):
    key_file(installed).write_text(secrets.token_hex(32))

    for arguments in COMMANDS:
        with subtests.test(" ".join(arguments)):
            line = refused(run(installed, arguments, tmp_path))

            assert re.search(r"secret_key \(\w{12}\) is not the secret key of this database, whose", line)


def test_second_host_with_another_folder_is_refused(installed, tmp_path, subtests):
    """Two hosts on one database, each with an instance folder: the second would create its own key."""
    other = CommandLine(tmp_path / "other")
    other.variables["CREWROOM_DATABASE_URL"] = installed.config().database_url.replace("+psycopg", "")

    for arguments in STARTS:
        with subtests.test(" ".join(arguments)):
            line = refused(run(other, arguments, tmp_path))

            assert "secret_key is missing, and the database needs it" in line or "There is no inst" in line
            assert not key_file(other).exists()


def test_second_host_with_a_copy_of_the_key_starts(installed, tmp_path):
    other = CommandLine(tmp_path / "other")
    other.instance.mkdir()
    shutil.copy(key_file(installed), key_file(other))
    other.variables["CREWROOM_DATABASE_URL"] = installed.config().database_url.replace("+psycopg", "")

    assert "alice@crew.test" in other.done("user", "list")


def test_fingerprint_does_not_reveal_the_key(installed):
    ((number, fingerprint, sealed),) = fingerprints(installed)

    assert (number, sealed) == (1, None)
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint)
    assert fingerprint not in key_file(installed).read_text()


def test_new_database_adopts_the_existing_key(crewroom):
    key = secrets.token_urlsafe(32)
    crewroom.instance.mkdir()
    key_file(crewroom).write_text(f"{key}\n")

    crewroom.user("alice@crew.test")

    assert key_file(crewroom).read_text() == f"{key}\n"
    assert "alice@crew.test" in crewroom.done("user", "list")


def test_database_without_a_fingerprint_recognizes_its_key_by_the_audit_log(installed):
    forget_fingerprint(installed)
    key = key_file(installed).read_text()
    key_file(installed).write_text(secrets.token_hex(32))
    assert "is not the secret key of this database" in refused(installed.run("user", "list"))
    key_file(installed).unlink()
    assert "is missing, and the database needs it" in refused(installed.run("demo"))

    key_file(installed).write_text(key)

    assert "alice@crew.test" in installed.done("user", "list")
    assert len(fingerprints(installed)) == 1


def forget_fingerprint(command):
    with installations.existing(command.config()) as database, database.writing() as db:
        db.execute(text("DELETE FROM portal_keys"))


def test_key_may_come_from_a_docker_secret(crewroom, tmp_path):
    key = secrets.token_hex(32)
    (tmp_path / "key").write_text(f"{key}\n")
    crewroom.variables["CREWROOM_SECRET_KEY_FILE"] = str(tmp_path / "key")

    crewroom.user("alice@crew.test")

    assert not key_file(crewroom).exists()
    assert "alice@crew.test" in crewroom.done("user", "list")
    (tmp_path / "key").write_text(secrets.token_hex(32))
    line = refused(crewroom.run("user", "list"))
    assert line.startswith("CREWROOM_SECRET_KEY: ")
    assert "is not the secret key of this database" in line


def test_backup_contains_the_key_wherever_it_came_from(crewroom, tmp_path):
    (tmp_path / "key").write_text(secrets.token_hex(32))
    crewroom.variables["CREWROOM_SECRET_KEY_FILE"] = str(tmp_path / "key")
    crewroom.user("alice@crew.test")
    crewroom.done("backup", str(tmp_path / "kept.tar"))
    other = CommandLine(tmp_path / "other")

    other.done("restore", str(tmp_path / "kept.tar"))

    assert key_file(other).read_text() == (tmp_path / "key").read_text()
    assert "alice@crew.test" in other.done("user", "list")


# --- Weak, damaged


WEAK = {
    "": "is empty",
    "  \n": "is empty",
    "changeme": "must have 32 to 256 characters, and has 8",
    "a" * 64: "is too easy to guess",
    "changeme" * 8: "is too easy to guess",
    "please-change-this-key-before-you-go-live-1": "is too easy to guess",
    "django-insecure-9$k2!x7q_w0z^c4v@b8n&m5p": "is too easy to guess",
    "0123456789abcdef" * 4: "is too easy to guess",
    "abcdefghijklmnopqrstuvwxyz0123456789": "is too easy to guess",
    "correct horse battery staple correct horse": "is not one line of ASCII without spaces",
    "f3" * 20 + "\n" + "a9" * 20: "is not one line of ASCII without spaces",
    "x" * 300: "must have 32 to 256 characters, and has 300",
    "0": "must have 32 to 256 characters, and has 1",
}


@pytest.mark.short
@pytest.mark.parametrize("weak", WEAK)
def test_weak_key_is_refused(crewroom, weak):
    crewroom.instance.mkdir()
    key_file(crewroom).write_text(weak)

    line = refused(crewroom.run("user", "create", "alice@crew.test"))

    assert line.startswith(f"CREWROOM_INSTANCE: {key_file(crewroom)} {WEAK[weak]}")
    assert key_file(crewroom).read_text() == weak


@pytest.mark.parametrize("weak", [key for key in WEAK if key.strip()])
def test_weak_key_from_outside_is_refused(crewroom, tmp_path, weak):
    (tmp_path / "key").write_text(weak)

    for given in ({"CREWROOM_SECRET_KEY": weak}, {"CREWROOM_SECRET_KEY_FILE": str(tmp_path / "key")}):
        line = refused(crewroom.run("user", "create", "alice@crew.test", **given))
        assert line.startswith(f"CREWROOM_SECRET_KEY: {WEAK[weak]}")
    assert not crewroom.instance.exists()


@pytest.mark.parametrize(
    "make", [["openssl", "rand", "-hex", "32"], ["openssl", "rand", "-base64", "32"]], ids=" ".join
)
def test_keys_from_common_programs_are_accepted(crewroom, make):
    if not shutil.which(make[0]):
        pytest.skip(f"{make[0]} is not installed")
    key = subprocess.run(make, capture_output=True, text=True, check=True).stdout

    crewroom.instance.mkdir()
    key_file(crewroom).write_text(key)

    crewroom.user("alice@crew.test")


def test_new_keys_are_never_considered_weak():
    """Ours, and those of `uuidgen`, Python's `secrets` and `head -c 32 /dev/urandom | base64`."""
    import uuid

    from app.base.setting_values import weakness

    made = [secrets.token_hex(32), secrets.token_urlsafe(32), secrets.token_hex(16), str(uuid.uuid4())]
    assert [key for key in made for _ in range(50) if weakness(key)] == []


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + b"f0" * 32, b"\xff\xfe\x00", "schlüssel".encode() * 8])
def test_key_that_is_not_ascii_is_refused(installed, content):
    key_file(installed).write_bytes(content)

    assert "secret_key is not a secret key: it is not ASCII text" in refused(installed.run("user", "list"))


def test_folder_instead_of_the_key_is_refused(installed):
    """Docker creates one where the file of a bind mount is missing."""
    key_file(installed).unlink()
    key_file(installed).mkdir()

    assert "secret_key cannot be read (Is a directory)" in refused(installed.run("user", "list"))


def test_pipe_instead_of_the_key_or_the_lock_does_not_hang(installed):
    for name in ("secret_key", "lock"):
        (installed.instance / name).rename(installed.instance / f"{name}.real")
        os.mkfifo(installed.instance / name)
    assert "secret_key cannot be read (not a regular file)" in refused(installed.run("user", "list"))

    (installed.instance / "secret_key.real").replace(installed.instance / "secret_key")
    assert "alice" in installed.done("user", "list")


def test_broken_link_instead_of_the_key_is_refused(crewroom):
    crewroom.instance.mkdir()
    key_file(crewroom).symlink_to("/nowhere/key")

    assert "secret_key cannot be read (No such file" in refused(crewroom.run("demo"))


# --- Created once, private


@pytest.mark.long
def test_processes_starting_at_once_share_one_key(crewroom):
    environment = {**os.environ, **{name: value for name, value in crewroom.variables.items() if value}}
    starts = [
        subprocess.Popen(
            [CREWROOM, "user", "create", f"p{number}@crew.test"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]

    outputs = [start.communicate(timeout=60)[1].splitlines() for start in starts]
    assert [(len(lines), lines[0][:19]) for lines in outputs] == [(1, b"No password is set;")] * 6

    assert len(fingerprints(crewroom)) == 1
    assert len(crewroom.done("user", "list").splitlines()) == 6
    assert stat.S_IMODE(key_file(crewroom).stat().st_mode) == 0o600
    assert list(crewroom.instance.glob("secret_key.*")) == []


def test_first_of_two_keys_on_one_new_database_wins(crewroom, tmp_path):
    """Two hosts with different keys meet on an empty database: one of them must not start."""
    crewroom.install()
    config = crewroom.config()
    forget_fingerprint(crewroom)
    from dataclasses import replace

    from app.base.config import WrongSetting
    from app.services.installation import secret_key_fingerprint

    first, second = (Database(replace(config, secret_key=secrets.token_hex(32))) for _ in range(2))
    secret_key_fingerprint.adopt(first)

    with pytest.raises(WrongSetting, match="is not the secret key of this database"):
        secret_key_fingerprint.adopt(second)
    first.close()
    second.close()


@pytest.mark.short
@only_sqlite("the database is a file")
@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022])
def test_files_are_private_in_an_existing_public_folder(crewroom, mask, tmp_path):
    """`StateDirectory=` of systemd and volumes of Docker create the folder as 0755 before the first start."""
    crewroom.instance.mkdir()
    crewroom.instance.chmod(0o755)
    before = os.umask(mask)
    try:
        crewroom.user("alice@crew.test")
        with installations.opened(crewroom.config()) as database, database.writing() as db:
            db.execute(text("SELECT 1"))
            assert modes(crewroom.instance) == {0o600}
            names = {path.name for path in crewroom.instance.iterdir()}
        crewroom.done("backup", str(tmp_path / "kept.tar"))
        crewroom.done("restore", "--replace", str(tmp_path / "kept.tar"))
    finally:
        os.umask(before)

    assert names >= {"crewroom.db", "crewroom.db-wal", "crewroom.db-shm", "secret_key", "lock"}
    assert modes(crewroom.instance) == {0o600}
    assert stat.S_IMODE((tmp_path / "kept.tar").stat().st_mode) == 0o600


@only_sqlite("the database is a file")
def test_files_left_readable_by_earlier_versions_are_made_private(installed):
    for path in installed.instance.iterdir():
        path.chmod(0o644 if path.is_file() else 0o755)
    (installed.instance / "mail").mkdir(exist_ok=True)
    (installed.instance / "mail").chmod(0o755)

    installed.done("user", "list")

    assert modes(installed.instance) == {0o600}
    assert stat.S_IMODE((installed.instance / "mail").stat().st_mode) == 0o700


def modes(folder):
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


# --- No installation


@pytest.mark.short
@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "verify"],
        ["audit", "checkpoint"],
        ["check"],
        ["check", "--repair"],
        ["key", "list"],
        ["key", "create", "a@crew.test", "--name", "ci"],
        ["key", "revoke", "key_x"],
        ["user", "list"],
        ["user", "disable", "a@crew.test"],
        ["user", "enable", "a@crew.test"],
        ["user", "unlock", "a@crew.test"],
        ["user", "reset-factors", "a@crew.test"],
        ["user", "log-out", "a@crew.test"],
        ["user", "set-password", "a@crew.test", "--password-stdin"],
        ["user", "reset-link", "a@crew.test"],
        ["secret-key", "rotate"],
        ["secret-key", "reset", "--yes"],
        ["mail", "test", "a@crew.test"],
        ["backup", "{folder}/kept.tar"],
    ],
    ids=" ".join,
)
def test_folder_without_an_installation_is_refused_and_unchanged(crewroom, tmp_path, arguments):
    missing = run(crewroom, arguments, tmp_path)
    (tmp_path / "instance").mkdir()
    empty = run(crewroom, arguments, tmp_path)

    for result in (missing, empty):
        assert refused(result).startswith(f"There is no installation in {crewroom.instance}.")
    assert list(crewroom.instance.iterdir()) == []
    assert list(tmp_path.iterdir()) == [crewroom.instance]


@pytest.mark.parametrize("content", [b"", b"notes\n" * 500, None])
def test_folder_with_other_files_is_not_an_installation(crewroom, content):
    crewroom.instance.mkdir()
    (crewroom.instance / "notes.txt").write_bytes(content or b"")
    if content is None:
        key_file(crewroom).write_text(secrets.token_hex(32))
    before = sorted(crewroom.instance.iterdir())

    assert refused(crewroom.run("audit", "verify")).startswith("There is no installation in ")
    assert sorted(set(crewroom.instance.iterdir()) - {crewroom.instance / "lock"}) == before


def test_openapi_needs_no_installation(crewroom):
    assert '"openapi"' in crewroom.done("openapi")
    assert not crewroom.instance.exists()


# --- A damaged database


def damaged(command, kind):
    file = command.instance / "crewroom.db"
    for beside in command.instance.glob("crewroom.db-*"):
        beside.unlink()
    if kind == "folder":
        file.unlink()
        file.mkdir()
        return
    content = {
        "empty": b"",
        "text": b"this is not a database, it is a note\n" * 200,
        "short": file.read_bytes()[:50],
        "cut off": file.read_bytes()[:8192],
        "header": os.urandom(100) + file.read_bytes()[100:],
        "zeros": bytes(file.stat().st_size),
    }
    file.write_bytes(content[kind])


@pytest.mark.short
@only_sqlite("the database is a file")
@pytest.mark.parametrize("kind", ["empty", "text", "short", "cut off", "header", "zeros", "folder"])
def test_every_command_reports_a_damaged_database_in_one_line(installed, tmp_path, subtests, kind):
    damaged(installed, kind)

    for arguments in COMMANDS if kind != "empty" else COMMANDS[::4]:
        with subtests.test(" ".join(arguments)):
            line = refused(run(installed, arguments, tmp_path))

            assert line.startswith(("CREWROOM_DATABASE_URL: ", "Nothing was changed. The database"))
    assert key_file(installed).exists()


@pytest.mark.parametrize(
    "command", [("user", "list"), ("secret-key", "rotate"), ("restore", "-", "--replace")]
)
def test_database_that_is_not_a_file_is_refused_and_keeps_its_mode(crewroom, tmp_path, command):
    """A folder, or a device: `/dev/null` restricted to its owner breaks other programs."""
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    crewroom.variables["CREWROOM_DATABASE_URL"] = f"sqlite:///{folder}"

    assert refused(crewroom.run(*command)) == f"CREWROOM_DATABASE_URL: {folder} is not a file"
    assert folder.stat().st_mode & 0o777 == 0o755


def test_devices_are_never_restricted(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o666)
    pipe.chmod(0o666)

    private_files.restrict(pipe)

    assert pipe.stat().st_mode & 0o777 == 0o666
