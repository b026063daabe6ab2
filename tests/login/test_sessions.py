"""Signing in and out, and the answers to refused sign-ins."""

from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup

from app.services.accounts import accounts
from app.text import email_addresses
from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


REFUSED = {
    "error": "Invalid email or password",
    "status": "KO",
    "code": "invalid_credentials",
    "message": "Check both, or reset your password.",
}


def status(browser: Browser) -> int:
    return browser.client.get("/organization/").status_code


def disable(portal: Portal, email: str) -> None:
    with portal.writing():
        accounts.disable(email_addresses.parse(email))


def test_person_signs_in(portal, cast):
    browser = portal.browser()

    redirect = browser.submit("/login/", email=cast.wendy.email, password=PASSWORD, status=303, follow=False)

    assert redirect.location == "/organization/"
    assert browser.get(redirect.location).h1.get_text() == "Organizations"


def test_htmx_signs_in(portal, cast):
    browser = portal.browser()

    answered = browser.htmx("/login/?next=/invitation/", email=cast.wendy.email, password=PASSWORD)

    assert (answered.status_code, answered.text) == (200, "")
    assert answered.headers["HX-Redirect"] == "/invitation/"
    assert status(browser) == 200


def test_json_caller_signs_in(portal, cast):
    browser = portal.browser()

    answered = browser.json("POST", "/login/", json={"email": cast.wendy.email, "password": PASSWORD})

    assert (answered.status_code, answered.get_json()) == (200, {"status": "OK"})
    assert status(browser) == 200


@sweep("typed", ["WENDY@CREW.TEST", "  wendy@crew.test  "])
def test_letter_case_of_the_address_does_not_matter(portal, cast, typed):
    browser = portal.browser()

    browser.log_in(typed, PASSWORD)

    assert status(browser) == 200


@sweep("password", [PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1]])
def test_password_must_match_exactly(portal, cast, password):
    browser = portal.browser()

    browser.log_in(cast.wendy.email, password, status=401)

    assert status(browser) == 401


@pytest.mark.parametrize("dialect", ["json", "submit", "htmx"])
def test_every_refused_sign_in_gets_the_same_answer(portal, cast, dialect):
    with portal.writing():
        accounts.create(email_addresses.parse("nopass@crew.test"), name="", password_hash=None)
    disable(portal, cast.wendy.email)
    browser = portal.browser()

    def attempt(email: str, password: str) -> tuple[int, str, str | None]:
        if dialect == "submit":
            answered = browser.submit("/login/", email=email, password=password, status=401)
        elif dialect == "htmx":
            answered = browser.htmx("/login/", email=email, password=password)
        else:
            answered = browser.json("POST", "/login/", json={"email": email, "password": password})
        return answered.status_code, answered.text.replace(email, "…"), answered.headers.get("HX-Retarget")

    with time_machine.travel(START, tick=False):
        answers = [
            attempt("nobody@crew.test", PASSWORD),
            attempt(cast.uma.email, "not the password"),
            attempt(cast.wendy.email, PASSWORD),
            attempt("nopass@crew.test", "anything at all"),
        ]

    assert answers[0][0] == 401
    assert answers == answers[:1] * 4


def test_refused_json_states_the_reason(portal, cast):
    answered = portal.browser().json("POST", "/login/", json={"email": cast.uma.email, "password": "x"})

    assert (answered.status_code, answered.get_json()) == (401, REFUSED)


def test_refused_form_is_redrawn_with_the_input(portal, cast):
    browser = portal.browser()

    browser.submit("/login/?next=/invitation/", email=cast.uma.email, password="wrong", status=401)

    assert browser.page.h1.get_text() == "Log in"
    assert browser.page.find(id="login-email")["value"] == cast.uma.email
    assert "value" not in browser.page.find(id="login-password").attrs
    assert browser.page.find(id="login-form")["action"] == "/login/?next=/invitation/"
    assert browser.flash().startswith("Invalid email or password")


def test_refused_fragment_is_a_notice(portal, cast):
    answered = portal.browser().htmx("/login/", email=cast.uma.email, password="wrong")

    assert answered.status_code == 401
    assert "HX-Redirect" not in answered.headers
    flash = BeautifulSoup(answered.text, "html.parser").select("#flash p")
    assert flash[0].get_text() == "Invalid email or password"


@sweep(
    "email, password, field, error",
    [
        ("", PASSWORD, "email", "Email is required"),
        ("nobody", PASSWORD, "email", "Invalid email format"),
        ("wendy@crew.test", "", "password", "Password is required"),
    ],
)
def test_malformed_sign_in_redraws_the_form(portal, cast, email, password, field, error):
    browser = portal.browser()

    browser.log_in(email, password, status=400)

    assert browser.page.find(id=f"login-{field}-error").get_text(strip=True) == error
    assert browser.page.find(id=f"login-{field}")["aria-invalid"] == "true"
    assert browser.page.find(id="login-email")["value"] == email


def test_disabling_an_account_ends_its_sessions_immediately(portal, cast):
    browser = cast.browser("wendy")
    assert status(browser) == 200

    disable(portal, cast.wendy.email)

    assert status(browser) == 401


def test_opening_the_sign_out_page_keeps_the_session(cast):
    browser = cast.browser("wendy")

    page = browser.get("/logout/")

    assert page.find(id="log-out") is not None
    assert status(browser) == 200


def test_signing_out_without_a_session_succeeds(portal):
    browser = portal.browser()

    browser.submit("/logout/")

    assert browser.page.h1.get_text() == "Log in"
