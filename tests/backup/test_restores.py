"""Restoring: which backups are refused, and that a refusal changes nothing."""

import hashlib
import tarfile

import pytest
from sqlalchemy import create_engine, inspect

from app.migrations import migrate
from tests.support.backups import (
    parse_rows,
    read_manifest,
    read_parts,
    rewrite,
    serialize_rows,
    write_archive,
)
from tests.support.commands import CommandLine, refused
from tests.support.databases import on_postgres, only_sqlite
from tests.support.uploading import upload

CONTENT = b"an archive of an app" * 1000
FILE = f"bundles/{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A backup of a portal with one account and one bundle."""
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


def other_installation(folder) -> CommandLine:
    """Return an installation with one account, or on Postgres an empty one, which a restore requires."""
    command = CommandLine(folder / "other")
    if not on_postgres():
        command.user("zoe@crew.test")
    return command


@pytest.fixture
def other(tmp_path):
    return other_installation(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """One installation for all refusals, none of which changes it."""
    return other_installation(tmp_path_factory.mktemp("untouched"))


def state(command: CommandLine) -> dict[str, bytes]:
    """Return the content of every file of an installation."""
    return {
        str(path): path.read_bytes()
        for path in command.instance.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def refusal(command: CommandLine, path) -> str:
    """Check that a backup is refused and nothing changes; return the error line."""
    before = state(command)
    line = refused(command.run("restore", "--replace", str(path)))
    assert state(command) == before
    return line


def test_complete_backup_is_restored(archive, other):
    restored = other.done("restore", "--replace", str(archive))

    assert "Restored: " in restored
    assert "alice@crew.test" in other.done("user", "list")
    assert "zoe@crew.test" not in other.done("user", "list")
    assert other.done("check") == ""
    assert other.portal().audit("portal.restored")[0].after == {
        "taken_at": read_manifest(archive)["taken_at"]
    }


def test_truncated_backup_is_refused(archive, untouched, tmp_path):
    data = archive.read_bytes()
    end = data.rindex(b"}") + 1
    cut = tmp_path / "cut.tar"

    for length in (0, 1, 511, 512, 5000, len(data) // 2, end - 600, end - 1):
        cut.write_bytes(data[:length])
        assert "whole backup" in refusal(untouched, cut), length


@pytest.mark.parametrize("part", [FILE, "secret_key", "database/users.jsonl", "database/audit_entries.jsonl"])
def test_tampered_part_is_refused(archive, untouched, part):
    def change(parts, _):
        parts[part] = parts[part][:-5] + b"#" + parts[part][-4:]

    line = refusal(untouched, rewrite(archive, change, update_manifest=False))

    assert line in {
        "This backup was changed or damaged: its parts are not those of its list.",
        "1 files of bundles are not in this backup.",
    }


def test_rewritten_audit_log_is_refused_unless_accepted(archive, other):
    def change(parts, _):
        rows = parse_rows(parts["database/audit_entries.jsonl"])
        rows[0]["action"] = "nothing.happened"
        parts["database/audit_entries.jsonl"] = serialize_rows(rows)

    changed = rewrite(archive, change)

    assert "nothing.happened" in refusal(other, changed)
    accepted = other.done("restore", "--replace", "--accept-broken-record", str(changed))
    assert "Audit log: broken, as accepted" in accepted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda parts, _: parts.pop("database/users.jsonl"), "the table users is missing"),
        (lambda parts, _: parts.pop("secret_key"), "not those of its list"),
        (lambda parts, _: parts.update(secret_key=b"\n"), "no secret key"),
        (lambda parts, _: parts.pop(FILE), "1 files of bundles are not in this backup"),
        (lambda parts, _: parts.update({"database/users.jsonl": b""}), "rows of users are missing"),
        (lambda parts, _: parts.update({"database/apps.jsonl": b"[]\n"}), "apps, row 1: is invalid"),
        (lambda parts, _: parts.update({"database/apps.jsonl": b"{}\n"}), "apps, row 1: is invalid"),
        (lambda parts, _: parts.update({"database/apps.jsonl": b"\xff\n"}), "apps, row 1: is invalid"),
        (lambda _, listed: listed["rows"].update(cats=1), "tables are not those of its schema"),
        (lambda _, listed: listed["rows"].pop("users"), "tables are not those of its schema"),
        (lambda _, listed: listed.update(format=2), "written by a newer Crewroom"),
        (lambda _, listed: listed.update(schema="9999"), "use a newer one"),
        (lambda _, listed: listed.update(schema="0000"), "no schema '0000'"),
        (lambda _, listed: listed.pop("rows"), "its list cannot be read"),
        (lambda _, listed: listed.update(format=[]), "its list cannot be read"),
    ],
)
def test_inconsistent_backup_is_refused(archive, untouched, change, reason):
    assert reason in refusal(untouched, rewrite(archive, change))


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


