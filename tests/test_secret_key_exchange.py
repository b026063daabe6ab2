"""`crewroom secret-key rotate` and `reset`: what stays, what ends, and a kill in between."""

import os
import random
import secrets
import signal
import subprocess
import time

import pyotp
import pytest
from sqlalchemy import text

from app import addresses, links
from app.permissions import Role
from app.services import installations
from tests.commands import CommandLine, refused
from tests.databases import only_sqlite
from tests.portal import PASSWORD
from tests.serving import CREWROOM
from tests.soak import LONG


class Used:
    """An installation with a team: a member with an authenticator app, an invitee, sessions, links, a key."""

    def __init__(self, command: CommandLine) -> None:
        self.command = command
        self.file = command.instance / "secret_key"
        self.alice, self.bob = (command.person(f"{name}@crew.test") for name in ("alice", "bob"))
        portal = command.portal()
        self.org = portal.organization(self.alice)
        portal.invite(self.org, self.alice, self.bob, Role.READ)
        self.key = portal.key(self.alice)
        self.invitation = portal.link("bob@crew.test")
        browser = portal.browser()
        browser.log_in("alice@crew.test", PASSWORD)
        portal.close()

    def verify(self) -> str:
        return self.command.done("audit", "verify")

    def status(self, key: str) -> int:
        portal = self.command.portal()
        status = portal.app.test_client().get("/organization/", headers={"authorization": key}).status_code
        portal.close()
        return status

    def live(self, kind: str) -> int:
        query = text(f"SELECT count(*) FROM credentials WHERE kind = '{kind}' AND revoked_at IS NULL")  # noqa: S608
        with installations.existing(self.command.config()) as database, database.reading() as session:
            return session.scalar(query) or 0

    def keys(self):
        with installations.existing(self.command.config()) as database, database.reading() as session:
            rows = session.execute(text("SELECT number, sealed IS NULL FROM portal_keys ORDER BY number"))
            return [(number, bool(newest)) for number, newest in rows]


@pytest.fixture
def used(crewroom):
    return Used(crewroom)


def test_rotation_keeps_keys_and_the_audit_log_and_ends_sessions_and_links(used):
    before = used.file.read_text()
    checkpoint = used.command.done("audit", "checkpoint")
    assert used.live("session") == 3

    printed = used.command.done("secret-key", "rotate")

    assert "The secret key is replaced. Sessions ended: 3. Links ended: 1." in printed
    assert used.file.read_text() != before
    assert used.live("session") == 0
    assert used.status(used.key) == 200
    assert "whole" in used.verify()
    assert "whole" in used.command.done("audit", "verify", "--checkpoint", checkpoint)
    assert before not in used.command.portal().stored().decode("latin-1")
    portal = used.command.portal()
    assert portal.browser().client.get(used.invitation).status_code == 404
    assert [entry.action for entry in portal.audit("portal.secret_key_rotated")] == [
        "portal.secret_key_rotated"
    ]
    portal.close()


def test_authenticator_apps_work_after_a_rotation(used):
    portal = used.command.portal()
    secret = second_factor(portal, "alice@crew.test")
    portal.close()

    assert "Authenticator apps sealed anew: 1." in used.command.done("secret-key", "rotate")

    assert opened_secret(used) == secret


def test_invitation_can_be_sent_again_after_a_rotation(used):
    used.command.done("secret-key", "rotate")
    portal = used.command.portal()

    with portal.working() as session:
        identifier, digest = session.execute(text("SELECT id, digest FROM invitations")).one()

    from app.secrets import digest as digest_of

    assert digest == digest_of(links.secret(portal.config, links.Purpose.INVITATION, identifier))
    portal.close()


def test_log_that_goes_on_after_several_rotations_is_whole(used):
    for number in range(3):
        used.command.done("secret-key", "rotate")
        used.command.user(f"p{number}@crew.test")

    assert "whole" in used.verify()
    assert used.keys() == [(1, False), (2, False), (3, False), (4, True)]


