"""Cross-site request forgery: changes by cookie need the token of the session, and an origin of ours."""

import pytest

from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep

EXPIRED = {
    "error": "The form has expired",
    "status": "KO",
    "code": "form_expired",
    "message": "Reload the page and try again. Nothing was changed.",
}


def create(browser: Browser, token: str | None, **headers: str):
    given = {} if token is None else {"X-CSRFToken": token}
    return browser.client.put("/organization/", json={"name": "Acme"}, headers={**given, **headers})


def names(browser: Browser) -> list[str]:
    return [found["name"] for found in browser.client.get("/organization/").get_json()["data"]]


OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
]


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://evil.test", "X-Forwarded-Host": "evil.test"},
]


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_may_make_changes(cast, headers):
    browser = cast.browser("charlie")

    created = create(browser, browser.token(), **headers)

    assert created.status_code == 200
    assert names(browser) == ["Acme"]


@sweep("headers", FOREIGN)
def test_other_sites_cannot_make_changes_even_with_the_token(cast, headers):
    browser = cast.browser("charlie")

    refused = create(browser, browser.token(), **headers)

    assert (refused.status_code, refused.get_json()) == (403, {**EXPIRED, "code": "other_site"})
    assert names(browser) == []


def other_token(portal, cast, browser: Browser):
    return cast.browser("charlie").token()


def visitors_token(portal, cast, browser: Browser):
    return portal.browser().token()


def corrupted_token(portal, cast, browser: Browser) -> str:
    return browser.token()[:-2] + "AA"


@sweep(
    "token",
    [lambda *_: None, lambda *_: "", lambda *_: "x", other_token, visitors_token, corrupted_token],
    ids=["missing", "empty", "wrong", "of another session", "of a visitor", "corrupted"],
)
def test_a_change_without_the_token_of_its_session_is_refused(portal, cast, token):
    browser = cast.browser("charlie")

    refused = create(browser, token(portal, cast, browser))

    assert (refused.status_code, refused.get_json()) == (403, EXPIRED)
    assert names(browser) == []


def test_token_in_a_json_body_is_accepted(cast):
    browser = cast.browser("charlie")

    created = browser.client.put("/organization/", json={"name": "Acme", "csrf_token": browser.token()})

    assert created.status_code == 200


def test_token_in_the_query_is_ignored(cast):
    browser = cast.browser("charlie")

    refused = browser.client.put(f"/organization/?csrf_token={browser.token()}", json={"name": "Acme"})

    assert refused.status_code == 403
    assert names(browser) == []


def test_refusals_of_forged_changes_are_drawn_in_their_dialect(cast):
    browser = cast.browser("charlie")

    page = browser.client.post("/logout/", data={}, headers={"Accept": "text/html"})
    fragment = browser.client.post("/logout/", data={}, headers={"HX-Request": "true"})

    assert (page.status_code, fragment.status_code) == (403, 403)
    assert "<h1>The form has expired</h1>" in page.text
    assert 'id="flash" hx-swap-oob="true"' in fragment.text
    assert browser.client.get("/organization/").status_code == 200


@sweep("path", ["/login/", "/register/", "/reset/", "/reset/password/", "/confirm/", "/logout/"])
def test_visitors_forms_need_the_token_too(portal, cast, path):
    body = {"email": cast.wendy.email, "password": PASSWORD, "token": "x"}

    refused = portal.browser().client.post(path, json=body)

    assert (refused.status_code, refused.get_json()) == (403, EXPIRED)


def test_another_site_cannot_sign_a_visitor_in(portal, cast):
    browser = portal.browser()
    body = {"email": cast.wendy.email, "password": PASSWORD}

    refused = browser.json("POST", "/login/", json=body, headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403
    assert browser.client.get("/organization/").status_code == 401


def test_keys_need_no_token(portal, cast):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}

    created = portal.api(portal.key(cast.charlie), **headers).put("/organization/", name="Acme")

    assert created.status_code == 200


@sweep("value", ["junk", "crew_junk", "Bearer crew_junk"])
def test_an_invalid_key_does_not_bypass_the_token(cast, value):
    browser = cast.browser("charlie")

    refused = browser.client.put("/organization/", json={"name": "Acme"}, headers={"Authorization": value})

    assert (refused.status_code, refused.get_json()["error"]) == (401, "Invalid API key")
    assert names(browser) == []


def test_base_url_is_the_origin_over_https(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))
    browser = portal.browser(portal.person("Alice"))

    own = create(browser, browser.token(), Origin="https://crew.example.com")
    plain = create(browser, browser.token(), Origin="http://crew.example.com")

    assert (own.status_code, plain.status_code) == (200, 403)
    portal.close()
