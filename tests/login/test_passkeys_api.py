"""Passkeys: registration, second step, and sign-in without a password when the device verifies the user."""

from datetime import timedelta

import pytest
import time_machine

from tests.support.portal import PASSWORD, Portal
from tests.support.second_factors import (
    PRESENT,
    SECURITY,
    SoftPasskey,
    add_passkey,
    begin_passkey,
    start_sign_in,
)
from tests.support.sweeping import sweep


@pytest.fixture
def portal(named_portal):
    return named_portal


@pytest.fixture
def passkey(cast):
    """Wendy's passkey."""
    passkey = SoftPasskey()
    add_passkey(cast.browser("wendy"), passkey)
    return passkey


def request_options(browser, path: str):
    answer = browser.json("POST", f"{path}options/")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["data"]


def sign_in_with(browser, passkey: SoftPasskey, path: str = "/login/passkey/"):
    return browser.json("POST", path, json={"credential": passkey.get(request_options(browser, path))})


def test_passkey_is_added_under_its_name_with_recovery_codes(cast):
    browser = cast.browser("wendy")

    added = add_passkey(browser, SoftPasskey(), name="Blue key")

    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]
    assert added == {"status": "OK", "data": factor, "recovery_codes": added["recovery_codes"]}
    assert (factor["kind"], factor["name"], factor["last_used_at"]) == ("passkey", "Blue key", None)
    assert len(added["recovery_codes"]) == 10
    assert cast.portal.audit("factor.added")[0].after == {"kind": "passkey", "name": "Blue key"}
    assert "passkey “Blue key”" in cast.portal.mails(cast.wendy.email)[0].get_body(("plain",)).get_content()


def test_options_ask_for_a_resident_key_of_this_portal(cast, passkey):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    sign_in_with(browser, passkey, "/login/second/")

    options = begin_passkey(browser)

    assert options["rp"] == {"id": "localhost", "name": "Crewroom"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert [known["type"] for known in options["excludeCredentials"]] == ["public-key"]


def test_passkey_setup_needs_the_password(cast):
    browser = cast.browser("wendy")

    refused = browser.json("POST", f"{SECURITY}passkeys/options/", json={"password": "not my password"})

    assert (refused.status_code, refused.get_json()["error"]) == (403, "Wrong password")


def test_passkey_setup_cannot_be_finished_in_another_session(cast):
    credential = SoftPasskey().create(begin_passkey(cast.browser("wendy")))

    body = {"name": "Laptop", "credential": credential}
    refused = cast.browser("wendy").json("POST", f"{SECURITY}passkeys/", json=body)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "The passkey request has expired")


@sweep("passkey", [SoftPasskey(origin="https://evil.example"), SoftPasskey(rp_id="evil.example")])
def test_passkey_of_another_site_is_not_added(cast, passkey):
    browser = cast.browser("wendy")
    credential = passkey.create(begin_passkey(browser))

    refused = browser.json("POST", f"{SECURITY}passkeys/", json={"name": "Laptop", "credential": credential})

    assert (refused.status_code, refused.get_json()["error"]) == (400, "Invalid passkey")


@sweep(
    "credential",
    [{}, {"id": 1}, {"id": "x", "rawId": "x", "response": {}, "type": "public-key"}, "[]", "{", 7],
)
def test_hostile_credentials_are_refused_in_the_error_shape(cast, credential):
    browser = cast.browser("wendy")
    begin_passkey(browser)

    for path in (f"{SECURITY}passkeys/", "/login/passkey/", "/login/second/"):
        answer = browser.json("POST", path, json={"name": "Laptop", "credential": credential})

        assert answer.status_code in {400, 401}
        assert answer.get_json()["status"] == "KO"


def test_passkey_belongs_to_one_account(cast, passkey):
    browser = cast.browser("rita")
    credential = passkey.create(begin_passkey(browser))

    refused = browser.json("POST", f"{SECURITY}passkeys/", json={"name": "Laptop", "credential": credential})

    assert (refused.status_code, refused.get_json()["error"]) == (409, "This passkey is already registered")


def test_passkey_completes_the_second_step(cast, passkey):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = sign_in_with(browser, passkey, "/login/second/")

    assert answer.get_json() == {"status": "OK"}
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]
    assert factor["last_used_at"] is not None


