"""`crewroom audit`: every way of tampering with the log in the database is detected and named."""

# ruff: noqa: S608 - these tests tamper with the database by SQL

import os

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app.base import tokens
from app.cli import main
from app.models import AuditEntry
from app.services.core import audit_chain


class Log:
    """Northwind's log of six entries, with ways to tamper with it and to run `crewroom audit`."""

    def __init__(self, cast) -> None:
        self.cast = cast
        for number in range(4):
            cast.api("alice").post("/organization/", orgId=cast.org, name=f"N{number}")

    def sql(self, *statements: str) -> None:
        with self.cast.portal.database.writing() as db:
            for statement in statements:
                db.execute(text(statement.replace("OURS", f"organization_id = '{self.cast.org}'")))

    def shift(self, places: int, *, after: int) -> None:
        """Move all entries after a position, through unused numbers to keep them unique."""
        self.sql(
            f"UPDATE audit_entries SET seq = seq + 1000 WHERE OURS AND seq > {after}",
            f"UPDATE audit_entries SET seq = seq - 1000 + {places} WHERE OURS AND seq > 1000",
        )

    def forge(self, seq: int) -> None:
        """Copy the first entry to a position."""
        self.sql(
            "INSERT INTO audit_entries SELECT 'entry_forged', at, organization_id, actor_id, credential_id, "
            "action, target, before, after, request_id, outcome, "
            f"{seq}, previous_hash, hash, commitment, salt, amendment "
            "FROM audit_entries WHERE OURS AND seq = 1"
        )

    def verify(self, *options: str) -> tuple[int, str]:
        return self.run("verify", *options)

    def run(self, *arguments: str) -> tuple[int, str]:
        variables = {"CREWROOM_INSTANCE": str(self.cast.portal.config.instance)}
        done = CliRunner().invoke(main, ["audit", *arguments], env={**os.environ, **variables})
        return done.exit_code, done.output


@pytest.fixture
def log(cast) -> Log:
    return Log(cast)


def errors_of(log: Log, *options: str) -> list[str]:
    code, output = log.verify(*options)
    assert code == 1, output
    start = f"Error: {log.cast.org}: "
    assert all(line.startswith(start) for line in output.splitlines()), output
    return [line.removeprefix(start) for line in output.splitlines()]


def error_of(log: Log, *options: str) -> str:
    (found,) = errors_of(log, *options)
    return found


def test_intact_log_reports_its_length(log):
    everything = len(log.cast.portal.audit())

    assert log.verify() == (0, f"{everything} entries in 2 chains: whole\n")
    assert log.verify("--org", log.cast.org) == (0, "6 entries in 1 chain: whole\n")


@pytest.mark.parametrize(
    "change",
    [
        "action = 'organization.read'",
        "outcome = 'refused'",
        "actor_id = 'user_else'",
        "actor_id = NULL",
        "credential_id = 'key_else'",
        "request_id = 'else'",
        "at = '2020-01-01 00:00:00.000000'",
        "target = 'else'",
        "before = NULL",
        'after = \'{"name":"else"}\'',
        'after = \'{"name":"else"}\', salt = NULL',
        "salt = '00112233445566778899aabbccddeeff'",
        "hash = 'else'",
        "previous_hash = 'else'",
        "commitment = 'else'",
    ],
)
def test_edited_entry_is_named(log, change):
    entry = log.cast.portal.audit("organization.updated")[1]
    log.sql(f"UPDATE audit_entries SET {change} WHERE OURS AND seq = 4")

    found = error_of(log)
    assert found.startswith(f"entry 4 ({entry.id}, ")
    assert found.endswith(": edited.")


def test_edited_last_entry_is_named(log):
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS AND seq = 6")

    assert error_of(log).endswith(": edited.")


def test_entry_moved_to_another_organization_is_detected(log):
    other = log.cast.portal.organization(log.cast.alice, "Southwind")
    log.sql(f"UPDATE audit_entries SET organization_id = '{other}', seq = 2 WHERE OURS AND seq = 6")

    code, output = log.verify()
    assert code == 1
    assert "truncated" in output or "inserted" in output


