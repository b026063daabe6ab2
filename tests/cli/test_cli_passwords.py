"""`crewroom user set-password` and `reset-link`, for portals that send no mail."""

import pytest

from tests.support.commands import refused
from tests.support.portal import PASSWORD

NEW = "seven plums in the icebox"


@pytest.fixture
def installed(crewroom):
    crewroom.user("alice@crew.test", "Alice")
    return crewroom


def status(portal, password):
    return post(portal, "/login/", email="alice@crew.test", password=password)


def post(portal, path, **body):
    visitor = portal.browser().client
    token = visitor.get("/login/", headers={"accept": "application/json"}).get_json()["data"]["csrf_token"]
    return visitor.post(path, json=body, headers={"X-CSRFToken": token}).status_code


@pytest.mark.short
@pytest.mark.parametrize("options", [["--password-stdin"], []])
def test_password_from_a_pipe_is_set_and_sessions_end(installed, options):
    portal = installed.portal()
    browser = portal.browser()
    browser.log_in("alice@crew.test", PASSWORD)
    assert browser.client.get("/account/").status_code == 200

    printed = installed.run("user", "set-password", "ALICE@crew.test", *options, given=f"{NEW}\n")

    assert (printed.exit_code, printed.stdout) == (0, "alice@crew.test has a new password; sessions ended\n")
    assert browser.client.get("/account/").status_code == 401
    assert (status(portal, PASSWORD), status(portal, NEW)) == (401, 200)
    assert [entry.actor_id for entry in portal.audit("password.set_by_operator")] == [None]
    portal.close()


@pytest.mark.parametrize("password", ["", "short", "password1234", "alice@crew.test", "x" * 300, b"\xff\xfe"])
def test_bad_password_changes_nothing(installed, password):
    given = password + b"\n" if isinstance(password, bytes) else f"{password}\n"

    assert "assword" in refused(
        installed.run("user", "set-password", "alice@crew.test", "--password-stdin", given=given)
    )
    portal = installed.portal()
    assert status(portal, PASSWORD) == 200
    portal.close()


@pytest.mark.short
@pytest.mark.parametrize("command", [["set-password"], ["reset-link"]])
def test_unknown_disabled_and_malformed_addresses_are_refused(installed, command):
    def line(address):
        return refused(installed.run("user", *command, address, given=f"{NEW}\n"))

    assert line("bob@crew.test") == "bob@crew.test has no account."
    assert line("nobody").startswith("Invalid email format")
    installed.done("user", "disable", "alice@crew.test")
    assert line("alice@crew.test").startswith("alice@crew.test is disabled.")


@pytest.mark.short
def test_reset_link_works_once_and_replaces_the_previous_one(installed):
    first, second = (installed.done("user", "reset-link", "alice@crew.test").strip() for _ in range(2))
    portal = installed.portal()
    path = [link.removeprefix(portal.config.base_url) for link in (first, second)]
    browser = portal.browser()

    assert [browser.client.get(link).status_code for link in path] == [410, 200]
    token = path[1].partition("token=")[2]

    assert post(portal, "/reset/password/", token=token, password=NEW) == 200
    assert post(portal, "/reset/password/", token=token, password=PASSWORD) == 410
    assert (status(portal, PASSWORD), status(portal, NEW)) == (401, 200)
    assert len(portal.audit("password.reset_link_made")) == 2
    assert portal.mails() == [] or all("reset" not in mail["Subject"].lower() for mail in portal.mails())
    portal.close()
