"""`crewroom key`: create, list, revoke."""

import pytest

from app.base import tokens
from tests.support.commands import refused
from tests.support.portal import PASSWORD


def test_key_is_printed_alone_and_works(crewroom):
    crewroom.user("alice@crew.test")

    printed = crewroom.done("key", "create", "alice@crew.test", "--name", "ci")

    portal = crewroom.portal()
    secret = printed.removesuffix("\n")
    assert tokens.well_formed(secret)
    assert portal.api(secret).put("/organization/", name="Northwind").status_code == 200
    portal.close()


@pytest.mark.short
def test_key_may_be_limited(crewroom):
    alice = crewroom.person("alice@crew.test")
    portal = crewroom.portal()
    org, other = portal.organization(alice), portal.organization(alice, "Acme")

    options = ("--name", "ci", "--role", "read", "--org", org, "--expires-in-days", "7")
    program = portal.api(crewroom.done("key", "create", "alice@crew.test", *options).strip())

    assert program.get("/organization/", orgId=org).status_code == 200
    assert program.get("/organization/", orgId=other).status_code == 403
    assert program.post("/organization/", orgId=org, name="New").status_code == 403
    (listed,) = crewroom.done("key", "list").splitlines()
    assert listed.split("\t")[3:] == ["read", org, "ci"]
    portal.close()


@pytest.mark.short
def test_keys_are_listed_without_their_secrets_and_revoked(crewroom):
    crewroom.user("alice@crew.test")
    first, second = (
        crewroom.done("key", "create", "alice@crew.test", "--name", name).strip() for name in ("one", "two")
    )
    listed = crewroom.done("key", "list")
    identifiers = [line.split("\t")[0] for line in listed.splitlines()]

    printed = crewroom.done("key", "revoke", identifiers[0])

    portal = crewroom.portal()
    rows = [line.split("\t")[1:] for line in listed.splitlines()]
    every = "every organization"
    assert rows == [
        ["alice@crew.test", first[:12], "super_admin", every, "one"],
        ["alice@crew.test", second[:12], "super_admin", every, "two"],
    ]
    assert printed == f"{identifiers[0]} is revoked\n"
    assert first not in listed
    assert portal.api(first).get("/organization/").status_code == 401
    assert portal.api(second).get("/organization/").status_code == 200
    assert len(crewroom.done("key", "list").splitlines()) == 1
    assert refused(crewroom.run("key", "revoke", identifiers[0])) == "API key not found."
    portal.close()


@pytest.mark.short
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["bob@crew.test", "--name", "ci"], "bob@crew.test has no account"),
        (["alice@crew.test", "--name", "x" * 33], "name must be at most 32 characters"),
        (["alice@crew.test", "--name", " "], "Name is required"),
        (["alice@crew.test", "--name", "ci", "--org", "org_1"], "Organization not found"),
        (["nobody", "--name", "ci"], "Invalid email format"),
    ],
)
def test_key_is_refused(crewroom, options, reason):
    crewroom.user("alice@crew.test")

    assert refused(crewroom.run("key", "create", *options)).startswith(reason)
    assert crewroom.done("key", "list") == ""


@pytest.mark.short
def test_sessions_are_neither_listed_nor_revoked_as_keys(crewroom):
    crewroom.user("alice@crew.test")
    portal = crewroom.portal()
    browser = portal.browser()
    browser.log_in("alice@crew.test", PASSWORD)
    session = portal.audit("session.opened")[0].target

    assert crewroom.done("key", "list") == ""
    assert refused(crewroom.run("key", "revoke", session)) == "API key not found."
    assert browser.client.get("/organization/").status_code == 200
    portal.close()


@pytest.mark.short
def test_disabled_account_gets_no_key(crewroom):
    crewroom.user("alice@crew.test")
    crewroom.done("user", "disable", "alice@crew.test")

    line = refused(crewroom.run("key", "create", "alice@crew.test", "--name", "ci"))

    assert line == "alice@crew.test is disabled. Enable the account first."
    assert crewroom.done("key", "list") == ""