def test_deleted_entry_is_detected(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 3")

    assert error_of(log) == "entry 3 is missing: deleted."


def test_deleted_entry_is_detected_after_renumbering(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 3")
    log.shift(-1, after=3)

    assert error_of(log).endswith(": moved up, entry 3 was deleted.")


def test_deleted_first_entry_is_detected(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 1")

    assert error_of(log) == "entry 1 is missing: deleted."


def test_inserted_entry_is_named(log):
    log.shift(1, after=2)
    log.forge(3)

    found = error_of(log)
    assert found.startswith("entry 3 (entry_forged, ")
    assert found.endswith(": inserted.")


def test_inserted_and_edited_entry_is_reported_as_inserted(log):
    log.shift(1, after=2)
    log.forge(3)
    log.sql("UPDATE audit_entries SET action = 'else' WHERE id = 'entry_forged'")

    assert error_of(log).endswith(": inserted.")


def test_entry_added_after_the_head_is_named(log):
    log.forge(7)

    assert error_of(log) == "entry 7 comes after the head: inserted."


def test_entry_forged_together_with_the_head_is_named(log):
    log.forge(7)
    log.sql(
        "UPDATE audit_entries SET action = 'else', hash = 'forged' WHERE id = 'entry_forged'",
        f"UPDATE audit_chains SET seq = 7, hash = 'forged' WHERE key = '{log.cast.org}'",
    )

    forged, head = errors_of(log)
    assert forged.startswith("entry 7 (entry_forged, ")
    assert head == "the head was set back to entry 7: truncated after it."


def test_swapped_entries_are_named(log):
    log.sql(
        "UPDATE audit_entries SET seq = 1000 WHERE OURS AND seq = 3",
        "UPDATE audit_entries SET seq = 3 WHERE OURS AND seq = 4",
        "UPDATE audit_entries SET seq = 4 WHERE OURS AND seq = 1000",
    )

    third, fourth = errors_of(log)
    assert third.startswith("entry 3 (")
    assert fourth.startswith("entry 4 (")
    assert third.endswith(": reordered.")
    assert fourth.endswith(": reordered.")


def test_truncated_log_is_detected(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq > 4")

    assert error_of(log) == "entry 5 is missing, the head is at 6: truncated."


def test_truncated_log_is_detected_even_if_the_head_is_set_back(log):
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 4",
        "UPDATE audit_chains SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE OURS AND seq = 4) "
        f"WHERE key = '{log.cast.org}'",
    )

    assert error_of(log) == "the head was set back to entry 4: truncated after it."


def test_head_that_was_set_back_is_detected_after_new_entries(log):
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 4",
        "UPDATE audit_chains SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE OURS AND seq = 4) "
        f"WHERE key = '{log.cast.org}'",
    )
    renamed = log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")

    assert renamed.status_code == 200
    assert error_of(log).endswith(" does not follow the one before it: entries between were deleted.")


@pytest.mark.parametrize("what", ["audit_chains WHERE key = 'ORG'", "audit_entries WHERE OURS"])
def test_missing_log_or_head_is_detected(log, what):
    log.sql(f"DELETE FROM {what.replace('ORG', log.cast.org)}")

    assert "missing" in error_of(log)


def test_log_missing_together_with_its_head_is_detected(log):
    log.sql("DELETE FROM audit_entries WHERE OURS", f"DELETE FROM audit_chains WHERE key = '{log.cast.org}'")

    assert error_of(log) == "the log or its head is missing."


def test_chain_of_the_portal_is_verified_too(log):
    log.sql("DELETE FROM audit_entries WHERE organization_id IS NULL AND seq = 2")

    code, output = log.verify()
    assert (code, output) == (1, "Error: portal: entry 2 is missing: deleted.\n")
    assert log.verify("--org", log.cast.org)[0] == 0


def test_every_error_is_named_but_not_the_intact_entries_after_it(log):
    log.sql(
        "UPDATE audit_entries SET action = 'else' WHERE OURS AND seq = 2",
        "DELETE FROM audit_entries WHERE OURS AND seq = 4",
        "UPDATE audit_entries SET target = 'else' WHERE OURS AND seq = 6",
    )
    log.sql("DELETE FROM audit_entries WHERE organization_id IS NULL AND seq = 2")

    code, output = log.verify()

    assert code == 1
    second, fourth, sixth, accounts = output.splitlines()
    assert "entry 2 (" in second
    assert fourth == f"Error: {log.cast.org}: entry 4 is missing: deleted."
    assert "entry 6 (" in sixth
    assert accounts == "Error: portal: entry 2 is missing: deleted."


def test_consecutive_missing_entries_are_one_error(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq IN (2, 3, 4)")

    assert error_of(log) == "entries 2 to 4 are missing: deleted."


def test_errors_after_an_inserted_entry_are_named_too(log):
    log.shift(1, after=2)
    log.forge(3)
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS AND seq = 6")

    inserted, edited = errors_of(log)
    assert inserted.endswith(": inserted.")
    assert edited.startswith("entry 6 (")
    assert edited.endswith(": edited.")


@pytest.mark.long
def test_number_of_reported_errors_is_limited(log):
    from app.services.audit_log import verification

    for number in range(verification.MOST_NAMED + 20):
        log.cast.api("alice").post("/organization/", orgId=log.cast.org, name=f"Name {number}")
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS")

    assert len(errors_of(log)) == verification.MOST_NAMED


# Checkpoints


def test_checkpoint_has_a_line_for_each_chain(log):
    entries = log.cast.portal.audit()
    code, output = log.run("checkpoint")
    last = [entry for entry in entries if entry.organization_id == log.cast.org][-1]

    assert code == 0
    ours, accounts = output.splitlines()
    assert ours == f"6 {last.hash} {last.at:%Y-%m-%dT%H:%M:%SZ} {log.cast.org}"
    assert accounts.endswith(" portal")
    assert log.run("checkpoint", "--org", log.cast.org) == (0, f"{ours}\n")
    assert log.run("checkpoint", "--org", "org_else")[0] == 1


def test_log_that_grew_still_matches_its_checkpoint(log, tmp_path):
    _, checkpoint = log.run("checkpoint")
    (tmp_path / "checkpoint").write_text(checkpoint)
    log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")

    assert log.verify("--checkpoint", str(tmp_path / "checkpoint"))[0] == 0
    assert log.verify("--checkpoint", checkpoint)[0] == 0
    assert log.verify("--org", log.cast.org, "--checkpoint", " ".join(checkpoint.split()[:3]))[0] == 0


def test_restored_older_state_is_detected_by_a_checkpoint(log):
    with log.cast.portal.database.reading() as db:
        older = db.execute(audit_chain.HEAD, {"chain": log.cast.org}).one()
    log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")
    _, checkpoint = log.run("checkpoint")
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 6",
        f"UPDATE audit_chains SET seq = 6, hash = '{older.hash}', seal = '{older.seal}' "
        f"WHERE key = '{log.cast.org}'",
    )

    assert log.verify()[0] == 0  # the database alone cannot show it
    assert (
        error_of(log, "--checkpoint", checkpoint) == "entry 7 is missing, the checkpoint is at 7: truncated."
    )


def test_rewritten_log_does_not_match_its_checkpoint(log):
    seq, digest, *rest = log.run("checkpoint", "--org", log.cast.org)[1].split()
    other = " ".join([seq, digest[::-1], *rest])

    assert error_of(log, "--checkpoint", other).endswith(
        " differs from the checkpoint: the log was rewritten."
    )


def test_chain_known_only_to_the_checkpoint_is_reported_as_missing(log):
    code, output = log.verify("--checkpoint", f"3 {'0' * 64} - org_else")

    assert (code, output) == (1, "Error: org_else: the log or its head is missing.\n")


@pytest.mark.parametrize("checkpoint", ["nonsense", "x" * 5000, "x y z org_else", "3 hash time"])
def test_malformed_checkpoint_is_a_usage_error(log, checkpoint):
    assert log.verify("--checkpoint", checkpoint)[0] == 2


def test_unusable_checkpoint_file_is_named(log, tmp_path):
    """A mistyped path, a directory, a gzipped file, or a device that never ends."""
    (tmp_path / "checkpoint.gz").write_bytes(b"\x1f\x8b\x08\xff")
    reasons = {
        str(tmp_path / "nowhere"): "nowhere cannot be read (No such file or directory)",
        str(tmp_path): "cannot be read (Is a directory)",
        str(tmp_path / "checkpoint.gz"): "checkpoint.gz is not UTF-8 text",
        "/dev/zero": "/dev/zero is too long for checkpoints",
    }

    for path, reason in reasons.items():
        code, output = log.verify("--checkpoint", path)
        assert code == 2
        assert reason in output


def test_each_chain_has_its_own_key():
    assert tokens.chain_key("key", "org_a") != tokens.chain_key("key", "org_b")


def test_migration_chains_earlier_entries(tmp_path):
    from app.base import config as settings
    from app.migrations import REVISIONS, bring_up_to_date, migrate
    from app.services.audit_log import verification
    from app.services.installation import secret_key_file
    from app.storage.database import Database

    config = secret_key_file.prepare(settings.load({"CREWROOM_INSTANCE": str(tmp_path)}))
    database = Database(config)
    with database.engine.begin() as connection:
        migrate(connection, REVISIONS[REVISIONS.index("0004") - 1])
        for number, organization in enumerate(("'org_a'", "NULL", "'org_a'", "NULL"), 1):
            connection.exec_driver_sql(
                "INSERT INTO audit_entries (id, at, organization_id, action, target, after) VALUES "
                f"({number}, '2026-01-0{number} 10:00:00.123456', {organization}, 'member.invited', 'x', "
                '\'{"email": "b\\u00fc@crew.test", "role": "read"}\')'
            )
    bring_up_to_date(database)

    with database.reading() as db:
        assert verification.verify() == (4, 2)
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(entry.organization_id, entry.seq) for entry in entries] == [
            ("org_a", 1),
            (None, 1),
            ("org_a", 2),
            (None, 2),
        ]
        assert entries[0].after == {"email": "bü@crew.test", "role": "read"}
    with database.engine.begin() as connection:
        migrate(connection, REVISIONS[REVISIONS.index("0004") - 1], down=True)
        assert connection.exec_driver_sql("SELECT id, organization_id, at FROM audit_entries").all() == [
            (1, "org_a", "2026-01-01 10:00:00.123456"),
            (2, None, "2026-01-02 10:00:00.123456"),
            (3, "org_a", "2026-01-03 10:00:00.123456"),
            (4, None, "2026-01-04 10:00:00.123456"),
        ]
    database.close()
