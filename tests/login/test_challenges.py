"""Every 401 says how a program shows who it is, and none makes a browser open a dialog."""

import pytest

from tests.support.clients import ACCEPT_PAGE
from tests.support.portal import Portal
from tests.support.second_factors import set_up_app, start_sign_in
from tests.support.sweeping import sweep

BEARER = 'Bearer realm="Crewroom"'
DIALECTS = {"json": {}, "page": {"Accept": ACCEPT_PAGE}, "fragment": {"HX-Request": "true"}}


def told(answer) -> list[str]:
    assert answer.status_code == 401, answer.text
    return list(answer.headers.getlist("WWW-Authenticate"))


@sweep("headers", DIALECTS.values(), ids=DIALECTS)
def test_wrong_password(cast, headers):
    browser = cast.portal.browser()
    body = {"email": cast.wendy.email, "password": "not the password", "csrf_token": browser.token()}

    assert told(browser.client.post("/login/", data=body, headers=headers)) == [BEARER]


@pytest.mark.parametrize("headers", DIALECTS.values(), ids=DIALECTS)
def test_wrong_code_and_a_log_in_that_is_over(cast, headers):
    set_up_app(cast.browser("wendy"))
    browser = cast.portal.browser()
    over = browser.client.get("/login/second/", headers=headers)
    start_sign_in(browser, cast.wendy.email)
    body = {"code": "000000", "csrf_token": browser.token()}

    assert told(browser.client.post("/login/second/", data=body, headers=headers)) == [BEARER]
    assert told(over) == [BEARER]


def test_wrong_passkey(cast):
    browser = cast.portal.browser()
    browser.json("POST", "/login/passkey/options/")

    answer = browser.json("POST", "/login/passkey/", json={"credential": {"id": "x"}})

    assert told(answer) == [BEARER]


@sweep("key", [None, "x", f"crew_{'A' * 49}"])
def test_no_key_and_a_wrong_one(cast, key):
    assert told(cast.portal.api(key).get("/organization/")) == [BEARER]


def test_fragment_for_nobody(cast):
    answer = cast.portal.browser().client.get("/organization/", headers=DIALECTS["fragment"])

    assert told(answer) == [BEARER]
    assert answer.headers["HX-Redirect"].startswith("/login/")


@pytest.mark.parametrize("headers", [*DIALECTS.values(), {"Authorization": "Bearer wrong"}])
def test_metrics_without_their_token(settings_for, headers):
    portal = Portal(settings_for(CREWROOM_METRICS_TOKEN="t" * 20))

    assert told(portal.app.test_client().get("/metrics", headers=headers)) == [BEARER]
    portal.close()
