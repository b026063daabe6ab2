"""Hostile backups: the list and checksums are valid, but rows or jobs were made by an attacker.

Each is refused with one line that names the table and the row, and nothing changes.
"""

import pytest

from app.models import Base
from app.services.backup import row_rules
from tests.support.backups import parse_rows, read_parts, rewrite, serialize_rows
from tests.support.commands import CommandLine
from tests.support.hostile_rows import JOBS, ROWS, UNKNOWN_USER
from tests.support.refused_backups import refusal


def changed_row(table: str, columns: dict):
    def change(parts, _) -> None:
        name = f"database/{table}.jsonl"
        rows = parse_rows(parts[name])
        parts[name] = serialize_rows([{**rows[0], **columns}, *rows[1:]])

    return change


def added_rows(table: str, *rows: dict):
    def change(parts, listed) -> None:
        name = f"database/{table}.jsonl"
        parts[name] = parts[name] + serialize_rows(list(rows))
        listed["rows"][table] += len(rows)

    return change


def job(kind: str, details: dict, identifier: str = "job_" + "0" * 32) -> dict:
    at = "2026-01-01T00:00:00+00:00"
    row = {"id": identifier, "kind": kind, "details": details, "created_at": at, "due_at": at}
    ended = {"done_at": None, "outcome": None, "failure": None}
    return {**row, **ended, "attempts": 0, "rank": 0, "addressee": None, "topic": None}


def check_rows(archive, untouched, subtests, rows) -> None:
    for table, columns in rows:
        with subtests.test(table=table, columns=repr(columns)[:80]):
            line = refusal(untouched, rewrite(archive, changed_row(table, columns)))

            assert "is inconsistent" in line
            assert f"{table}, row 1" in line or "has another size" in line, line


def check_jobs(archive, untouched, subtests, jobs) -> None:
    for kind, details in jobs:
        with subtests.test(kind=kind, details=repr(details)[:80]):
            line = refusal(untouched, rewrite(archive, added_rows("jobs", job(kind, details))))

            assert "jobs, row " in line


@pytest.mark.short
def test_a_file_outside_the_folder_named_in_a_row_or_a_job_is_refused(small_backup, untouched, subtests):
    check_rows(small_backup, untouched, subtests, ROWS[:1])
    check_jobs(small_backup, untouched, subtests, JOBS[1:2])


@pytest.mark.long
@pytest.mark.timeout(600)
def test_all_hostile_rows_are_refused_and_named(small_backup, untouched, subtests):
    check_rows(small_backup, untouched, subtests, ROWS)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_all_hostile_jobs_are_refused_and_named(small_backup, untouched, subtests):
    check_jobs(small_backup, untouched, subtests, JOBS)


@pytest.mark.long
def test_duplicate_rows_are_refused(small_backup, untouched, subtests):
    for table in ("users", "memberships", "bundles", "credentials", "audit_entries"):
        with subtests.test(table=table):
            twice = parse_rows(read_parts(small_backup)[f"database/{table}.jsonl"])[:1]

            assert f"{table}, row " in refusal(untouched, rewrite(small_backup, added_rows(table, *twice)))


@pytest.mark.short
def test_two_accounts_with_one_address_are_refused(small_backup, untouched):
    (alice,) = parse_rows(read_parts(small_backup)["database/users.jsonl"])
    second = {**alice, "id": UNKNOWN_USER, "email_key": "zzz@crew.test"}

    assert "users, row 2" in refusal(untouched, rewrite(small_backup, added_rows("users", second)))


@pytest.mark.short
@pytest.mark.parametrize("change", [{"pending": True}, {"role": "admin"}])
def test_organization_without_a_super_admin_is_refused(small_backup, untouched, change):
    line = refusal(untouched, rewrite(small_backup, changed_row("memberships", change)))

    assert "has no active super admin" in line


@pytest.mark.short
def test_organization_whose_only_super_admin_is_disabled_is_refused(small_backup, untouched):
    disabled = {"disabled_at": "2026-01-01T00:00:00+00:00"}

    line = refusal(untouched, rewrite(small_backup, changed_row("users", disabled)))

    assert "has no active super admin" in line


def test_jobs_written_by_the_portal_are_restored(small_backup, tmp_path):
    """The counterpart of the refusals: jobs as the portal writes them are accepted."""
    good = [
        job("unused_files", {"checksums": ["a" * 64]}, "job_" + "1" * 32),
        job("reset", {"email": "ada@example.com"}, "job_" + "2" * 32),
        job(
            "mail",
            {"template": "removed", "to": "ada@example.com", "facts": {"organization": "Ünïcode <b>"}},
            "job_" + "3" * 32,
        ),
        {
            **job("mail", {}, "job_" + "4" * 32),
            "done_at": "2026-01-01T00:00:00+00:00",
            "failure": "a\nb",
            "outcome": "refused",
        },
    ]
    fresh = CommandLine(tmp_path / "fresh")

    assert "Restored: " in fresh.done("restore", str(rewrite(small_backup, added_rows("jobs", *good))))


def test_secret_key_of_another_database_is_refused(small_backup, untouched):
    """The portal would not start with it."""
    other = rewrite(small_backup, lambda parts, _: parts.update(secret_key=b"0" * 64))

    assert "its secret key is not the one of its database" in refusal(untouched, other)


def test_every_digest_column_has_the_digest_rule():
    for table in Base.metadata.sorted_tables:
        for column in (one.name for one in table.columns if one.name.endswith("digest")):
            assert row_rules.is_valid(table.name, column, "0" * 64)
            assert not row_rules.is_valid(table.name, column, "../../etc/passwd"), f"{table.name}.{column}"
