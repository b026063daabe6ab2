"""`/organization/keys/policy/`: what an organization requires of keys at creation and at use."""

import pytest

from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

PATH = "/organization/keys/policy/"


@pytest.fixture
def adam(cast):
    return cast.browser("adam")


def created(browser, **body):
    return browser.json(
        "POST", "/apikey/", json={"name": "ci", "role": "super_admin", "password": PASSWORD, **body}
    )


def set_policy(adam, cast, **policy):
    response = adam.json("POST", PATH, json={"orgId": cast.org, **policy})
    assert response.status_code == 200, response.text
    return response.get_json()


def policy_refusal(error, reason):
    message = f"The organization's key policy doesn't allow this key. {reason}"
    return 403, {"error": error, "message": message, "status": "KO", "code": "key_not_allowed"}


def test_policy_is_saved_and_can_be_changed_in_part(cast, adam):
    before = adam.json("GET", PATH, query_string={"orgId": cast.org}).get_json()

    assert before == {"data": {"max_days": None, "expiry_required": False}, "shut_out": []}
    whole = {"status": "OK", "data": {"max_days": 90, "expiry_required": True}}
    assert set_policy(adam, cast, max_days=90, expiry_required=True) == whole
    assert set_policy(adam, cast, max_days=None)["data"] == {"max_days": None, "expiry_required": True}
    assert set_policy(adam, cast)["data"] == {"max_days": None, "expiry_required": True}
    entries = [(entry.before, entry.after) for entry in cast.portal.audit("key_policy.changed")]
    none, both = {"max_days": None, "expiry_required": False}, {"max_days": 90, "expiry_required": True}
    assert entries == [(none, both), (both, {"max_days": None, "expiry_required": True})]


@sweep(
    "body, field",
    [
        ({"max_days": 0}, "max_days"),
        ({"max_days": 3651}, "max_days"),
        ({"max_days": "long"}, "max_days"),
        ({"max_days": ""}, "max_days"),
        ({"expiry_required": ""}, "expiry_required"),
        ({"expiry_required": " "}, "expiry_required"),
        ({"expiry_required": None}, "expiry_required"),  # Terraform and `jq` write null for an unset variable
        ({"expiry_required": None, "max_days": 30}, "expiry_required"),
        ({"expiry_required": "maybe"}, "expiry_required"),
        ({"expiry_required": 3}, "expiry_required"),
    ],
)
def test_invalid_policy_is_refused_and_changes_nothing(cast, adam, body, field):
    whole = set_policy(adam, cast, max_days=90, expiry_required=True)

    response = adam.json("POST", PATH, json={"orgId": cast.org, **body})

    assert (response.status_code, response.get_json()["field"]) == (400, field)
    assert set_policy(adam, cast) == whole


@sweep(
    "method, path, body",
    [
        ("POST", "/account/password/", {"end_keys": None}),
        ("POST", "/account/password/", {"end_keys": ""}),
        ("POST", "/reset/password/", {"token": "x", "password": "another horse battery", "end_keys": None}),
        ("PUT", "/apikey/", {"id": "key_x", "regenerate": None}),
        ("PUT", "/apikey/", {"id": "key_x", "name": "ci", "regenerate": ""}),
    ],
)
def test_null_or_blank_is_refused_for_booleans_in_json(cast, adam, method, path, body):
    """A script whose variable is not set must not keep credentials that its author wanted to end."""
    field = list(body)[-1]
    passwords = {"current_password": PASSWORD, "password": "another horse battery"}

    response = adam.json(method, path, json={**body, **(passwords if path.startswith("/account/") else {})})

    assert (response.status_code, response.get_json()["field"]) == (400, field)
    assert response.get_json()["error"] == f"{field} must be true or false"
    assert cast.portal.audit("key_policy.changed") == []