def test_log_broken_before_a_rotation_is_named_after_it(used):
    with installations.existing(used.command.config()) as database, database.writing() as session:
        session.execute(
            text("UPDATE audit_entries SET action = 'else' WHERE organization_id IS NULL AND seq = 1")
        )

    used.command.done("secret-key", "rotate")

    result = used.command.run("audit", "verify")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "portal: entry 1 (" in result.stderr


def test_old_key_cannot_change_the_log_after_a_rotation(used):
    """An attacker with the leaked key and the database seals an edited entry anew."""
    from app.services import audit_chain

    old = used.file.read_text()
    used.command.done("secret-key", "rotate")
    with installations.existing(used.command.config()) as database, database.writing() as session:
        entry = dict(
            session.execute(
                audit_chain.ENTRIES.select().where(audit_chain.of_chain("portal"), text("seq = 2"))
            )
            .mappings()
            .one()
        )
        from app import secrets as sealing

        entry["action"] = "forged"
        forged = audit_chain.sealed(sealing.chain_key(old, "portal"), entry)
        forgery = audit_chain.ENTRIES.update().where(audit_chain.ENTRIES.c.id == entry["id"])
        session.execute(forgery.values(action="forged", hash=forged))

    result = used.command.run("audit", "verify")
    assert result.exit_code == 1
    assert "portal: entry 3 (" in result.stderr  # it does not follow the forged one


def test_backup_from_before_a_rotation_can_be_restored(used, tmp_path):
    used.command.done("backup", str(tmp_path / "kept.tar"))
    used.command.done("secret-key", "rotate")
    used.command.done("backup", str(tmp_path / "later.tar"))

    for name in ("kept.tar", "later.tar"):
        other = CommandLine(tmp_path / f"other-{name}")
        assert "whole" in other.done("restore", str(tmp_path / name))
        assert "whole" in other.done("audit", "verify")


def test_weak_key_can_be_replaced(crewroom):
    """An installation of an earlier version, whose operator wrote the key."""
    crewroom.instance.mkdir()
    crewroom.install()
    with installations.existing(crewroom.config()) as database, database.writing() as session:
        session.execute(text("DELETE FROM portal_keys"))
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
    crewroom.variables["CREWROOM_SECRET_KEY_FILE"] = str(following)
    assert "alice@crew.test" in crewroom.done("user", "list")


@pytest.mark.parametrize("command", ["rotate", "reset"])
def test_nothing_is_replaced_where_there_is_no_installation(crewroom, command):
    assert refused(crewroom.run("secret-key", command)).startswith("There is no installation in")
    assert not (crewroom.instance / "secret_key").exists()


def test_wrong_key_is_not_rotated(used):
    used.file.write_text(secrets.token_hex(32))

    assert "is not the secret key of this database" in refused(used.command.run("secret-key", "rotate"))


# --- A kill in between


def test_kill_behind_the_commit_leaves_the_new_key(used):
    old = used.file.read_text()
    used.command.done("secret-key", "rotate")
    new = used.file.read_text()
    (used.command.instance / "secret_key.next").write_text(new)  # what it is like in between
    used.file.write_text(old)

    assert "whole" in used.verify()

    assert used.file.read_text() == new
    assert not (used.command.instance / "secret_key.next").exists()


def test_kill_before_the_commit_leaves_the_old_key(used):
    old = used.file.read_text()
    (used.command.instance / "secret_key.next").write_text(secrets.token_hex(32))

    assert "whole" in used.verify()

    assert used.file.read_text() == old
    assert not (used.command.instance / "secret_key.next").exists()


