"""`crewroom secret-key rotate` and `reset`: what remains, what ends, and kills in between."""

import os
import random
import secrets
import signal
import subprocess
import time

import pytest
from sqlalchemy import text

from app.services.installation import installations
from app.text import links
from tests.support.commands import CommandLine, refused
from tests.support.databases import only_sqlite
from tests.support.secret_key_users import SecretKeyUsers, add_authenticator_app, decrypted_app_secret
from tests.support.serving import CREWROOM
from tests.support.soak import LONG

# A power failure leaves files empty or full of NULs where names are written before content.
DAMAGED = (b"", b"\xff\xfe\x00half a key", bytes(64))


@pytest.fixture
def installed(crewroom):
    return SecretKeyUsers(crewroom)


@pytest.mark.short
def test_rotation_keeps_keys_and_audit_log_and_ends_sessions_and_links(installed):
    before = installed.file.read_text()
    checkpoint = installed.command.done("audit", "checkpoint")
    assert installed.live_credentials("session") == 3

    printed = installed.command.done("secret-key", "rotate")

    assert "The secret key is replaced. Sessions ended: 3. Links ended: 1." in printed
    assert installed.file.read_text() != before
    assert installed.live_credentials("session") == 0
    assert installed.status(installed.key) == 200
    assert "whole" in installed.verify()
    assert "whole" in installed.command.done("audit", "verify", "--checkpoint", checkpoint)
    assert before not in installed.command.portal().stored_bytes().decode("latin-1")
    portal = installed.command.portal()
    assert portal.browser().client.get(installed.invitation).status_code == 404
    assert [entry.action for entry in portal.audit("portal.secret_key_rotated")] == [
        "portal.secret_key_rotated"
    ]
    portal.close()


@pytest.mark.long
def test_authenticator_apps_work_after_a_rotation(installed):
    portal = installed.command.portal()
    secret = add_authenticator_app(portal, "alice@crew.test")
    portal.close()

    assert "Authenticator apps re-encrypted: 1." in installed.command.done("secret-key", "rotate")

    assert decrypted_app_secret(installed) == secret


@pytest.mark.long
def test_invitation_can_be_sent_again_after_a_rotation(installed):
    installed.command.done("secret-key", "rotate")
    portal = installed.command.portal()

    with portal.writing() as db:
        identifier, digest = db.execute(text("SELECT id, digest FROM invitations")).one()

    from app.base.tokens import digest as digest_of

    assert digest == digest_of(links.secret(portal.config, links.Purpose.INVITATION, identifier))
    portal.close()


@pytest.mark.long
def test_audit_log_is_intact_after_several_rotations(installed):
    for number in range(3):
        installed.command.done("secret-key", "rotate")
        installed.command.user(f"p{number}@crew.test")

    assert "whole" in installed.verify()
    assert installed.keys() == [(1, False), (2, False), (3, False), (4, True)]


@pytest.mark.long
def test_audit_log_broken_before_a_rotation_is_reported_afterwards(installed):
    with installations.existing(installed.command.config()) as database, database.writing() as db:
        db.execute(text("UPDATE audit_entries SET action = 'else' WHERE organization_id IS NULL AND seq = 1"))

    installed.command.done("secret-key", "rotate")

    result = installed.command.run("audit", "verify")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "portal: entry 1 (" in result.stderr


@pytest.mark.short
def test_old_key_cannot_forge_the_audit_log_after_a_rotation(installed):
    """An attacker with the leaked key and the database re-seals an edited entry."""
    from app.services.core import audit_chain

    old = installed.file.read_text()
    installed.command.done("secret-key", "rotate")
    with installations.existing(installed.command.config()) as database, database.writing() as db:
        entry = dict(
            db.execute(audit_chain.ENTRIES.select().where(audit_chain.in_chain("portal"), text("seq = 2")))
            .mappings()
            .one()
        )
        from app.base import tokens as sealing

        entry["action"] = "forged"
        forged = audit_chain.sealed(sealing.chain_key(old, "portal"), entry)
        forgery = audit_chain.ENTRIES.update().where(audit_chain.ENTRIES.c.id == entry["id"])
        db.execute(forgery.values(action="forged", hash=forged))

    result = installed.command.run("audit", "verify")
    assert result.exit_code == 1
    assert "portal: entry 3 (" in result.stderr  # it no longer follows from the forged entry


@pytest.mark.long
def test_backup_from_before_a_rotation_can_be_restored(installed, tmp_path):
    installed.command.done("backup", str(tmp_path / "kept.tar"))
    installed.command.done("secret-key", "rotate")
    installed.command.done("backup", str(tmp_path / "later.tar"))

    for name in ("kept.tar", "later.tar"):
        other = CommandLine(tmp_path / f"other-{name}")
        assert "whole" in other.done("restore", str(tmp_path / name))
        assert "whole" in other.done("audit", "verify")


