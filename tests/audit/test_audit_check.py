"""`crewroom audit`: whatever is done to the log behind the portal's back is noticed, and named."""

# ruff: noqa: S608 - somebody who tampers with the database writes SQL

import os

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app.base import tokens
from app.cli import main
from app.models import AuditEntry
from app.services.core import audit_chain


class Log:
    """The log of Northwind with six entries, somebody who can write to the database, and the command line."""

    def __init__(self, cast) -> None:
        self.cast = cast
        for number in range(4):
            cast.api("alice").post("/organization/", orgId=cast.org, name=f"N{number}")

    def sql(self, *statements: str) -> None:
        with self.cast.portal.database.writing() as db:
            for statement in statements:
                db.execute(text(statement.replace("OURS", f"organization_id = '{self.cast.org}'")))

    def shift(self, places: int, *, behind: int) -> None:
        """Move all entries behind a place, by way of places that nobody has."""
        self.sql(
            f"UPDATE audit_entries SET seq = seq + 1000 WHERE OURS AND seq > {behind}",
            f"UPDATE audit_entries SET seq = seq - 1000 + {places} WHERE OURS AND seq > 1000",
        )

    def forge(self, seq: int) -> None:
        """Copy the first entry to a place."""
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


def breaks(log: Log, *options: str) -> list[str]:
    code, output = log.verify(*options)
    assert code == 1, output
    start = f"Error: {log.cast.org}: "
    assert all(line.startswith(start) for line in output.splitlines()), output
    return [line.removeprefix(start) for line in output.splitlines()]


def broken(log: Log, *options: str) -> str:
    (found,) = breaks(log, *options)
    return found


def test_a_whole_log_says_how_long_it_is(log):
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
def test_an_edited_entry_is_named(log, change):
    entry = log.cast.portal.audit("organization.updated")[1]
    log.sql(f"UPDATE audit_entries SET {change} WHERE OURS AND seq = 4")

    found = broken(log)
    assert found.startswith(f"entry 4 ({entry.id}, ")
    assert found.endswith(": edited.")


def test_an_edited_last_entry_is_named(log):
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS AND seq = 6")

    assert broken(log).endswith(": edited.")


def test_an_entry_moved_to_another_organization_is_missed(log):
    other = log.cast.portal.organization(log.cast.alice, "Southwind")
    log.sql(f"UPDATE audit_entries SET organization_id = '{other}', seq = 2 WHERE OURS AND seq = 6")

    code, output = log.verify()
    assert code == 1
    assert "truncated" in output or "inserted" in output


