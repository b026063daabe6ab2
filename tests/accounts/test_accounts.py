"""Registration: the same answer for known and unknown addresses, and refusals that name the field."""

import re
from datetime import UTC, datetime

import time_machine
from bs4 import BeautifulSoup

from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


GOOD = "plums in the icebox"


NORA = {"name": "Nora", "email": "nora@crew.test", "password": GOOD}


def without_tokens(text: str) -> str:
    """Remove the form tokens, which differ in every answer, from a page."""
    return re.sub(r'(content|value)="[\w.-]{60,}"', "", text)


def test_registering_creates_an_account_and_mails_a_link(portal):
    browser = portal.browser()

    browser.submit("/register/", **NORA)

    assert browser.flash().startswith("Your account is ready.")
    assert browser.page.h1.get_text() == "Log in"
    (mail,) = portal.mails("nora@crew.test")
    assert mail["Subject"] == "Confirm your address"
    assert portal.link("nora@crew.test").startswith("/confirm/?token=crew_")
    browser.log_in("nora@crew.test", GOOD)
    assert browser.page.h1.get_text() == "Organizations"
    assert browser.page.find(id="unconfirmed") is not None


def test_json_caller_can_register(portal):
    browser = portal.browser()

    answered = browser.json("POST", "/register/", json=NORA)

    assert answered.status_code == 200
    assert answered.get_json()["status"] == "OK"
    assert browser.log_in("nora@crew.test", GOOD).status_code == 200


@sweep("typed", ["alice@crew.test", "ALICE@Crew.Test", "  alice@crew.test "])
@sweep("dialect", ["json", "submit", "htmx"])
def test_known_and_unknown_addresses_get_the_same_answer(portal, cast, dialect, typed):
    def register(email: str):
        browser = portal.browser()
        fields = {"name": "Sam", "email": email, "password": GOOD}
        if dialect == "json":
            return browser.json("POST", "/register/", json=fields)
        if dialect == "htmx":
            return browser.htmx("/register/", **fields)
        return browser.submit("/register/", status=303, follow=False, **fields)

    with time_machine.travel(START, tick=False):
        unknown, known = register("nobody@crew.test"), register(typed)

    seen = {"X-Request-Id", "Set-Cookie"}
    headers = [[pair for pair in answer.headers if pair[0] not in seen] for answer in (unknown, known)]
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert headers[0] == headers[1]


def test_page_after_registering_is_the_same_for_known_addresses(portal, cast):
    pages = []
    with time_machine.travel(START, tick=False):
        for email in ("nobody@crew.test", cast.alice.email):
            browser = portal.browser()
            browser.submit("/register/", name="", email=email, password=GOOD)
            pages.append(without_tokens(str(browser.page)))

    assert pages[0] == pages[1]


def test_owner_of_a_registered_address_is_mailed_and_keeps_their_password(portal, cast):
    browser = portal.browser()

    browser.submit("/register/", name="Mallory", email="ALICE@crew.test", password=GOOD)

    (mail,) = portal.mails(cast.alice.email)
    assert mail["Subject"] == "You already have an account"
    assert "token=" not in mail.as_string()
    browser.log_in(cast.alice.email, GOOD, status=401)
    browser.log_in(cast.alice.email, PASSWORD)


def test_next_is_passed_on_to_sign_in(portal):
    browser = portal.browser()

    browser.submit("/register/?next=/invitation/", **NORA)

    assert browser.page.find(id="login-form")["action"] == "/login/?next=/invitation/"


CODES = {
    "Email is required": "field_required",
    "Invalid email format": "invalid_email",
    "Password is required": "field_required",
    "Password must have 12 to 256 characters": "password_length",
    "Password is too easy to guess": "password_too_easy",
    "name must be at most 100 characters": "too_long",
}
BAD_FIELDS = [
    ({"email": ""}, "email", "Email is required"),
    ({"email": "nora"}, "email", "Invalid email format"),
    ({"email": "nora@crew.test\r\nBcc: x@crew.test"}, "email", "Invalid email format"),
    ({"email": "a" * 250 + "@crew.test"}, "email", "Invalid email format"),
    ({"password": ""}, "password", "Password is required"),
    ({"password": "short"}, "password", "Password must have 12 to 256 characters"),
    ({"password": "password1234"}, "password", "Password is too easy to guess"),
    ({"password": "nora@crew.test"}, "password", "Password is too easy to guess"),
    ({"name": "x" * 101}, "name", "name must be at most 100 characters"),
]


@sweep("changes, field, error", BAD_FIELDS)
def test_refused_form_is_redrawn_with_the_input(portal, changes, field, error):
    browser = portal.browser()

    browser.submit("/register/", status=400, **{**NORA, **changes})

    page = browser.page
    control = page.find(id=f"register-{field}")
    assert page.h1.get_text() == "Create your account"
    assert control["aria-invalid"] == "true"
    assert page.find(id=f"register-{field}-error").get_text(strip=True) == error
    assert error in browser.flash()
    typed = {name: page.find(id=f"register-{name}")["value"] for name in ("name", "email")}
    assert typed == {name: {**NORA, **changes}[name] for name in typed}
    assert "value" not in page.find(id="register-password").attrs
    assert portal.mails() == []


@sweep("changes, field, error", BAD_FIELDS)
def test_refused_fragment_has_the_form_and_a_notice(portal, changes, field, error):
    answered = portal.browser().htmx("/register/", **{**NORA, **changes})

    fragment = BeautifulSoup(answered.text, "html.parser")
    assert answered.status_code == 400
    assert answered.headers["HX-Retarget"] == "#register-form"
    assert answered.headers["HX-Reswap"] == "outerHTML"
    assert [element["id"] for element in fragment.find_all(recursive=False)] == ["register-form", "flash"]
    assert [note.get_text(strip=True) for note in fragment.select(f"#register-{field}-error")] == [error]
    assert [note.get_text() for note in fragment.select("#flash[hx-swap-oob=true] p")][:1] == [error]


@sweep("changes, field, error", BAD_FIELDS)
def test_refused_json_names_the_field(portal, changes, field, error):
    answered = portal.browser().json("POST", "/register/", json={**NORA, **changes})

    body = answered.get_json()
    body.pop("message", None)
    assert body.pop("code") == CODES[error]
    assert (answered.status_code, body) == (400, {"error": error, "status": "KO", "field": field})


@sweep("extra", [{"confirmed_at": "2020-01-01T00:00:00Z"}, {"id": "user_1", "disabled_at": None}])
def test_unknown_fields_are_refused_and_never_assigned(portal, extra):
    browser = portal.browser()

    refused = browser.json("POST", "/register/", json={**NORA, **extra})
    browser.json("POST", "/register/", json=NORA)

    assert (refused.status_code, refused.get_json()["field"]) == (400, next(iter(extra)))
    browser.log_in("nora@crew.test", GOOD)
    assert browser.page.find(id="unconfirmed") is not None
