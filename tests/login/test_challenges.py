"""Every 401 names the scheme that programs authenticate with, and none opens a dialog in a browser."""

import pytest

from tests.support.clients import ACCEPT_PAGE
from tests.support.portal import Portal
from tests.support.second_factors import set_up_app, start_sign_in
from tests.support.sweeping import sweep

BEARER = 'Bearer realm="Crewroom"'
DIALECTS = {"json": {}, "page": {"Accept": ACCEPT_PAGE}, "fragment": {"HX-Request": "true"}}


def schemes(answer) -> list[str]:
    assert answer.status_code == 401, answer.text
    return list(answer.headers.getlist("WWW-Authenticate"))


@sweep("headers", DIALECTS.values(), ids=DIALECTS)
def test_wrong_password_is_challenged_with_bearer(cast, headers):
    browser = cast.portal.browser()
    body = {"email": cast.wendy.email, "password": "not the password", "csrf_token": browser.token()}

    assert schemes(browser.client.post("/login/", data=body, headers=headers)) == [BEARER]


@pytest.mark.parametrize("headers", DIALECTS.values(), ids=DIALECTS)
def test_wrong_code_and_missing_pending_login_are_challenged_with_bearer(cast, headers):
    set_up_app(cast.browser("wendy"))
    browser = cast.portal.browser()
    without_login = browser.client.get("/login/second/", headers=headers)
    start_sign_in(browser, cast.wendy.email)
    body = {"code": "000000", "csrf_token": browser.token()}

    assert schemes(browser.client.post("/login/second/", data=body, headers=headers)) == [BEARER]
    assert schemes(without_login) == [BEARER]


def test_wrong_passkey_is_challenged_with_bearer(cast):
    browser = cast.portal.browser()
    browser.json("POST", "/login/passkey/options/")

    answer = browser.json("POST", "/login/passkey/", json={"credential": {"id": "x"}})

    assert schemes(answer) == [BEARER]


@sweep("key", [None, "x", f"crew_{'A' * 49}"])
def test_missing_and_wrong_keys_are_challenged_with_bearer(cast, key):
    assert schemes(cast.portal.api(key).get("/organization/")) == [BEARER]


def test_fragment_without_a_session_is_challenged_and_redirected(cast):
    answer = cast.portal.browser().client.get("/organization/", headers=DIALECTS["fragment"])

    assert schemes(answer) == [BEARER]
    assert answer.headers["HX-Redirect"].startswith("/login/")


@pytest.mark.parametrize("headers", [*DIALECTS.values(), {"Authorization": "Bearer wrong"}])
def test_metrics_without_the_token_are_challenged_with_bearer(settings_for, headers):
    portal = Portal(settings_for(CREWROOM_METRICS_TOKEN="t" * 20))

    assert schemes(portal.app.test_client().get("/metrics", headers=headers)) == [BEARER]
    portal.close()