def test_weak_key_can_be_replaced(crewroom):
    """An installation of an earlier version, whose operator wrote the key by hand."""
    crewroom.instance.mkdir()
    crewroom.install()
    with installations.existing(crewroom.config()) as database, database.writing() as db:
        db.execute(text("DELETE FROM portal_keys"))
    (crewroom.instance / "secret_key").write_text("changeme")
    assert "crewroom secret-key rotate" in refused(crewroom.run("user", "list"))

    crewroom.done("secret-key", "rotate")

    assert crewroom.done("user", "list") == ""


def test_key_from_the_settings_is_replaced_by_a_given_one(crewroom, tmp_path):
    current, following = tmp_path / "current", tmp_path / "following"
    current.write_text(secrets.token_hex(32))
    crewroom.variables["CREWROOM_SECRET_KEY_FILE"] = str(current)
    crewroom.user("alice@crew.test")
    assert refused(crewroom.run("secret-key", "rotate")).startswith(
        "The secret key comes from CREWROOM_SECRET_KEY"
    )
    following.write_text("changeme")
    assert "following: must have 32" in refused(
        crewroom.run("secret-key", "rotate", "--new-key-file", str(following))
    )
    following.write_text(secrets.token_hex(32))

    crewroom.done("secret-key", "rotate", "--new-key-file", str(following))

    assert "is not the secret key of this database" in refused(crewroom.run("user", "list"))
    # Killed after its commit, the command is run again.
    assert f"to the key in {following}" in crewroom.done(
        "secret-key", "rotate", "--new-key-file", str(following)
    )
    crewroom.variables["CREWROOM_SECRET_KEY_FILE"] = str(following)
    assert "alice@crew.test" in crewroom.done("user", "list")


def test_rotation_to_the_key_in_use_changes_nothing(installed):
    printed = installed.command.done("secret-key", "rotate", "--new-key-file", str(installed.file))

    assert printed.startswith("The secret key has already been replaced by an earlier command.")
    assert installed.keys() == [(1, True)]
    assert installed.live_credentials("session") == 3


@pytest.mark.long
def test_rotating_to_the_missing_key_is_refused_with_advice(installed):
    found = installed.file.rename(installed.command.instance.with_name("found"))

    line = refused(installed.command.run("secret-key", "rotate", "--new-key-file", str(found)))

    assert line.endswith("put the right one back, or run `crewroom secret-key reset` if it is lost")


@pytest.mark.parametrize("command", ["rotate", "reset"])
def test_no_key_is_replaced_where_there_is_no_installation(crewroom, command):
    assert refused(crewroom.run("secret-key", command)).startswith("There is no installation in")
    assert not (crewroom.instance / "secret_key").exists()


def test_wrong_key_is_not_rotated(installed):
    installed.file.write_text(secrets.token_hex(32))

    assert "is not the secret key of this database" in refused(installed.command.run("secret-key", "rotate"))


# --- Interrupted by a kill


def test_kill_after_the_commit_leaves_the_new_key(installed):
    old = installed.file.read_text()
    installed.command.done("secret-key", "rotate")
    new = installed.file.read_text()
    (installed.command.instance / "secret_key.next").write_text(new)  # the state in between
    installed.file.write_text(old)

    assert "whole" in installed.verify()

    assert installed.file.read_text() == new
    assert not (installed.command.instance / "secret_key.next").exists()


@pytest.mark.long
@pytest.mark.parametrize("command", [("rotate",), ("reset", "--yes")])
def test_interrupted_replacement_is_completed_by_either_command(installed, command):
    old = installed.file.read_text()
    installed.command.done("secret-key", "rotate")
    installed.file.rename(installed.command.instance / "secret_key.next")
    installed.file.write_text(old)

    printed = installed.command.done("secret-key", *command)

    assert printed.startswith("The secret key has already been replaced by an earlier command.")
    assert installed.keys() == [(1, False), (2, True)]
    assert "whole" in installed.verify()


def test_key_that_cannot_be_renamed_is_named(installed):
    """A single file mounted into a container cannot be replaced either: "Device or resource busy"."""
    installed.command.done("secret-key", "rotate")
    new = installed.file.rename(installed.command.instance / "secret_key.next")
    installed.file.mkdir()

    for arguments in (["user", "list"], ["secret-key", "rotate"], ["secret-key", "reset", "--yes"]):
        line = refused(installed.command.run(*arguments))

        assert f"{new} is the secret key of this database now; rename it to secret_key" in line
    installed.file.rmdir()
    assert "whole" in installed.verify()


@pytest.mark.long
@pytest.mark.parametrize("content", DAMAGED, ids=["empty", "torn", "NULs"])
def test_unused_draft_of_a_key_does_not_prevent_the_start(installed, content):
    (installed.command.instance / "secret_key.next").write_bytes(content)

    assert "ok     secret key" in installed.command.run("doctor").stdout
    assert "whole" in installed.verify()


