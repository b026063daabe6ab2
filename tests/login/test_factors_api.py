"""Second factors of an account: only their owner sees, renames and removes them."""

import pytest

from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, set_up_app
from tests.support.sweeping import sweep

READS = (SECURITY, f"{SECURITY}totp/", f"{SECURITY}passkeys/", f"{SECURITY}recovery/")
CHANGES = (
    ("PUT", SECURITY, {"id": "factor_x", "name": "Mine"}),
    ("DELETE", SECURITY, {"id": "factor_x", "password": PASSWORD}),
    ("POST", f"{SECURITY}totp/", {"setup": "x", "code": "123456", "password": PASSWORD}),
    ("POST", f"{SECURITY}passkeys/options/", {"password": PASSWORD}),
    ("POST", f"{SECURITY}passkeys/", {"name": "Mine", "credential": {}}),
    ("POST", f"{SECURITY}recovery/", {"password": PASSWORD}),
)


@pytest.fixture
def wendy(cast):
    """Wendy's browser, signed in before she set up her only factor."""
    browser = cast.browser("wendy")
    set_up_app(browser)
    return browser


def only_factor(browser):
    return browser.json("GET", SECURITY).get_json()["data"]["factors"][0]


def test_owner_renames_a_factor(cast, wendy):
    factor = only_factor(wendy)

    answer = wendy.json("PUT", SECURITY, json={"id": factor["id"], "name": " Phone "})

    assert answer.get_json() == {"status": "OK", "data": {**factor, "name": "Phone"}}
    renamed = cast.portal.audit("factor.renamed")[0]
    assert (renamed.actor_id, renamed.target) == (cast.wendy.uid, factor["id"])
    assert (renamed.before, renamed.after) == ({"name": "Authenticator app"}, {"name": "Phone"})


def test_owner_removes_a_factor_and_is_mailed(cast, wendy):
    factor = only_factor(wendy)

    answer = wendy.json("DELETE", SECURITY, json={"id": factor["id"], "password": PASSWORD})

    assert answer.get_json() == {"status": "OK"}
    assert wendy.json("GET", SECURITY).get_json()["data"] == {"factors": [], "recovery_codes_left": 0}
    removed = cast.portal.audit("factor.removed")[0]
    assert (removed.target, removed.before) == (
        factor["id"],
        {"kind": "totp", "name": "Authenticator app"},
    )
    assert (
        cast.portal.mails(cast.wendy.email)[-1]["Subject"] == "A second factor was removed from your account"
    )
    cast.portal.browser(cast.wendy)


def test_factor_is_not_removed_without_the_password(wendy):
    factor = only_factor(wendy)

    wrong = wendy.json("DELETE", SECURITY, json={"id": factor["id"], "password": "not my password"})
    absent = wendy.json("DELETE", SECURITY, json={"id": factor["id"]})

    assert (wrong.status_code, wrong.get_json()["error"]) == (403, "Wrong password")
    assert (absent.status_code, absent.get_json()["error"]) == (400, "Password is required")
    assert only_factor(wendy) == factor


@sweep("method, fields", [("PUT", {"name": "Mine"}), ("DELETE", {"password": PASSWORD})])
def test_factor_of_another_account_and_unknown_factor_get_the_same_answer(cast, wendy, method, fields):
    factor = only_factor(wendy)
    stranger = cast.browser("charlie")

    foreign = stranger.json(method, SECURITY, json={"id": factor["id"], **fields})
    unknown = stranger.json(method, SECURITY, json={"id": "factor_0", **fields})

    assert (foreign.status_code, foreign.get_json()["error"]) == (404, "Second factor not found")
    assert foreign.data == unknown.data
    assert only_factor(wendy) == factor


@sweep("page", ["rename", "remove"])
def test_form_of_another_accounts_factor_is_not_found(cast, wendy, page):
    factor = only_factor(wendy)

    foreign = cast.browser("charlie").json("GET", f"{SECURITY}{page}/", query_string={"id": factor["id"]})
    own = wendy.json("GET", f"{SECURITY}{page}/", query_string={"id": factor["id"]})

    assert (foreign.status_code, own.status_code) == (404, 200)


@sweep("path", READS)
def test_api_key_cannot_see_factors(cast, path):
    refused = cast.api("wendy").get(path)

    assert refused.status_code == 403
    assert refused.get_json()["error"] == "Second factors can only be managed in the portal"


@sweep("method, path, body", CHANGES)
def test_api_key_cannot_change_factors(cast, method, path, body):
    refused = cast.api("wendy").send(method, path, json=body)

    assert refused.status_code == 403
    assert refused.get_json()["error"] == "Second factors can only be managed in the portal"


@sweep("path", READS)
def test_anonymous_caller_cannot_see_factors(portal, path):
    assert portal.api().get(path).status_code == 401
