"""`/organization/keys/`: which keys have access to an organization, and blocking one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

PATH = "/organization/keys/"
NOT_KEYS = {
    "error": "Insufficient permissions to manage API keys",
    "status": "KO",
    "code": "insufficient_role",
}
OUTSIDE = {"error": "You cannot access this organization", "status": "KO", "code": "insufficient_role"}
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def created(browser, **body):
    body = {"name": "ci", "role": "super_admin", "password": PASSWORD, **body}
    return browser.json("POST", "/apikey/", json=body).get_json()["data"]


def block(browser, cast, key):
    return browser.json("DELETE", PATH, json={"orgId": cast.org, "id": key["id"]})


def listed(browser, cast):
    return browser.json("GET", PATH, query_string={"orgId": cast.org}).get_json()["data"]


def test_admin_sees_keys_with_access_and_their_last_use_here(cast, clock):
    rita = created(cast.browser("rita"), name="robot", role="upload", expires_in_days=30)
    other = cast.portal.organization(cast.wendy, "Elsewhere")
    created(cast.browser("wendy"), name="elsewhere", org_id=other)
    created(cast.browser("charlie"), name="stranger")
    created(cast.browser("ivy"), name="invitee")
    clock.shift(timedelta(hours=1))
    cast.portal.api(rita["key"]).get("/organization/", orgId=cast.org).close()
    clock.shift(timedelta(hours=1))
    cast.portal.api(rita["key"]).get("/organization/").close()

    found = listed(cast.browser("adam"), cast)

    expected = {name: value for name, value in rita.items() if name != "key"}
    expected |= {"uid": cast.rita.uid, "email": cast.rita.email, "state": "active"}
    assert found == [{**expected, "last_used_at": "2026-11-22T10:00:00Z"}]


@sweep("name", ["wendy", "uma", "rita", "ivy", "charlie"])
def test_non_admins_can_neither_see_nor_block_keys(cast, name):
    key = created(cast.browser("rita"))
    browser = cast.browser(name)

    unknown = browser.json("GET", PATH, query_string={"orgId": "org_unknown"})
    answers = [
        browser.json("GET", PATH, query_string={"orgId": cast.org}),
        block(browser, cast, key),
        browser.json("GET", f"{PATH}remove/", query_string={"orgId": cast.org, "id": key["id"]}),
        browser.json("GET", f"{PATH}policy/", query_string={"orgId": cast.org}),
        browser.json("POST", f"{PATH}policy/", json={"orgId": cast.org, "max_days": 1}),
    ]

    assert [(answer.status_code, answer.data) for answer in answers] == [(403, unknown.data)] * 5
    assert unknown.get_json() == NOT_KEYS


def test_key_of_an_admin_can_list_keys_but_not_block_them(cast):
    other = created(cast.browser("rita"))
    api = cast.api("adam")

    assert [key["email"] for key in api.get(PATH, orgId=cast.org).get_json()["data"]] == [
        cast.rita.email,
        cast.adam.email,
    ]
    for refused in (
        api.delete(PATH, orgId=cast.org, id=other["id"]),
        api.post(f"{PATH}policy/", orgId=cast.org, max_days=1),
    ):
        expected = {**NOT_KEYS, "code": "session_required", "message": "Sign in to the portal."}
        assert (refused.status_code, refused.get_json()) == (403, expected)
    assert cast.portal.api(other["key"]).get("/organization/", orgId=cast.org).status_code == 200


def test_blocked_unlimited_key_loses_access_here_and_works_elsewhere(cast):
    other = cast.portal.organization(cast.rita, "Elsewhere")
    key = created(cast.browser("rita"))
    api = cast.portal.api(key["key"])
    api.get("/organization/", orgId=cast.org).close()

    answer = block(cast.browser("adam"), cast, key)

    assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})
    refused = api.get("/organization/", orgId=cast.org)
    unknown = api.get("/organization/", orgId="org_unknown")
    assert (refused.status_code, refused.get_json()) == (403, OUTSIDE)
    assert refused.data == unknown.data
    changed = api.post("/organization/", orgId=cast.org, name="x")
    assert changed.data == api.post("/organization/", orgId="org_unknown", name="x").data
    assert [found["id"] for found in api.get("/organization/").get_json()["data"]] == [other]
    assert api.get("/organization/", orgId=other).status_code == 200
    assert listed(cast.browser("adam"), cast) == []
    again = block(cast.browser("adam"), cast, key)
    assert (again.status_code, again.get_json()["error"]) == (404, "API key not found")


def test_block_covers_old_and_new_secrets_and_outlasts_rejoining(cast):
    rita = cast.browser("rita")
    key = created(rita)
    block(cast.browser("adam"), cast, key)

    body = {"id": key["id"], "regenerate": True, "overlap_hours": 1, "password": PASSWORD}
    new = rita.json("PUT", "/apikey/", json=body).get_json()["data"]["key"]
    alice = cast.browser("alice")
    alice.json("DELETE", "/organization/members/", json={"orgId": cast.org, "email": cast.rita.email})
    cast.portal.join(cast.org, cast.rita, Role.READ)

    for secret in (key["key"], new):
        refused = cast.portal.api(secret).get("/organization/", orgId=cast.org)
        assert (refused.status_code, refused.get_json()) == (403, OUTSIDE)


def test_blocking_a_limited_key_revokes_it(cast):
    key = created(cast.browser("rita"), org_id=cast.org)

    block(cast.browser("adam"), cast, key)

    answer = cast.portal.api(key["key"]).get("/organization/")
    assert (answer.status_code, answer.get_json()["message"]) == (401, "This key was revoked on 22 Nov 2026.")
    assert [entry.actor_id for entry in cast.portal.audit("key.revoked")] == [cast.adam.uid]


def test_blocking_a_key_mails_its_owner_and_is_audited(cast):
    key = created(cast.browser("rita"))

    block(cast.browser("adam"), cast, key)

    (mail,) = cast.portal.mails(cast.rita.email)
    assert mail["Subject"] == "Your API key ci no longer works in Northwind"
    (entry,) = cast.portal.audit("key.cut_off")
    assert (entry.actor_id, entry.organization_id, entry.target) == (cast.adam.uid, cast.org, key["id"])
    assert entry.before == {"owner": cast.rita.email, "name": "ci", "prefix": key["prefix"]}


def test_admin_cannot_block_the_key_of_a_super_admin(cast):
    above, same = created(cast.browser("alice")), created(cast.browser("adam"))
    adam = cast.browser("adam")

    refused = block(adam, cast, above)

    assert (refused.status_code, refused.get_json()) == (
        403,
        {**NOT_KEYS, "code": "role_too_high"},
    )
    assert cast.portal.api(above["key"]).get("/organization/", orgId=cast.org).status_code == 200
    assert block(adam, cast, same).status_code == 200


def test_key_without_access_here_and_unknown_key_get_the_same_answer(cast):
    stranger = created(cast.browser("charlie"))
    adam = cast.browser("adam")

    answers = [block(adam, cast, stranger), block(adam, cast, {"id": "key_unknown"})]

    unknown = {"error": "API key not found", "status": "KO", "code": "key_not_found"}
    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(404, unknown)] * 2


def test_removing_a_member_revokes_limited_keys_and_clears_last_use(cast):
    limited, free = created(cast.browser("rita"), org_id=cast.org), created(cast.browser("rita"))
    cast.portal.api(free["key"]).get("/organization/", orgId=cast.org).close()

    alice = cast.browser("alice")
    alice.json("DELETE", "/organization/members/", json={"orgId": cast.org, "email": cast.rita.email})
    assert cast.portal.api(limited["key"]).get("/organization/").status_code == 401
    assert cast.portal.api(free["key"]).get("/organization/", orgId=cast.org).status_code == 403
    cast.portal.join(cast.org, cast.rita, Role.READ)

    assert cast.portal.api(limited["key"]).get("/organization/").status_code == 401
    assert [(key["id"], key["last_used_at"]) for key in listed(alice, cast)] == [(free["id"], None)]
    assert cast.portal.api(free["key"]).get("/organization/", orgId=cast.org).status_code == 200


def test_list_is_paged(cast):
    ids = [created(cast.browser("rita"), name=f"key {number}")["id"] for number in range(3)]
    adam = cast.browser("adam")

    first = adam.json("GET", PATH, query_string={"orgId": cast.org, "limit": 2}).get_json()
    query = {"orgId": cast.org, "limit": 2, "cursor": first["next_cursor"]}
    second = adam.json("GET", PATH, query_string=query).get_json()

    assert [key["id"] for key in first["data"] + second["data"]] == sorted(ids)
    assert "next_cursor" not in second
