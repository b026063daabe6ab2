"""`crewroom user enable` and `log-out`: the operator enables accounts, and ends sessions."""

import pytest

from app.base.permissions import Role
from tests.support.commands import refused
from tests.support.portal import PASSWORD
from tests.support.second_factors import set_up_app, start_sign_in

pytestmark = pytest.mark.short


def status(browser):
    return browser.client.get("/organization/").status_code


def test_enabled_account_can_sign_in_again_and_what_ended_stays_ended(crewroom):
    alice, bob = crewroom.person("alice@crew.test"), crewroom.person("bob@crew.test")
    key = crewroom.done("key", "create", bob.email, "--name", "ci").strip()
    portal = crewroom.portal()
    org = portal.organization(alice)
    portal.join(org, bob, Role.WRITE)
    old = portal.browser(bob)
    crewroom.done("user", "disable", bob.email)

    printed = crewroom.done("user", "enable", "Bob@crew.test")

    assert printed == "bob@crew.test can sign in again; keys must be created again\n"
    assert (status(old), portal.api(key).get("/organization/").status_code) == (401, 401)
    listed = portal.browser(bob).json("GET", "/organization/").get_json()["data"]
    assert [found["id"] for found in listed] == [org]
    assert portal.role_of(org, bob) == "write"
    assert [entry.target for entry in portal.audit("account.enabled")] == [bob.uid]
    portal.close()


def test_enabled_super_admin_counts_again(crewroom):
    alice, bob = crewroom.person("alice@crew.test"), crewroom.person("bob@crew.test")
    portal = crewroom.portal()
    portal.join(portal.organization(alice), bob, Role.SUPER_ADMIN)
    crewroom.done("user", "disable", bob.email)
    crewroom.run("user", "disable", alice.email)

    crewroom.done("user", "enable", bob.email)

    assert crewroom.done("user", "disable", alice.email) == "alice@crew.test is disabled\n"
    portal.close()


def test_invitations_from_a_disabled_account_cannot_be_accepted(crewroom):
    """Otherwise a second account of the same person could join by it."""
    alice, bob, second = (crewroom.person(f"{name}@crew.test") for name in ("alice", "bob", "second"))
    portal = crewroom.portal()
    org = portal.organization(alice)
    portal.join(org, bob, Role.SUPER_ADMIN)
    portal.invite(org, bob, second, Role.SUPER_ADMIN)
    third = portal.person("Third")
    portal.invite(org, alice, third, Role.READ)

    crewroom.done("user", "disable", bob.email)

    late = portal.browser(second).json("POST", "/invitation/", json={"orgId": org})
    assert (late.status_code, portal.role_of(org, second)) == (404, None)
    assert portal.role_of(org, third) == "invite_read", "invitations by others remain"
    portal.close()


def test_only_a_disabled_account_is_enabled(crewroom):
    crewroom.user("alice@crew.test")

    line = refused(crewroom.run("user", "enable", "alice@crew.test"))

    assert line == "alice@crew.test is not disabled."
    assert "has no account" in refused(crewroom.run("user", "enable", "bob@crew.test"))


def test_erased_account_cannot_be_enabled(crewroom):
    alice = crewroom.person("alice@crew.test")
    portal = crewroom.portal()
    portal.browser(alice).submit("/account/", method="DELETE", email=alice.email, password=PASSWORD)

    line = refused(crewroom.run("user", "enable", f"{alice.uid}@erased.invalid"))

    assert "has no account" in line
    assert portal.audit("account.enabled") == []
    portal.close()


def test_operator_signs_a_person_out_everywhere(crewroom):
    alice, bob = crewroom.person("alice@crew.test"), crewroom.person("bob@crew.test")
    key = crewroom.done("key", "create", alice.email, "--name", "ci").strip()
    portal = crewroom.portal()
    one, two, others = portal.browser(alice), portal.browser(alice), portal.browser(bob)

    printed = crewroom.done("user", "log-out", "Alice@crew.test")

    assert printed == "2 sessions ended\n"
    assert (status(one), status(two), status(others)) == (401, 401, 200)
    assert portal.api(key).get("/organization/").status_code == 200
    (entry,) = portal.audit("account.logged_out")
    assert (entry.actor_id, entry.target, entry.after) == (None, alice.uid, {"sessions": 2})
    one.log_in(alice.email, PASSWORD)
    assert status(one) == 200
    portal.close()


def test_operator_signs_everyone_out(crewroom):
    alice, bob = crewroom.person("alice@crew.test"), crewroom.person("bob@crew.test")
    portal = crewroom.portal()
    browsers = [portal.browser(alice), portal.browser(bob)]

    printed = crewroom.done("user", "log-out", "--everybody")

    assert printed == "2 sessions ended\n"
    assert [status(browser) for browser in browsers] == [401, 401]
    assert [entry.after for entry in portal.audit("session.all_closed")] == [{"sessions": 2}]
    portal.close()


def test_pending_logins_end_too(crewroom):
    alice = crewroom.person("alice@crew.test")
    portal = crewroom.portal()
    app = set_up_app(portal.browser(alice))
    half = portal.browser()
    start_sign_in(half, alice.email)

    crewroom.done("user", "log-out", alice.email)

    answer = half.json("POST", "/login/second/", json={"code": app.recovery_codes[0]})
    assert (answer.status_code, status(half)) == (401, 401)
    portal.close()


def test_signing_out_an_unknown_account_is_refused(crewroom):
    crewroom.install()

    assert "has no account" in refused(crewroom.run("user", "log-out", "alice@crew.test"))
    assert crewroom.run("user", "log-out").exit_code == 2
    assert crewroom.run("user", "log-out", "alice@crew.test", "--everybody").exit_code == 2
