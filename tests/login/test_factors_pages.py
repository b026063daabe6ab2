"""The pages of second factors, without JavaScript."""

import re

import pytest

from tests.support.portal import PASSWORD, Portal
from tests.support.second_factors import (
    SECURITY,
    AuthenticatorApp,
    SoftPasskey,
    add_passkey,
    set_up_app,
    start_sign_in,
)


@pytest.fixture
def portal(named_portal):
    return named_portal


def code_list(page):
    return page.find(id="codes").get_text().split()


def test_page_says_that_no_factor_is_set_up(cast):
    page = cast.browser("wendy").get(SECURITY)

    assert "Two-factor is off" in page.get_text()
    assert page.find("a", href=f"{SECURITY}totp/") is not None
    assert "Make new codes" not in page.get_text()


def test_app_is_set_up_by_hand_and_codes_are_shown_once(cast):
    browser = cast.browser("wendy")
    page = browser.get(f"{SECURITY}totp/")
    picture = page.find("svg", class_="qr__code")
    app = AuthenticatorApp(page.find(id="totp-secret")["value"], [])
    sealed = page.find("input", attrs={"name": "setup"})["value"]

    wrong = browser.submit(
        f"{SECURITY}totp/", status=400, setup=sealed, code=app.code(steps=9), password=PASSWORD
    )
    right = browser.submit(f"{SECURITY}totp/", setup=sealed, code=app.code(), password=PASSWORD)

    assert picture is not None
    assert not re.search(r"style|script", str(picture))
    assert app.secret in wrong.text
    assert "Invalid code" in wrong.text
    assert app.secret not in right.text
    assert len(code_list(browser.page)) == 10
    page = browser.get(SECURITY)
    assert "Two-factor is on" in page.get_text()
    assert "10 of 10 left" in page.get_text()
    assert page.find(id="codes") is None


def test_htmx_swaps_the_form_for_the_codes(cast):
    browser = cast.browser("wendy")
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]
    code = AuthenticatorApp(started["secret"], []).code()

    answer = browser.htmx(f"{SECURITY}totp/", setup=started["setup"], code=code, password=PASSWORD)

    assert answer.text.lstrip().startswith('<section class="card" id="recovery-codes"')


def test_invalid_setup_gets_a_refusal_page(cast):
    answer = cast.browser("wendy").submit(
        f"{SECURITY}totp/", status=400, setup="nonsense", code="123456", password=PASSWORD
    )

    assert "The set-up has expired" in answer.text


def test_new_codes_need_the_password(cast):
    browser = cast.browser("wendy")
    set_up_app(browser)

    wrong = browser.submit(f"{SECURITY}recovery/", status=403, password="not my password")
    browser.submit(f"{SECURITY}recovery/", password=PASSWORD)

    assert "Wrong password" in wrong.text
    assert len(code_list(browser.page)) == 10


def test_passkey_is_listed_renamed_and_removed(cast):
    browser = cast.browser("wendy")
    add_passkey(browser, SoftPasskey(), name="<b>Blue</b> key")
    page = browser.get(SECURITY)
    links = [link["href"] for link in page.find(id="factors").find_all("a", href=re.compile(r"\?id="))]
    rename, remove = (next(link for link in links if name in link) for name in ("rename", "remove"))
    identifier = rename.partition("id=")[2]

    assert "<b>Blue</b> key" in page.find(id="factors").get_text()
    assert browser.get(rename).find(id="factor-name")["value"] == "<b>Blue</b> key"
    browser.submit(SECURITY, method="PUT", id=identifier, name="Red key")
    assert "The name is changed." in browser.flash()
    assert "your only second factor" in browser.get(remove).get_text().replace("\n", " ")
    browser.submit(SECURITY, method="DELETE", id=identifier, password=PASSWORD)
    assert "Your passkey “Red key” is removed." in browser.flash()
    assert "Two-factor is off" in browser.page.get_text()


def test_blank_name_is_reported_at_the_field(cast):
    browser = cast.browser("wendy")
    add_passkey(browser, SoftPasskey())
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]

    answer = browser.submit(SECURITY, method="PUT", status=400, id=factor["id"], name=" ")

    assert "Name is required" in answer.text
    assert 'id="factor-name"' in answer.text


def test_htmx_swaps_the_list_after_a_removal(cast):
    browser = cast.browser("wendy")
    add_passkey(browser, SoftPasskey())
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]

    answer = browser.htmx(SECURITY, method="DELETE", id=factor["id"], password=PASSWORD)

    assert answer.headers["HX-Retarget"] == "#factors"
    assert "Two-factor is off" in answer.text


def test_second_step_asks_for_the_code_and_continues_to_the_requested_page(cast):
    codes = set_up_app(cast.browser("wendy")).recovery_codes
    browser = cast.portal.browser()
    target = f"/organization/?orgId={cast.org}"

    second_step = browser.submit(
        "/login/?next=%2Forganization%2F%3ForgId%3D" + cast.org, email=cast.wendy.email, password=PASSWORD
    )
    wrong = browser.submit("/login/second/", status=401, code="000 000")
    action = browser.page.find(id="second-form")["action"]
    redirect = browser.submit(
        "/login/second/?next=%2Forganization%2F%3ForgId%3D" + cast.org,
        follow=False,
        status=303,
        code=codes[0],
    )

    assert second_step.request.path == "/login/second/"
    assert "Invalid code" in wrong.text
    assert action == "/login/second/"
    assert redirect.headers["Location"] == target


def test_second_step_redirects_only_within_the_portal(cast):
    codes = set_up_app(cast.browser("wendy")).recovery_codes
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    redirect = browser.submit(
        "/login/second/?next=https://evil.example/", follow=False, status=303, code=codes[0]
    )

    assert redirect.headers["Location"] == "/organization/"


def test_second_step_without_a_password_redirects_to_sign_in(cast):
    page = cast.portal.browser().get("/login/second/", status=401)

    assert page.h1.get_text() == "The log-in has expired"
    assert page.find("a", href="/login/") is not None


def test_htmx_is_redirected_to_the_second_step(cast):
    set_up_app(cast.browser("wendy"))
    browser = cast.portal.browser()

    answer = browser.htmx("/login/", email=cast.wendy.email, password=PASSWORD)

    assert answer.headers["HX-Redirect"] == "/login/second/"


def test_sign_in_page_offers_passkeys_only_where_they_work(cast, settings_for):
    bare = Portal(settings_for(CREWROOM_BASE_URL="http://127.0.0.1:8000"))

    assert cast.portal.browser().get("/login/").find(id="use-passkey") is not None
    assert bare.browser().get("/login/").find(id="use-passkey") is None
    bare.close()
