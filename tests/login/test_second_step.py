"""The second step of a sign-in, after the right password."""

from datetime import timedelta

import pytest
import time_machine

from app.base import tokens
from app.services.accounts import accounts
from app.services.login import pending_logins
from app.text import email_addresses
from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, set_up_app, start_sign_in
from tests.support.sweeping import sweep


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T09:00:05Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(clock, cast):
    """Wendy's authenticator app, five minutes after its first code was used."""
    app = set_up_app(cast.browser("wendy"))
    clock.shift(timedelta(minutes=5))
    return app


def test_right_password_alone_opens_no_session(cast, app):
    browser = cast.portal.browser()

    start_sign_in(browser, cast.wendy.email)

    assert browser.json("GET", "/organization/").status_code == 401
    assert browser.json("GET", SECURITY).status_code == 401
    assert len(cast.portal.audit("session.opened")) == 1


def test_right_code_opens_a_session(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})
    assert browser.json("GET", "/organization/").status_code == 200


def test_account_without_a_factor_signs_in_in_one_step(cast):
    answer = cast.portal.browser().json(
        "POST", "/login/", json={"email": cast.rita.email, "password": PASSWORD}
    )

    assert answer.get_json() == {"status": "OK"}


def test_wrong_password_does_not_reveal_the_factor(cast, app):
    with_factor, without = (
        cast.portal.browser().json(
            "POST", "/login/", json={"email": person.email, "password": "wrong password"}
        )
        for person in (cast.wendy, cast.rita)
    )

    assert with_factor.status_code == without.status_code == 401
    assert with_factor.data == without.data


def test_wrong_code_is_refused(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": app.code(steps=9)})

    assert answer.status_code == 401
    assert answer.get_json() == {
        "error": "Invalid code",
        "status": "KO",
        "code": "wrong_code",
        "message": "Use the newest code of your app.",
        "field": "code",
    }


@sweep("code", ["", "   ", "abc", "١٢٣٤٥٦", "123456" * 40, None, 123456, ["1"], {"a": 1}])
def test_hostile_codes_are_refused_in_the_error_shape(cast, app, code):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.json("POST", "/login/second/", json={"code": code})

    assert answer.status_code in {400, 401}
    assert answer.get_json()["status"] == "KO"


def test_pending_login_ends_after_five_wrong_codes_and_its_owner_is_mailed(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    for _ in range(5):
        wrong = browser.json("POST", "/login/second/", json={"code": app.code(steps=9)})
        assert wrong.get_json()["error"] == "Invalid code"

    right = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert (right.status_code, right.get_json()["error"]) == (401, "The log-in has expired")
    assert len(cast.portal.audit("challenge.failed")) == 1
    assert cast.portal.mails(cast.wendy.email)[-1]["Subject"] == "Somebody knows your password"


def test_account_accepts_twenty_wrong_codes_an_hour(clock, cast, app):
    for _ in range(4):
        browser = cast.portal.browser()
        start_sign_in(browser, cast.wendy.email)
        for _ in range(5):
            browser.json("POST", "/login/second/", json={"code": app.code(steps=9)})
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    refused = browser.json("POST", "/login/second/", json={"code": app.code()})
    clock.shift(timedelta(hours=1, seconds=1))
    start_sign_in(browser, cast.wendy.email)
    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert answer.status_code == 200


def test_pending_login_expires_after_ten_minutes(clock, cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    clock.shift(timedelta(minutes=10))
    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert (answer.status_code, answer.get_json()["error"]) == (401, "The log-in has expired")


def test_pending_login_works_once(cast, app):
    browser = cast.portal.browser()
    with cast.portal.writing():
        secret = pending_logins.issue(cast.wendy.uid)
    with cast.portal.writing():
        answered = pending_logins.verify_code(secret, app.code())
        assert answered == pending_logins.VerifiedCode(cast.wendy.uid, "totp")

    start_sign_in(browser, cast.wendy.email)
    with browser.client.session_transaction() as cookie:
        cookie["challenge"] = secret
    answer = browser.json("POST", "/login/second/", json={"code": app.recovery_codes[0]})

    assert (answer.status_code, answer.get_json()["error"]) == (401, "The log-in has expired")


def test_second_step_without_a_pending_login_is_refused(cast):
    browser = cast.portal.browser()

    for answer in (
        browser.json("GET", "/login/second/"),
        browser.json("POST", "/login/second/", json={"code": "123456"}),
        browser.json("POST", "/login/second/options/"),
    ):
        assert (answer.status_code, answer.get_json()["error"]) == (401, "The log-in has expired")


@sweep("header", ["authorization", "x-api-key", "capgkey"])
def test_secret_of_a_pending_login_is_refused_as_a_key(cast, app, header):
    with cast.portal.writing():
        secret = pending_logins.issue(cast.wendy.uid)

    answer = cast.portal.api(**{header: secret}).get("/organization/")

    assert answer.status_code == 401


def test_secret_of_a_pending_login_is_refused_as_a_session(cast, app):
    with cast.portal.writing():
        secret = pending_logins.issue(cast.wendy.uid)
    browser = cast.portal.browser()
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = secret

    assert browser.json("GET", "/organization/").status_code == 401


def test_api_key_or_unknown_secret_is_refused_as_a_pending_login(cast, app):
    browser = cast.portal.browser()
    for secret in (cast.portal.key(cast.wendy), tokens.new()):
        with browser.client.session_transaction() as cookie:
            cookie["challenge"] = secret

        answer = browser.json("POST", "/login/second/", json={"code": app.code()})

        assert answer.status_code == 401


def test_new_password_ends_pending_logins(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    other = cast.portal.browser()
    other.submit("/reset/", email=cast.wendy.email)
    token = cast.portal.link(cast.wendy.email).partition("token=")[2]
    other.submit("/reset/password/", token=token, password="another horse battery")

    answer = browser.json("POST", "/login/second/", json={"code": app.code()})

    assert answer.status_code == 401


def test_second_step_needs_the_csrf_token(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    answer = browser.client.post("/login/second/", json={"code": app.code()})

    assert (answer.status_code, answer.get_json()["error"]) == (403, "The form has expired")


def test_disabled_account_cannot_finish_signing_in(cast, app):
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.wendy.email))

    assert browser.json("POST", "/login/second/", json={"code": app.code()}).status_code == 401