def test_kill_before_the_commit_leaves_the_old_key(installed):
    old = installed.file.read_text()
    (installed.command.instance / "secret_key.next").write_text(secrets.token_hex(32))

    assert "whole" in installed.verify()

    assert installed.file.read_text() == old
    assert not (installed.command.instance / "secret_key.next").exists()


@pytest.mark.long
def test_killed_rotations_leave_the_old_or_the_new_key(installed):
    environment = {
        **os.environ,
        **{name: value for name, value in installed.command.variables.items() if value},
    }
    for _ in range(60 if LONG else 6):
        process = subprocess.Popen(
            [CREWROOM, "secret-key", "rotate"], env=environment, stdout=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.2, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait(30)

        assert "whole" in installed.verify()
        assert installed.status(installed.key) == 200


# --- A lost key


def test_reset_lists_what_ends_before_it_asks(installed):
    installed.file.unlink()

    result = installed.command.run("secret-key", "reset", given="n\n")

    assert result.exit_code == 1
    for part in ("- 3 sessions", "- 1 mailed links", "- 0 authenticator apps", "entries of the audit log"):
        assert part in result.stdout
    assert not installed.file.exists()
    assert "secret_key is missing" in refused(installed.command.run("user", "list"))


@pytest.mark.short
def test_reset_creates_a_key_and_seals_the_audit_log_again(installed):
    installed.file.unlink()

    installed.command.done("secret-key", "reset", "--yes")

    assert len(installed.file.read_text()) == 64
    assert installed.live_credentials("session") == 0
    assert installed.status(installed.key) == 200
    assert "whole" in installed.verify()
    portal = installed.command.portal()
    (note,) = portal.audit("audit.sealed_anew")[:1]
    assert set(note.after) == {"entries", "last_hash"}
    assert portal.audit("portal.secret_key_reset")
    portal.close()
    with installations.existing(installed.command.config()) as database, database.writing() as db:
        db.execute(text("UPDATE audit_entries SET action = 'else' WHERE organization_id IS NULL AND seq = 1"))
    assert installed.command.run("audit", "verify").exit_code == 1


def test_reset_saves_a_copy_of_a_foreign_key(installed):
    foreign = secrets.token_hex(32)
    installed.file.write_text(foreign)

    installed.command.done("secret-key", "reset", "--yes")

    (kept,) = installed.command.instance.glob("secret_key.replaced-*")
    assert kept.read_text() == foreign
    assert installed.file.read_text() != foreign


@pytest.mark.long
@pytest.mark.parametrize("content", [*DAMAGED, b"changeme\n"], ids=["empty", "torn", "NULs", "other"])
def test_damaged_key_counts_as_lost(installed, content):
    installed.file.write_bytes(content)
    assert "crewroom secret-key reset" in refused(installed.command.run("user", "list"))
    assert "crewroom secret-key reset" in installed.command.run("doctor").stdout

    installed.command.done("secret-key", "reset", "--yes")

    (kept,) = installed.command.instance.glob("secret_key.replaced-*")
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "whole" in installed.verify()
    assert installed.status(installed.key) == 200


def test_folder_instead_of_the_key_is_refused_before_anything_changes(installed):
    """Docker creates a folder where the file of a volume is missing."""
    key = installed.file.rename(installed.command.instance.with_name("key"))
    installed.file.mkdir()

    line = refused(installed.command.run("secret-key", "reset", "--yes", given="y\n"))

    assert line == f"CREWROOM_INSTANCE: {installed.file} cannot be read (Is a directory)"
    installed.file.rmdir()
    key.rename(installed.file)
    assert installed.live_credentials("session") == 3


def test_reset_is_refused_if_the_key_is_not_lost(installed):
    assert refused(installed.command.run("secret-key", "reset", "--yes")).startswith(
        "The secret key is not lost."
    )


@pytest.mark.long
@only_sqlite("only an SQLite installation locks its folder")
@pytest.mark.parametrize("arguments", [["rotate"], ["reset", "--yes"]])
def test_no_key_is_replaced_while_the_portal_runs(installed, arguments):
    with installations.started(installed.command.config()):
        line = refused(installed.command.run("secret-key", *arguments))

    assert line.startswith("Crewroom is running on ")


@pytest.mark.long
def test_running_process_with_the_old_key_cannot_write(installed):
    """A host on the same database that was not stopped: its entries would break the audit log."""
    portal = installed.command.portal()
    config = installed.command.config()
    installed.command.variables["CREWROOM_DATABASE_URL"] = config.database_url.replace("+psycopg", "")
    installed.command.done("secret-key", "rotate")

    answer = portal.app.test_client().post(
        "/organization/",
        headers={"authorization": installed.key},
        json={"orgId": installed.org, "name": "Later"},
    )

    assert answer.status_code == 503
    portal.close()
    assert "whole" in installed.verify()