def test_passkey_of_another_account_is_refused_as_a_second_step(cast, passkey):
    other = SoftPasskey(handle=b"another")
    add_passkey(cast.browser("rita"), other)
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = sign_in_with(browser, other, "/login/second/")

    assert (answer.status_code, answer.get_json()["error"]) == (401, "Invalid passkey")


def test_passkey_alone_signs_in(cast, passkey):
    browser = cast.portal.browser()

    answer = sign_in_with(browser, passkey)

    assert answer.get_json() == {"status": "OK"}
    assert browser.json("GET", "/organization/").status_code == 200
    assert cast.portal.audit("session.opened")[-1].actor_id == cast.wendy.uid


def test_passkey_alone_needs_user_verification(cast, passkey):
    passkey.flags = PRESENT
    browser = cast.portal.browser()

    alone = sign_in_with(browser, passkey)
    start_sign_in(browser, cast.wendy.email)
    after_the_password = sign_in_with(browser, passkey, "/login/second/")

    assert (alone.status_code, alone.get_json()["error"]) == (401, "Invalid passkey")
    assert after_the_password.status_code == 200


def test_answer_works_once(cast, passkey):
    browser = cast.portal.browser()
    credential = passkey.get(request_options(browser, "/login/passkey/"))
    assert browser.json("POST", "/login/passkey/", json={"credential": credential}).status_code == 200

    replayed = browser.json("POST", "/login/passkey/", json={"credential": credential})

    assert (replayed.status_code, replayed.get_json()["error"]) == (401, "The passkey request has expired")


def test_wrong_answer_uses_up_the_challenge(cast, passkey):
    browser = cast.portal.browser()
    options = request_options(browser, "/login/passkey/")
    passkey.origin = "https://evil.example"
    wrong = browser.json("POST", "/login/passkey/", json={"credential": passkey.get(options)})
    passkey.origin = "http://localhost"

    right = browser.json("POST", "/login/passkey/", json={"credential": passkey.get(options)})

    assert (wrong.status_code, right.status_code) == (401, 401)


def test_challenge_belongs_to_the_browser_that_asked(cast, passkey):
    asking, answering = cast.portal.browser(), cast.portal.browser()
    credential = passkey.get(request_options(asking, "/login/passkey/"))

    answer = answering.json("POST", "/login/passkey/", json={"credential": credential})

    assert answer.status_code == 401


def test_challenge_for_one_purpose_is_refused_for_another(cast, passkey):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    credential = passkey.get(request_options(browser, "/login/second/"))

    answer = browser.json("POST", "/login/passkey/", json={"credential": credential})

    assert answer.status_code == 401


def test_challenge_expires_after_ten_minutes(cast, passkey):
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        browser = cast.portal.browser()
        credential = passkey.get(request_options(browser, "/login/passkey/"))

        clock.shift(timedelta(minutes=10))
        answer = browser.json("POST", "/login/passkey/", json={"credential": credential})

    assert (answer.status_code, answer.get_json()["error"]) == (401, "The passkey request has expired")


def test_passkey_whose_counter_went_back_is_refused(cast, passkey):
    browser = cast.portal.browser()
    passkey.uses = 5
    assert sign_in_with(browser, passkey).status_code == 200

    passkey.uses = 2
    answer = sign_in_with(cast.portal.browser(), passkey)

    assert (answer.status_code, answer.get_json()["error"]) == (401, "Invalid passkey")


def test_removed_passkey_can_no_longer_sign_in(cast, passkey):
    browser = cast.portal.browser()
    sign_in_with(browser, passkey)
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]
    browser.json("DELETE", SECURITY, json={"id": factor["id"], "password": PASSWORD})

    answer = sign_in_with(cast.portal.browser(), passkey)

    assert answer.status_code == 401


def test_portal_without_a_host_name_refuses_passkeys(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="http://127.0.0.1:8000"))
    browser = portal.browser(portal.person("Alice"))

    refused = browser.json("POST", f"{SECURITY}passkeys/options/", json={"password": PASSWORD})

    assert (refused.status_code, refused.get_json()["error"]) == (409, "Passkeys need HTTPS and a host name")
    portal.close()
