"""Changing second factors offers to end the account's other sessions."""

import json

import pytest

from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, AuthenticatorApp, SoftPasskey, begin_passkey, set_up_app

OTHERS = "You are also logged in elsewhere: 2 other sessions."


@pytest.fixture
def portal(named_portal):
    return named_portal


@pytest.fixture
def browsers(cast):
    """Three browsers in which Wendy is signed in."""
    return [cast.browser("wendy") for _ in range(3)]


def statuses(browsers) -> list[int]:
    return [browser.client.get("/account/").status_code for browser in browsers]


def end_other_sessions(browser) -> None:
    """Submit the page's form that ends the other sessions, as without JavaScript."""
    (form,) = [
        form
        for form in browser.page.find_all("form", action="/account/sessions/")
        if form.find("input", attrs={"name": "others"})
    ]
    fields = {found["name"]: found["value"] for found in form.find_all("input")}
    browser.client.post(form["action"], data=fields, headers={"Accept": "text/html"})


def add_app(browser) -> None:
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]
    code = AuthenticatorApp(started["secret"], []).code()
    browser.submit(f"{SECURITY}totp/", setup=started["setup"], code=code, password=PASSWORD)


def remove_app(browser) -> None:
    (factor,) = browser.json("GET", SECURITY).get_json()["data"]["factors"]
    browser.submit(SECURITY, method="DELETE", id=factor["id"], password=PASSWORD)


def generate_codes(browser) -> None:
    browser.submit(f"{SECURITY}recovery/", password=PASSWORD)


@pytest.mark.parametrize("change", [add_app, remove_app, generate_codes])
def test_change_offers_to_end_the_other_sessions(browsers, change):
    here = browsers[0]
    if change is not add_app:
        set_up_app(here)

    change(here)

    assert OTHERS in " ".join(here.page.get_text(" ").split())
    assert statuses(browsers) == [200, 200, 200]
    end_other_sessions(here)
    assert statuses(browsers) == [200, 401, 401]


@pytest.mark.parametrize("change", [add_app, remove_app, generate_codes])
def test_nothing_is_offered_without_other_sessions(cast, change):
    browser = cast.browser("wendy")
    if change is not add_app:
        set_up_app(browser)

    change(browser)

    assert "elsewhere" not in browser.page.get_text()
    assert browser.page.find("input", attrs={"name": "others"}) is None


def test_adding_a_passkey_to_an_app_offers_it_in_the_notice(browsers):
    here = browsers[0]
    set_up_app(here)
    credential = SoftPasskey().create(begin_passkey(here))

    here.submit(f"{SECURITY}passkeys/", name="Laptop", credential=json.dumps(credential))

    assert OTHERS in here.flash()
    end_other_sessions(here)
    assert statuses(browsers) == [200, 401, 401]


def test_removal_by_htmx_offers_it_too(browsers):
    here = browsers[0]
    set_up_app(here)
    (factor,) = here.json("GET", SECURITY).get_json()["data"]["factors"]

    answer = here.htmx(SECURITY, method="DELETE", id=factor["id"], password=PASSWORD)

    assert OTHERS in answer.text


def test_renaming_a_factor_offers_nothing(browsers):
    here = browsers[0]
    set_up_app(here)
    (factor,) = here.json("GET", SECURITY).get_json()["data"]["factors"]

    here.submit(SECURITY, method="PUT", id=factor["id"], name="Phone")

    assert here.flash() == "The name is changed."
