"""`/reset/`: a new password by a mailed link."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.services.accounts import accounts
from app.text import email_addresses
from tests.support.answers import assert_refused
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEW = "plums in the icebox"


def request_link(portal, email: str) -> str:
    """Request a link and return its token."""
    portal.browser().submit("/reset/", email=email)
    portal.run_jobs()
    return str(portal.link(email).partition("token=")[2])


def choose(portal, token: str, password: str = NEW, **options):
    browser = portal.browser()
    browser.submit("/reset/password/", token=token, password=password, **options)
    return browser


def status(browser):
    return browser.client.get("/organization/").status_code


def test_new_password_by_mail(portal, cast):
    token = request_link(portal, cast.wendy.email)

    browser = choose(portal, token)

    assert browser.flash() == "Your password is changed. Log in with the new one."
    browser.log_in(cast.wendy.email, PASSWORD, status=401)
    browser.log_in(cast.wendy.email, NEW)
    subjects = [mail["Subject"] for mail in portal.mails(cast.wendy.email)]
    assert subjects == ["Choose a new password", "Your password was changed"]


@pytest.mark.parametrize("dialect", ["json", "submit", "htmx"])
def test_known_and_unknown_addresses_get_the_same_answer(portal, cast, dialect):
    with portal.writing():
        accounts.disable(email_addresses.parse(cast.uma.email))

    def forgot(email: str):
        browser = portal.browser()
        if dialect == "json":
            return browser.json("POST", "/reset/", json={"email": email})
        if dialect == "htmx":
            return browser.htmx("/reset/", email=email)
        return browser.submit("/reset/", email=email, status=303, follow=False)

    answers = [forgot(email) for email in ("nobody@crew.test", cast.wendy.email, cast.uma.email)]

    seen = [(answer.status_code, answer.data, answer.headers.get("HX-Redirect")) for answer in answers]
    assert seen == seen[:1] * 3
    portal.run_jobs()
    assert [mail["To"] for mail in portal.mails() if "password" in mail["Subject"]] == [cast.wendy.email]


def test_every_session_ends_with_the_old_password(portal, cast):
    mine, other = cast.browser("wendy"), cast.browser("uma")
    stolen = portal.browser()
    stolen.set_cookie(mine.cookie().value)
    token = request_link(portal, cast.wendy.email)
    assert (status(mine), status(stolen)) == (200, 200)

    choose(portal, token)

    assert (status(mine), status(stolen), status(other)) == (401, 401, 200)


def test_opening_the_link_changes_nothing(portal, cast):
    mine = cast.browser("wendy")
    token = request_link(portal, cast.wendy.email)

    page = portal.browser().get(f"/reset/password/?token={token}")

    assert page.h1.get_text() == "Choose a new password"
    assert page.find("input", attrs={"name": "token"})["value"] == token
    assert status(mine) == 200


def test_link_works_once(portal, cast):
    token = request_link(portal, cast.wendy.email)
    choose(portal, token)

    browser = choose(portal, token, "another good sentence", status=410)

    assert browser.page.h1.get_text() == "Reset link expired"
    assert browser.get(f"/reset/password/?token={token}", status=410).h1.get_text() == (
        "This link no longer works"
    )
    browser.log_in(cast.wendy.email, NEW)


@pytest.mark.parametrize(
    ("age", "answer"), [(timedelta(hours=1, seconds=-1), 200), (timedelta(hours=1), 410)]
)
def test_link_works_for_an_hour(portal, cast, age, answer):
    with time_machine.travel(START, tick=False) as traveller:
        token = request_link(portal, cast.wendy.email)
        traveller.move_to(START + age)

        choose(portal, token, status=answer)
        browser = portal.browser()
        browser.log_in(cast.wendy.email, NEW, status=200 if answer == 200 else 401)


def test_newer_link_replaces_the_older_one(portal, cast):
    old, new = request_link(portal, cast.wendy.email), request_link(portal, cast.wendy.email)

    choose(portal, old, status=410)

    assert old != new
    choose(portal, new)


def test_link_confirms_the_address(portal):
    nora = portal.person("Nora", confirmed=False)

    browser = choose(portal, request_link(portal, nora.email))

    browser.log_in(nora.email, NEW)
    assert browser.page.find(id="unconfirmed") is None


def test_link_of_a_disabled_account_does_not_work(portal, cast):
    token = request_link(portal, cast.wendy.email)
    with portal.writing():
        accounts.disable(email_addresses.parse(cast.wendy.email))

    choose(portal, token, status=410)


def test_link_of_another_kind_cannot_set_a_password(portal):
    portal.browser().submit("/register/", name="", email="nora@crew.test", password=NEW)
    token = portal.link("nora@crew.test").partition("token=")[2]

    choose(portal, token, "another good sentence", status=410)

    portal.browser().log_in("nora@crew.test", NEW)


ALLOWED = [
    pytest.param("kiwi plum fig", id="13 characters"),
    pytest.param("vX7#qLp2!mZr", id="12 characters"),
    pytest.param("kiwi plum fig " * 18 + "1234", id="256 characters"),
    pytest.param("träume süßer Äpfel", id="umlauts"),
    pytest.param("письмо на бересте", id="cyrillic"),
    pytest.param("🦊🌵🚲🎻🧊🪁🍋🦉🧵🛶🪐🎈", id="12 emoji"),
    pytest.param("  spaces at the ends  ", id="spaces"),
]
WRONG_LENGTH = "Password must have 12 to 256 characters"
EASY = "Password is too easy to guess"
REFUSED = [
    pytest.param("vX7#qLp2!mZ", WRONG_LENGTH, id="11 characters"),
    pytest.param("🦊🌵🚲🎻🧊🪁🍋🦉🧵🛶🪐", WRONG_LENGTH, id="11 emoji"),
    pytest.param("kiwi plum fig " * 18 + "12345", WRONG_LENGTH, id="257 characters"),
    pytest.param("k" * 2048, WRONG_LENGTH, id="2048 characters"),
    pytest.param("password1234", EASY, id="common"),
    pytest.param("111111111111", EASY, id="digits"),
    pytest.param("wendy@crew.test", EASY, id="own address"),
]


@pytest.mark.parametrize("password", ALLOWED)
def test_good_passwords_work(portal, cast, password):
    browser = choose(portal, request_link(portal, cast.wendy.email), password)

    browser.log_in(cast.wendy.email, password)

    assert status(browser) == 200


@pytest.mark.parametrize(("password", "error"), REFUSED)
def test_bad_passwords_are_reported_at_their_field(portal, cast, password, error):
    token = request_link(portal, cast.wendy.email)

    browser = choose(portal, token, password, status=400)

    assert browser.page.find(id="choose-password-error").get_text(strip=True) == error
    assert browser.page.find("input", attrs={"name": "token"})["value"] == token
    assert password not in str(browser.page)
    choose(portal, token)


def test_bad_password_in_htmx_redraws_the_form(portal, cast):
    token = request_link(portal, cast.wendy.email)

    answered = portal.browser().htmx("/reset/password/", token=token, password="short")

    assert answered.status_code == 400
    assert answered.headers["HX-Retarget"] == "#choose-form"
    assert WRONG_LENGTH in answered.text


@sweep("email, error", [("", "Email is required"), ("x", "Invalid email format")])
def test_invalid_address_is_reported_at_its_field(portal, email, error):
    browser = portal.browser()

    browser.submit("/reset/", email=email, status=400)

    assert browser.page.find(id="forgot-email-error").get_text(strip=True) == error
    assert browser.page.find(id="forgot-email")["value"] == email


def test_a_short_password_is_reported_before_the_link_is_checked(portal):
    answer = portal.browser().json("POST", "/reset/password/", json={"token": "unknown", "password": "short"})

    assert_refused(answer, 400, "Password must have 12 to 256 characters", "password")