@pytest.mark.long
def test_killed_rotations_leave_the_old_or_the_new_key(used):
    environment = {**os.environ, **{name: value for name, value in used.command.variables.items() if value}}
    for _ in range(60 if LONG else 6):
        process = subprocess.Popen(
            [CREWROOM, "secret-key", "rotate"], env=environment, stdout=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.2, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait(30)

        assert "whole" in used.verify()
        assert used.status(used.key) == 200


# --- A lost key


def test_reset_says_what_ends_before_it_asks(used):
    used.file.unlink()

    result = used.command.run("secret-key", "reset", given="n\n")

    assert result.exit_code == 1
    for part in ("- 3 sessions", "- 1 mailed links", "- 0 authenticator apps", "entries of the audit log"):
        assert part in result.stdout
    assert not used.file.exists()
    assert "secret_key is missing" in refused(used.command.run("user", "list"))


def test_reset_begins_anew(used):
    used.file.unlink()

    used.command.done("secret-key", "reset", "--yes")

    assert len(used.file.read_text()) == 64
    assert used.live("session") == 0
    assert used.status(used.key) == 200
    assert "whole" in used.verify()
    portal = used.command.portal()
    (note,) = portal.audit("audit.sealed_anew")[:1]
    assert set(note.after) == {"entries", "last_hash"}
    assert portal.audit("portal.secret_key_reset")
    portal.close()
    with installations.existing(used.command.config()) as database, database.writing() as session:
        session.execute(
            text("UPDATE audit_entries SET action = 'else' WHERE organization_id IS NULL AND seq = 1")
        )
    assert used.command.run("audit", "verify").exit_code == 1


def test_reset_keeps_a_key_that_belongs_elsewhere(used):
    foreign = secrets.token_hex(32)
    used.file.write_text(foreign)

    used.command.done("secret-key", "reset", "--yes")

    (kept,) = used.command.instance.glob("secret_key.replaced-*")
    assert kept.read_text() == foreign
    assert used.file.read_text() != foreign


def test_reset_refuses_where_the_key_is_not_lost(used):
    assert refused(used.command.run("secret-key", "reset", "--yes")).startswith("The secret key is not lost.")


@only_sqlite("the lock is of the folder")
@pytest.mark.parametrize("arguments", [["rotate"], ["reset", "--yes"]])
def test_nothing_is_replaced_while_the_portal_runs(used, arguments):
    with installations.started(used.command.config()):
        line = refused(used.command.run("secret-key", *arguments))

    assert line.startswith("Crewroom is running on ")


def second_factor(portal, address):
    from app import clock, identifiers
    from app import secrets as sealing
    from app.models import Factor, FactorKind
    from app.services import accounts, factors

    secret = pyotp.random_base32()
    with portal.working() as session:
        user = accounts.by_address(addresses.parse(address))
        assert user is not None
        sealed = sealing.seal(portal.config.secret_key, factors.purpose(user.id), secret, at=0)
        session.add(
            Factor(
                id=identifiers.new("factor"),
                user_id=user.id,
                kind=FactorKind.TOTP,
                name="App",
                sealed=sealed,
                created_at=clock.now(),
            )
        )
    return secret


def opened_secret(used):
    from app import secrets as sealing
    from app.services import factors

    with installations.existing(used.command.config()) as database, database.reading() as session:
        user_id, sealed = session.execute(text("SELECT user_id, sealed FROM factors")).one()
        return sealing.unseal(database.config.secret_key, factors.purpose(user_id), sealed, at=0)


def test_running_process_with_the_old_key_writes_nothing(used):
    """Another host on the same database that was not stopped: its entries would break the log."""
    portal = used.command.portal()
    config = used.command.config()
    used.command.variables["CREWROOM_DATABASE_URL"] = config.database_url.replace("+psycopg", "")
    used.command.done("secret-key", "rotate")

    answer = portal.app.test_client().post(
        "/organization/", headers={"authorization": used.key}, json={"orgId": used.org, "name": "Later"}
    )

    assert answer.status_code == 503
    portal.close()
    assert "whole" in used.verify()
