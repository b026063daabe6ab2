"""Passkeys after the portal moves to another host name: not offered there, and each page says why."""

import pytest
from sqlalchemy import update

from app.models import Factor
from app.services.login import passkey_hosts
from tests.support.portal import Portal
from tests.support.second_factors import (
    SECURITY,
    SoftPasskey,
    add_passkey,
    begin_passkey,
    set_up_app,
    start_sign_in,
)
from tests.support.shared_installation import SharedInstallation

OLD, NEW = "http://old.localhost", "http://new.localhost"


@pytest.fixture
def portal(installation: SharedInstallation) -> Portal:
    """The portal at its first host."""
    return installation.portal(installation.settings(CREWROOM_BASE_URL=OLD))


@pytest.fixture
def passkey(cast) -> SoftPasskey:
    """Wendy's passkey, of the first host."""
    passkey = SoftPasskey(origin=OLD, rp_id="old.localhost")
    add_passkey(cast.browser("wendy"), passkey)
    return passkey


@pytest.fixture
def moved(installation: SharedInstallation, passkey: SoftPasskey) -> Portal:
    """The same installation at another host."""
    return installation.portal(installation.settings(CREWROOM_BASE_URL=NEW))


def test_passkey_stores_the_host_it_was_made_for(cast, passkey):
    (factor,) = cast.browser("wendy").json("GET", SECURITY).get_json()["data"]["factors"]

    assert (factor["kind"], factor["host"]) == ("passkey", "old.localhost")


def test_passkey_of_another_host_is_not_offered_as_a_second_step(cast, moved):
    browser = moved.browser()
    start_sign_in(browser, cast.wendy.email)

    options = browser.json("POST", "/login/second/options/")
    page = browser.get("/login/second/")

    assert (options.status_code, options.get_json()["error"]) == (409, "You have no passkey for this host")
    assert browser.json("GET", "/login/second/").get_json()["data"]["factors"] == []
    assert page.find(id="passkey-log-in") is None
    (note,) = page.select("#passkeys-elsewhere")
    reason = "Passkeys made for old.localhost don't work here: this portal is now at new.localhost."
    assert reason in note.get_text()


def test_account_with_a_passkey_of_another_host_still_needs_a_second_factor(cast, moved):
    """A passkey that cannot be used must not make the password enough."""
    browser = moved.browser()
    start_sign_in(browser, cast.wendy.email)

    assert browser.json("GET", "/account/").status_code == 401


def test_passkey_of_another_host_is_refused_with_a_reason(cast, passkey, moved):
    browser = moved.browser()
    options = browser.json("POST", "/login/passkey/options/").get_json()["data"]

    refused = browser.json("POST", "/login/passkey/", json={"credential": passkey.get(options)})

    answer = refused.get_json()
    assert (refused.status_code, answer["error"]) == (401, "This passkey belongs to another host")
    assert "old.localhost" in answer["message"]


def test_sign_in_page_explains_it_only_after_a_move(cast, passkey, moved):
    before, after = cast.portal.browser().get("/login/"), moved.browser().get("/login/")

    assert before.select("#passkeys-elsewhere") == []
    (note,) = after.select("#passkeys-elsewhere")
    assert "old.localhost" in note.get_text()


def test_security_page_marks_the_passkey_that_does_not_work(cast, moved):
    page = moved.browser(cast.wendy).get(SECURITY)

    (note,) = page.select("[id^=elsewhere-]")
    assert "It was made for old.localhost" in note.get_text()


def test_same_device_can_add_a_passkey_for_the_new_host(cast, moved):
    browser = moved.browser(cast.wendy)

    options = begin_passkey(browser)

    assert options["excludeCredentials"] == []
    add_passkey(browser, SoftPasskey(origin=NEW, rp_id="new.localhost", handle=b"another"))
    second = moved.browser()
    start_sign_in(second, cast.wendy.email)
    allowed = second.json("POST", "/login/second/options/").get_json()["data"]["allowCredentials"]
    assert len(allowed) == 1


def test_other_second_factors_still_work_after_a_move(cast, moved):
    browser = moved.browser(cast.wendy)
    app = set_up_app(browser)
    second = moved.browser()
    start_sign_in(second, cast.wendy.email)

    done = second.json("POST", "/login/second/", json={"code": app.code(steps=1)})

    assert done.status_code == 200


def test_operator_gets_a_notice_after_a_move(cast, passkey, moved):
    assert passkey_hosts.notice(cast.portal.database) is None
    line = passkey_hosts.notice(moved.database)

    assert line is not None
    assert line.startswith(
        "Passkeys made for another host do not work at new.localhost: 1 for old.localhost."
    )


def test_passkey_without_a_stored_host_is_offered_and_gets_its_host_when_used(cast, passkey, portal):
    with portal.database.writing() as db:
        db.execute(update(Factor).values(host=None))
    browser = portal.browser()
    start_sign_in(browser, cast.wendy.email)
    options = browser.json("POST", "/login/second/options/").get_json()["data"]

    done = browser.json("POST", "/login/second/", json={"credential": passkey.get(options)})

    assert done.status_code == 200
    assert browser.json("GET", SECURITY).get_json()["data"]["factors"][0]["host"] == "old.localhost"