def test_a_deleted_entry_is_missed(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 3")

    assert broken(log) == "entry 3 is missing: deleted."


def test_a_deleted_entry_is_missed_even_if_the_rest_closes_up(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 3")
    log.shift(-1, behind=3)

    assert broken(log).endswith(": moved up, entry 3 was deleted.")


def test_the_first_entry_is_missed(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq = 1")

    assert broken(log) == "entry 1 is missing: deleted."


def test_an_inserted_entry_is_named(log):
    log.shift(1, behind=2)
    log.forge(3)

    found = broken(log)
    assert found.startswith("entry 3 (entry_forged, ")
    assert found.endswith(": inserted.")


def test_a_forged_entry_between_others_is_called_inserted(log):
    log.shift(1, behind=2)
    log.forge(3)
    log.sql("UPDATE audit_entries SET action = 'else' WHERE id = 'entry_forged'")

    assert broken(log).endswith(": inserted.")


def test_an_entry_added_behind_the_head_is_named(log):
    log.forge(7)

    assert broken(log) == "entry 7 comes after the head: inserted."


def test_an_entry_forged_with_the_head_is_named(log):
    log.forge(7)
    log.sql(
        "UPDATE audit_entries SET action = 'else', hash = 'forged' WHERE id = 'entry_forged'",
        f"UPDATE audit_chains SET seq = 7, hash = 'forged' WHERE key = '{log.cast.org}'",
    )

    forged, head = breaks(log)
    assert forged.startswith("entry 7 (entry_forged, ")
    assert head == "the head was set back to entry 7: truncated after it."


def test_swapped_entries_are_named(log):
    log.sql(
        "UPDATE audit_entries SET seq = 1000 WHERE OURS AND seq = 3",
        "UPDATE audit_entries SET seq = 3 WHERE OURS AND seq = 4",
        "UPDATE audit_entries SET seq = 4 WHERE OURS AND seq = 1000",
    )

    third, fourth = breaks(log)
    assert third.startswith("entry 3 (")
    assert fourth.startswith("entry 4 (")
    assert third.endswith(": reordered.")
    assert fourth.endswith(": reordered.")


def test_an_end_cut_off_is_missed(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq > 4")

    assert broken(log) == "entry 5 is missing, the head is at 6: truncated."


def test_an_end_cut_off_is_missed_even_if_the_head_is_set_back(log):
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 4",
        "UPDATE audit_chains SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE OURS AND seq = 4) "
        f"WHERE key = '{log.cast.org}'",
    )

    assert broken(log) == "the head was set back to entry 4: truncated after it."


def test_a_head_set_back_stays_noticed_when_the_log_goes_on(log):
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 4",
        "UPDATE audit_chains SET seq = 4, hash = (SELECT hash FROM audit_entries WHERE OURS AND seq = 4) "
        f"WHERE key = '{log.cast.org}'",
    )
    renamed = log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")

    assert renamed.status_code == 200
    assert broken(log).endswith(" does not follow the one before it: entries between were deleted.")


@pytest.mark.parametrize("what", ["audit_chains WHERE key = 'ORG'", "audit_entries WHERE OURS"])
def test_a_log_or_head_that_is_gone_is_missed(log, what):
    log.sql(f"DELETE FROM {what.replace('ORG', log.cast.org)}")

    assert "missing" in broken(log)


def test_a_log_that_is_gone_with_its_head_is_missed(log):
    log.sql("DELETE FROM audit_entries WHERE OURS", f"DELETE FROM audit_chains WHERE key = '{log.cast.org}'")

    assert broken(log) == "the log or its head is missing."


def test_the_chain_of_accounts_is_checked_too(log):
    log.sql("DELETE FROM audit_entries WHERE organization_id IS NULL AND seq = 2")

    code, output = log.verify()
    assert (code, output) == (1, "Error: portal: entry 2 is missing: deleted.\n")
    assert log.verify("--org", log.cast.org)[0] == 0


def test_every_break_is_named_and_what_is_whole_behind_it_is_not(log):
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


def test_several_entries_that_went_together_are_one_break(log):
    log.sql("DELETE FROM audit_entries WHERE OURS AND seq IN (2, 3, 4)")

    assert broken(log) == "entries 2 to 4 are missing: deleted."


def test_breaks_behind_an_inserted_entry_are_named_too(log):
    log.shift(1, behind=2)
    log.forge(3)
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS AND seq = 6")

    inserted, edited = breaks(log)
    assert inserted.endswith(": inserted.")
    assert edited.startswith("entry 6 (")
    assert edited.endswith(": edited.")


@pytest.mark.long
def test_a_log_that_is_broken_throughout_is_not_listed_without_end(log):
    from app.services.audit_log import verification

    for number in range(verification.MOST_NAMED + 20):
        log.cast.api("alice").post("/organization/", orgId=log.cast.org, name=f"Name {number}")
    log.sql("UPDATE audit_entries SET action = 'else' WHERE OURS")

    assert len(breaks(log)) == verification.MOST_NAMED


# Checkpoints


def test_a_checkpoint_is_a_line_for_each_chain(log):
    entries = log.cast.portal.audit()
    code, output = log.run("checkpoint")
    last = [entry for entry in entries if entry.organization_id == log.cast.org][-1]

    assert code == 0
    ours, accounts = output.splitlines()
    assert ours == f"6 {last.hash} {last.at:%Y-%m-%dT%H:%M:%SZ} {log.cast.org}"
    assert accounts.endswith(" portal")
    assert log.run("checkpoint", "--org", log.cast.org) == (0, f"{ours}\n")
    assert log.run("checkpoint", "--org", "org_else")[0] == 1


def test_a_log_that_grew_still_fits_its_checkpoint(log, tmp_path):
    _, kept = log.run("checkpoint")
    (tmp_path / "kept").write_text(kept)
    log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")

    assert log.verify("--checkpoint", str(tmp_path / "kept"))[0] == 0
    assert log.verify("--checkpoint", kept)[0] == 0
    assert log.verify("--org", log.cast.org, "--checkpoint", " ".join(kept.split()[:3]))[0] == 0


def test_a_whole_older_state_is_missed_by_a_checkpoint(log):
    with log.cast.portal.database.reading() as db:
        older = db.execute(audit_chain.HEAD, {"chain": log.cast.org}).one()
    log.cast.api("alice").post("/organization/", orgId=log.cast.org, name="Later")
    _, kept = log.run("checkpoint")
    log.sql(
        "DELETE FROM audit_entries WHERE OURS AND seq > 6",
        f"UPDATE audit_chains SET seq = 6, hash = '{older.hash}', seal = '{older.seal}' "
        f"WHERE key = '{log.cast.org}'",
    )

    assert log.verify()[0] == 0  # nothing inside the database can show it
    assert broken(log, "--checkpoint", kept) == "entry 7 is missing, the checkpoint is at 7: truncated."


def test_a_rewritten_log_does_not_fit_its_checkpoint(log):
    seq, digest, *rest = log.run("checkpoint", "--org", log.cast.org)[1].split()
    other = " ".join([seq, digest[::-1], *rest])

    assert broken(log, "--checkpoint", other).endswith(" differs from the checkpoint: the log was rewritten.")


def test_a_chain_that_only_the_checkpoint_knows_is_missed(log):
    code, output = log.verify("--checkpoint", f"3 {'0' * 64} - org_else")

    assert (code, output) == (1, "Error: org_else: the log or its head is missing.\n")


@pytest.mark.parametrize("kept", ["nonsense", "x" * 5000, "x y z org_else", "3 hash time"])
def test_what_is_no_checkpoint_is_wrong_usage(log, kept):
    assert log.verify("--checkpoint", kept)[0] == 2


def test_file_of_checkpoints_that_cannot_be_used_is_named(log, tmp_path):
    """A mistyped path, a device that never ends, a gzipped file; a pipe of the shell is fine."""
    (tmp_path / "kept.gz").write_bytes(b"\x1f\x8b\x08\xff")
    reasons = {
        str(tmp_path / "nowhere"): "nowhere cannot be read (No such file or directory)",
        str(tmp_path): "cannot be read (Is a directory)",
        str(tmp_path / "kept.gz"): "kept.gz is not UTF-8 text",
        "/dev/zero": "/dev/zero is too long for checkpoints",
    }

    for path, reason in reasons.items():
        code, output = log.verify("--checkpoint", path)
        assert code == 2
        assert reason in output


def test_each_organization_has_a_key_of_its_own():
    assert tokens.chain_key("key", "org_a") != tokens.chain_key("key", "org_b")


def test_entries_of_before_are_chained_when_the_schema_is_brought_up_to_date(tmp_path):
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