@pytest.mark.parametrize(
    "hostile",
    [
        member("../outside"),
        member("/outside"),
        member("database/../../outside.jsonl"),
        member("bundles/../secret_key"),
        member("bundles/" + "a" * 64, tarfile.SYMTYPE, "/etc/passwd"),
        member("bundles/" + "a" * 64, tarfile.LNKTYPE, "secret_key"),
        member("bundles/" + "a" * 64, tarfile.FIFOTYPE),
        member("bundles/" + "a" * 64, tarfile.CHRTYPE),
        member("database", tarfile.DIRTYPE),
        member("secret_key"),
        member("crewroom.env"),
        member("secret_key\n"),
    ],
    ids=lambda found: f"{found.name[:20]!r} {found.type!r}",
)
def test_hostile_archive_member_is_refused(archive, untouched, tmp_path, hostile):
    line = refusal(untouched, write_archive(tmp_path / "hostile.tar", read_parts(archive), hostile))

    assert "does not belong into one" in line
    assert not (tmp_path / "outside").exists()


def test_file_that_is_not_an_archive_is_refused(untouched, tmp_path):
    (tmp_path / "text").write_text("hello" * 1000)

    assert "whole backup" in refusal(untouched, tmp_path / "text")
    assert "cannot be read (No such file" in refusal(untouched, tmp_path / "nothing")
    assert "cannot be read (Is a directory)" in refusal(untouched, tmp_path)


def columns_at(revision: str) -> dict[str, set[str]]:
    """Return the tables of an earlier schema with their columns."""
    with create_engine("sqlite://").begin() as connection:
        migrate(connection, revision, secret_key="of no portal")
        found = inspect(connection)
        tables = set(found.get_table_names()) - {"alembic_version"}
        return {table: {column["name"] for column in found.get_columns(table)} for table in tables}


def test_backup_of_an_older_schema_is_migrated(archive, other):
    then = columns_at("0005")

    def change(parts, listed):
        listed["schema"] = "0005"
        for table in set(listed["rows"]) - set(then):
            parts.pop(f"database/{table}.jsonl")
            listed["rows"].pop(table)
        for table, columns in then.items():
            name = f"database/{table}.jsonl"
            rows = [
                {name: value for name, value in row.items() if name in columns}
                for row in parse_rows(parts[name])
            ]
            parts[name] = serialize_rows(rows)

    other.done("restore", "--replace", str(rewrite(archive, change)))

    assert "alice@crew.test" in other.done("user", "list")
    assert other.done("audit", "verify").endswith("whole\n")


@pytest.mark.parametrize("follows", [b"x", b"\0" * 4096 + b"PK\x03\x04", b"\0" * 20 * 1024 * 1024])
def test_data_after_the_end_is_refused(archive, untouched, tmp_path, follows):
    """Such as two files joined by `cat`, an appended signature, or a tape image that is too long."""
    joined = tmp_path / "joined.tar"
    joined.write_bytes(archive.read_bytes() + follows)

    assert "something follows its end" in refusal(untouched, joined)


def test_padding_after_the_end_is_accepted(archive, other, tmp_path):
    """`dd` and tape drives write whole blocks."""
    filled = tmp_path / "filled.tar"
    filled.write_bytes(archive.read_bytes() + b"\0" * 64 * 1024)

    assert "Restored: " in other.done("restore", "--replace", str(filled))


@only_sqlite("on Postgres the database is checked first")
def test_refused_restore_leaves_no_folder(archive, tmp_path):
    truncated = tmp_path / "cut-off.tar"
    truncated.write_bytes(archive.read_bytes()[:-20_000])
    (tmp_path / "mounted").mkdir()
    fresh, mounted = CommandLine(tmp_path / "fresh"), CommandLine(tmp_path / "mounted")

    assert "no whole backup" in refused(fresh.run("restore", str(truncated)))
    assert not fresh.instance.exists()
    assert "no whole backup" in refused(mounted.run("restore", str(truncated)))
    assert mounted.instance.is_dir()  # as if Docker had created it for a volume

    assert "Restored: " in fresh.done("restore", str(archive))


def test_restore_into_an_empty_installation_needs_no_replace_option(archive, tmp_path):
    fresh = CommandLine(tmp_path / "fresh")
    fresh.install()

    assert "Restored: " in fresh.done("restore", str(archive))


@only_sqlite("a file of SQLite is damaged")
def test_unreadable_database_is_kept_unless_replaced(archive, other, tmp_path):
    (other.instance / "crewroom.db").write_bytes(b"garbage" * 1000)

    assert "--replace" in refused(other.run("restore", str(archive)))
    assert "Kept: " in other.done("restore", "--replace", str(archive))
