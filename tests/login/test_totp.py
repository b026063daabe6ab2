"""Authenticator apps: setup with a first code, and codes that work once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, AuthenticatorApp, set_up_app, start_sign_in

START = datetime(2026, 11, 20, 9, 0, 5, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_app_is_added_by_its_first_code_and_brings_ten_recovery_codes(clock, cast):
    browser = cast.browser("wendy")

    app = set_up_app(browser)

    shown = browser.json("GET", SECURITY).get_json()["data"]
    factor = shown["factors"][0]
    assert shown == {"factors": [factor], "recovery_codes_left": 10}
    assert factor == {
        "id": factor["id"],
        "kind": "totp",
        "name": "Authenticator app",
        "host": None,
        "created_at": "2026-11-20T09:00:05Z",
        "last_used_at": None,
    }
    assert len(set(app.recovery_codes)) == 10
    entries = cast.portal.audit("factor.added", "recovery_codes.made")
    assert [(entry.action, entry.actor_id, entry.after) for entry in entries] == [
        ("factor.added", cast.wendy.uid, {"kind": "totp", "name": "Authenticator app"}),
        ("recovery_codes.made", cast.wendy.uid, {"codes": 10}),
    ]
    assert [mail["Subject"] for mail in cast.portal.mails(cast.wendy.email)] == [
        "A second factor was added to your account",
        "You have new recovery codes",
    ]


def test_wrong_first_code_adds_nothing(cast):
    browser = cast.browser("wendy")
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]
    app = AuthenticatorApp(started["secret"], [])

    body = {"setup": started["setup"], "code": app.code(steps=5), "password": PASSWORD}
    refused = browser.json("POST", f"{SECURITY}totp/", json=body)

    assert refused.status_code == 400
    assert refused.get_json()["error"] == "Invalid code"
    assert browser.json("GET", SECURITY).get_json()["data"] == {"factors": [], "recovery_codes_left": 0}


def test_app_setup_needs_the_password(cast):
    browser = cast.browser("wendy")
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]

    body = {
        "setup": started["setup"],
        "code": AuthenticatorApp(started["secret"], []).code(),
        "password": "not my password",
    }
    refused = browser.json("POST", f"{SECURITY}totp/", json=body)

    assert refused.status_code == 403
    assert refused.get_json() == {
        "error": "Wrong password",
        "status": "KO",
        "code": "wrong_password",
        "field": "password",
    }


def test_setup_of_another_account_is_refused(cast):
    started = cast.browser("rita").json("GET", f"{SECURITY}totp/").get_json()["data"]

    body = {
        "setup": started["setup"],
        "code": AuthenticatorApp(started["secret"], []).code(),
        "password": PASSWORD,
    }
    refused = cast.browser("wendy").json("POST", f"{SECURITY}totp/", json=body)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "The set-up has expired")


def test_setup_expires_after_an_hour(clock, cast):
    browser = cast.browser("wendy")
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]

    clock.shift(timedelta(hours=1, seconds=5))
    body = {
        "setup": started["setup"],
        "code": AuthenticatorApp(started["secret"], []).code(),
        "password": PASSWORD,
    }
    refused = browser.json("POST", f"{SECURITY}totp/", json=body)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "The set-up has expired")


def test_second_app_is_refused(clock, cast):
    browser = cast.browser("wendy")
    set_up_app(browser)

    refused = browser.json("GET", f"{SECURITY}totp/")

    assert (refused.status_code, refused.get_json()["error"]) == (
        409,
        "An authenticator app is already set up",
    )


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_an_adjacent_step_is_accepted(clock, cast, steps):
    app = set_up_app(cast.browser("wendy"))
    clock.shift(timedelta(minutes=5))
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code(steps=steps)})

    assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})


@pytest.mark.parametrize("steps", [-2, 2])
def test_code_of_a_step_further_away_is_refused(clock, cast, steps):
    app = set_up_app(cast.browser("wendy"))
    clock.shift(timedelta(minutes=5))
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code(steps=steps)})

    assert (answer.status_code, answer.get_json()["error"]) == (401, "Invalid code")


def test_code_works_once(clock, cast):
    app = set_up_app(cast.browser("wendy"))
    clock.shift(timedelta(minutes=5))
    first, second = cast.portal.browser(), cast.portal.browser()
    start_sign_in(first, cast.wendy.email)
    start_sign_in(second, cast.wendy.email)
    assert first.json("POST", "/login/second/", json={"code": app.code()}).status_code == 200

    replayed = second.json("POST", "/login/second/", json={"code": app.code()})
    older = second.json("POST", "/login/second/", json={"code": app.code(steps=-1)})

    assert (replayed.status_code, older.status_code) == (401, 401)


def test_code_used_for_setup_cannot_sign_in(clock, cast):
    app = set_up_app(cast.browser("wendy"))
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert answer.status_code == 401


def test_secret_and_recovery_codes_are_not_stored_in_plain_text(clock, cast):
    app = set_up_app(cast.browser("wendy"))

    stored = cast.portal.stored_bytes().decode(errors="replace")

    assert app.secret not in stored
    assert not [code for code in app.recovery_codes if code in stored or code.replace("-", "") in stored]


def test_secret_cannot_be_decrypted_for_another_account(clock, cast):
    set_up_app(cast.browser("wendy"))
    app = set_up_app(cast.browser("rita"))
    theirs = "SELECT sealed FROM factors WHERE user_id = :rita"
    copy = f"UPDATE factors SET sealed = ({theirs}) WHERE user_id = :wendy"  # noqa: S608
    with cast.portal.writing() as db:
        db.execute(text(copy), {"rita": cast.rita.uid, "wendy": cast.wendy.uid})
    clock.shift(timedelta(minutes=5))
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert answer.status_code == 401