@pytest.mark.parametrize(
    ("policy", "days", "reason"),
    [
        ({"max_days": 30}, 31, "Keys expire after at most 30 days."),
        ({"max_days": 30}, None, "Keys expire after at most 30 days."),
        ({"expiry_required": True}, None, "Keys must expire."),
    ],
)
def test_policy_applies_to_keys_from_the_next_request_on_every_route(cast, adam, policy, days, reason):
    cast.portal.organization(cast.alice, "Elsewhere")
    api = cast.portal.api(created(cast.browser("alice"), expires_in_days=days).get_json()["data"]["key"])
    assert api.get("/organization/", orgId=cast.org).status_code == 200

    set_policy(adam, cast, **policy)

    for response, error in (
        (api.get("/organization/", orgId=cast.org), "You cannot access this organization"),
        (api.get("/organization/members/", orgId=cast.org), "You cannot access this organization"),
        (api.post("/organization/", orgId=cast.org, name="x"), "Admin role required"),
        (api.delete("/organization/", orgId=cast.org, name="x"), "Super admin role required"),
    ):
        assert (response.status_code, response.get_json()) == policy_refusal(error, reason)
    assert [found["name"] for found in api.get("/organization/").get_json()["data"]] == ["Elsewhere"]
    assert (
        cast.browser("alice").json("GET", "/organization/", query_string={"orgId": cast.org}).status_code
        == 200
    )
    set_policy(adam, cast, max_days=None, expiry_required=False)
    assert api.get("/organization/", orgId=cast.org).status_code == 200


def test_key_within_the_policy_works(cast, adam):
    key = created(cast.browser("rita"), expires_in_days=30).get_json()["data"]["key"]

    set_policy(adam, cast, max_days=30, expiry_required=True)

    assert cast.portal.api(key).get("/organization/", orgId=cast.org).status_code == 200


def test_key_whose_role_is_too_low_learns_nothing_of_the_policy(cast, adam):
    api = cast.api("rita")
    set_policy(adam, cast, max_days=1)

    refused = api.post("/organization/", orgId=cast.org, name="x")

    assert refused.data == api.post("/organization/", orgId="org_unknown", name="x").data


def test_keys_limited_to_the_organization_must_meet_its_policy(cast, adam):
    set_policy(adam, cast, max_days=30)
    rita = cast.browser("rita")

    too_long = created(rita, org_id=cast.org, expires_in_days=31)
    without_expiry = created(rita, org_id=cast.org)

    expected = {"field": "expires_in_days", "status": "KO", "code": "expiry_refused"}
    expected["message"] = "The organization's key policy requires it. Keys expire after at most 30 days."
    error = "expires_in_days must be at most 30"
    assert (too_long.status_code, too_long.get_json()) == (400, {**expected, "error": error})
    error = "expires_in_days is required"
    assert (without_expiry.status_code, without_expiry.get_json()) == (
        400,
        {**expected, "error": error, "code": "field_required"},
    )
    assert created(rita, org_id=cast.org, expires_in_days=30).status_code == 200
    assert created(rita).status_code == 200


def test_renewal_gives_a_new_term_within_the_policy(cast, adam):
    rita = cast.browser("rita")
    key = created(rita, org_id=cast.org, expires_in_days=90).get_json()["data"]
    set_policy(adam, cast, max_days=30)
    body = {"id": key["id"], "regenerate": True, "overlap_hours": 1, "password": PASSWORD}

    refused = rita.json("PUT", "/apikey/", json={**body, "expires_in_days": 31})
    renewed = rita.json("PUT", "/apikey/", json={**body, "expires_in_days": 30})

    assert (refused.status_code, refused.get_json()["field"]) == (400, "expires_in_days")
    new = cast.portal.api(renewed.get_json()["data"]["key"])
    assert new.get("/organization/", orgId=cast.org).status_code == 200


def test_preview_lists_the_keys_that_a_policy_would_exclude(cast, adam):
    long = created(cast.browser("rita"), name="long", expires_in_days=90).get_json()["data"]
    created(cast.browser("uma"), name="short", expires_in_days=10)
    endless = created(cast.browser("wendy"), name="endless").get_json()["data"]

    preview = adam.json("GET", PATH, query_string={"orgId": cast.org, "max_days": 30}).get_json()
    only = adam.json("GET", PATH, query_string={"orgId": cast.org, "expiry_required": "true"}).get_json()

    assert preview["data"] == {"max_days": None, "expiry_required": False}
    assert [key["id"] for key in preview["shut_out"]] == [long["id"], endless["id"]]
    assert [key["id"] for key in only["shut_out"]] == [endless["id"]]
    assert cast.portal.api(endless["key"]).get("/organization/", orgId=cast.org).status_code == 200
