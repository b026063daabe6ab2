"""`crewroom user`: create, list, disable, unlock."""

import pytest

from app.base.permissions import Role
from tests.support.commands import refused
from tests.support.password_attempts import lock_out, right_password_status
from tests.support.portal import PASSWORD


def test_user_is_created_and_can_log_in(crewroom):
    printed = crewroom.user("Alice@crew.test", "Alice")

    portal = crewroom.portal()
    browser = portal.browser()
    browser.log_in("alice@crew.test", PASSWORD)
    assert printed.startswith("user_")
    assert printed.endswith(" Alice@crew.test\n")
    assert browser.page.find(id="unconfirmed") is None
    portal.close()


@pytest.mark.parametrize("given", [f"{PASSWORD}\n", PASSWORD, f"{PASSWORD}\r\n", f"{PASSWORD}\nmore\n"])
def test_password_is_the_first_line_of_standard_input(crewroom, given):
    crewroom.done("user", "create", "alice@crew.test", "--password-stdin", given=given)

    portal = crewroom.portal()
    portal.browser().log_in("alice@crew.test", PASSWORD)
    portal.close()


def test_user_without_a_password_is_mailed_a_link(crewroom):
    created = crewroom.run("user", "create", "alice@crew.test")

    assert "`crewroom user reset-link alice@crew.test`" in created.stderr
    portal = crewroom.portal()
    portal.browser().log_in("alice@crew.test", PASSWORD, status=401)
    portal.browser().submit("/reset/", email="alice@crew.test")
    portal.run_jobs()
    token = portal.link("alice@crew.test").partition("token=")[2]
    portal.browser().submit("/reset/password/", token=token, password=PASSWORD)
    portal.browser().log_in("alice@crew.test", PASSWORD)
    portal.close()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("short\n", "Password must have 12 to 256 characters"),
        ("password1234\n", "Password is too easy to guess"),
        ("x" * 257, "Password must have 12 to 256 characters"),
        ("", "Password"),
        ("\n", "Password"),
        (b"\xff\xfe not text at all\n", "Password"),
    ],
)
def test_bad_password_creates_no_user(crewroom, given, reason):
    crewroom.install()
    result = crewroom.run("user", "create", "alice@crew.test", "--password-stdin", given=given)

    assert refused(result).startswith(reason)
    assert crewroom.done("user", "list") == ""


def test_taken_address_is_refused(crewroom):
    crewroom.user("alice@crew.test")

    result = crewroom.run("user", "create", "ALICE@crew.test")

    assert refused(result) == "ALICE@crew.test already has an account."
    assert len(crewroom.done("user", "list").splitlines()) == 1


@pytest.mark.parametrize("email", ["alice", "", "alice@crew.test\nbob@crew.test"])
def test_bad_address_is_refused(crewroom, email):
    assert refused(crewroom.run("user", "create", email)).startswith("Invalid email format")


def test_users_are_listed(crewroom):
    alice, bob = (
        crewroom.user("alice@crew.test", "Alice").split()[0],
        crewroom.user("bob@crew.test").split()[0],
    )
    crewroom.done("user", "disable", "bob@crew.test")
    portal = crewroom.portal()
    uma = portal.person("Uma", confirmed=False).uid
    portal.close()

    lines = [line.split("\t") for line in crewroom.done("user", "list").splitlines()]

    assert lines == [
        [alice, "alice@crew.test", "confirmed", "Alice"],
        [bob, "bob@crew.test", "disabled", ""],
        [uma, "uma@crew.test", "unconfirmed", "Uma"],
    ]


@pytest.mark.short
def test_disabling_ends_sessions_and_keys(crewroom):
    crewroom.user("alice@crew.test")
    key = crewroom.done("key", "create", "alice@crew.test", "--name", "ci").strip()
    portal = crewroom.portal()
    browser = portal.browser()
    browser.log_in("alice@crew.test", PASSWORD)

    printed = crewroom.done("user", "disable", "Alice@crew.test")

    assert printed == "alice@crew.test is disabled\n"
    assert browser.client.get("/organization/").status_code == 401
    assert portal.api(key).get("/organization/").status_code == 401
    portal.close()


@pytest.mark.short
def test_disabling_spares_the_last_super_admin(crewroom):
    alice, bob = crewroom.person("alice@crew.test"), crewroom.person("bob@crew.test")
    portal = crewroom.portal()
    org = portal.organization(alice)

    line = refused(crewroom.run("user", "disable", "alice@crew.test"))
    portal.join(org, bob, Role.SUPER_ADMIN)
    crewroom.done("user", "disable", "alice@crew.test")
    again = refused(crewroom.run("user", "disable", "bob@crew.test"))

    assert line.startswith("Cannot remove the last admin from the organization")
    assert f"No other super admin can act in Northwind ({org})." in line
    assert again == line
    portal.close()


def test_disabling_an_unknown_account_is_refused(crewroom):
    crewroom.install()

    assert "has no account" in refused(crewroom.run("user", "disable", "alice@crew.test"))


def test_password_of_the_cast_is_not_on_the_command_line(crewroom):
    result = crewroom.run("user", "create", "alice@crew.test", "--password", PASSWORD)

    assert result.exit_code == 2


def test_operator_unlocks_an_account(crewroom):
    crewroom.user("alice@crew.test")
    portal = crewroom.portal()
    lock_out(portal, "alice@crew.test")
    assert right_password_status(portal, "alice@crew.test") == 429

    printed = crewroom.done("user", "unlock", "Alice@crew.test")

    assert printed == "alice@crew.test can sign in again\n"
    assert right_password_status(portal, "alice@crew.test") == 200
    assert [entry.action for entry in portal.audit("account.unlocked")] == ["account.unlocked"]
    portal.close()


def test_unlocking_an_unknown_account_is_refused(crewroom):
    crewroom.install()

    assert "has no account" in refused(crewroom.run("user", "unlock", "alice@crew.test"))
