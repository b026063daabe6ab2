"""`/apikey/` in JSON: list, create, rename, revoke. A key cannot manage keys."""

from datetime import UTC, datetime

import time_machine

from app.base.permissions import Role
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

REFUSED = {
    "error": "Insufficient permissions to manage API keys",
    "message": "Sign in to the portal.",
    "status": "KO",
    "code": "session_required",
}
UNKNOWN = {"error": "API key not found", "status": "KO", "code": "key_not_found"}


def create(browser, **body):
    return browser.json(
        "POST", "/apikey/", json={"name": "ci", "role": "write", "password": PASSWORD, **body}
    )


def created(browser, **body):
    response = create(browser, **body)
    assert response.status_code == 200, response.text
    return response.get_json()["data"]


@time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=False)
def test_session_creates_a_key_and_sees_its_secret_once(cast):
    rita = cast.browser("rita")

    response = create(rita, expires_in_days=90)

    answer = response.get_json()
    secret = answer["data"].pop("key")
    key = {
        "id": answer["data"]["id"],
        "name": "ci",
        "prefix": secret[:12],
        "role": "write",
        "org_id": None,
        "created_at": "2026-11-22T09:00:00Z",
        "expires_at": "2027-02-20T09:00:00Z",
        "last_used_at": None,
    }
    assert (response.status_code, answer) == (200, {"status": "OK", "data": key})
    assert rita.json("GET", "/apikey/").get_json() == {"data": [key]}
    assert secret not in rita.json("GET", "/apikey/").text
    assert cast.portal.api(secret).get("/organization/").status_code == 200


@time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC), tick=False)
def test_a_whole_number_can_be_sent_as_a_float(cast):
    rita = cast.browser("rita")

    assert (
        created(rita, expires_in_days=90.0)["expires_at"] == created(rita, expires_in_days=90)["expires_at"]
    )


def test_key_can_list_keys_but_not_change_them(cast):
    mine = created(cast.browser("alice"))
    api = cast.portal.api(mine["key"])

    answers = [
        api.post("/apikey/", name="another", role="read"),
        api.put("/apikey/", id=mine["id"], name="renamed"),
        api.put("/apikey/", id=mine["id"], regenerate=True),
        api.delete("/apikey/", id=mine["id"]),
        api.delete(f"/apikey/{mine['id']}"),
        api.delete("/apikey/", id="key_unknown"),
        api.get("/apikey/new/"),
        api.get("/apikey/renew/", id=mine["id"]),
    ]

    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(403, REFUSED)] * len(answers)
    assert [key["id"] for key in api.get("/apikey/").get_json()["data"]] == [mine["id"]]


def test_each_account_lists_only_its_own_keys(cast):
    alice, charlie = cast.browser("alice"), cast.browser("charlie")
    mine = created(alice)

    assert [key["id"] for key in alice.json("GET", "/apikey/").get_json()["data"]] == [mine["id"]]
    assert charlie.json("GET", "/apikey/").get_json() == {"data": []}
    assert cast.portal.api().get("/apikey/").status_code == 401


def test_limited_key_lists_only_the_keys_of_its_organization(cast):
    alice = cast.browser("alice")
    created(alice, name="everywhere")
    limited = created(alice, name="limited", org_id=cast.org)

    listed = cast.portal.api(limited["key"]).get("/apikey/").get_json()["data"]

    assert [key["name"] for key in listed] == ["limited"]


WHOLE = "expires_in_days must be a whole number from 1 to 3650"


@sweep(
    "change, field, error",
    [
        ({"name": ""}, "name", "Name is required"),
        ({"name": None}, "name", "Name is required"),
        ({"name": "x" * 33}, "name", "name must be at most 32 characters"),
        ({"name": 12}, "name", "Name is required"),
        ({"role": None}, "role", "Role is required"),
        ({"role": "owner"}, "role", "Invalid role specified"),
        ({"role": "invite_read"}, "role", "Invalid role specified"),
        ({"expires_in_days": 0}, "expires_in_days", WHOLE),
        ({"expires_in_days": -1}, "expires_in_days", WHOLE),
        ({"expires_in_days": 3651}, "expires_in_days", WHOLE),
        ({"expires_in_days": 1.5}, "expires_in_days", WHOLE),
        ({"expires_in_days": True}, "expires_in_days", WHOLE),
        ({"expires_in_days": "soon"}, "expires_in_days", WHOLE),
        ({"expires_in_days": ["3"]}, "expires_in_days", WHOLE),
        ({"expires_in_days": {}}, "expires_in_days", WHOLE),
        ({"org_id": 7}, "org_id", "org_id must be text"),
    ],
)
def test_invalid_input_is_refused(cast, change, field, error):
    rita = cast.browser("rita")

    response = create(rita, **change)

    answer = response.get_json()
    assert (response.status_code, answer["field"]) == (400, field)
    assert answer["error"] == error
    assert rita.json("GET", "/apikey/").get_json() == {"data": []}


def test_key_can_only_be_limited_to_an_organization_of_its_owner(cast):
    foreign = create(cast.browser("charlie"), org_id=cast.org)
    pending = create(cast.browser("ivy"), org_id=cast.org)
    unknown = create(cast.browser("charlie"), org_id="org_unknown")

    refusal = {"error": "You cannot access this organization", "status": "KO", "code": "insufficient_role"}
    for response in (foreign, pending, unknown):
        assert (response.status_code, response.get_json()) == (403, refusal)
    assert created(cast.browser("rita"), org_id=cast.org)["org_id"] == cast.org


def test_ceiling_above_the_owners_role_grants_only_that_role(cast):
    key = created(cast.browser("rita"), role="super_admin")["key"]

    refused = cast.portal.api(key).post("/organization/", orgId=cast.org, name="Mine")

    assert (refused.status_code, refused.get_json()["error"]) == (403, "Admin role required")
    assert cast.portal.api(key).get("/organization/", orgId=cast.org).status_code == 200


def test_renaming_a_key_is_audited_unless_nothing_changes(cast):
    alice = cast.browser("alice")
    mine = created(alice)

    renamed = alice.json("PUT", "/apikey/", json={"id": mine["id"], "name": " deploy "})
    again = alice.json("PUT", "/apikey/", json={"id": mine["id"], "name": "deploy"})

    del mine["key"]
    assert renamed.get_json() == {"status": "OK", "data": {**mine, "name": "deploy"}}
    assert again.get_json() == renamed.get_json()
    entries = cast.portal.audit("key.renamed")
    assert [(entry.before, entry.after) for entry in entries] == [({"name": "ci"}, {"name": "deploy"})]


@sweep("name", ["", "  ", "x" * 33])
def test_name_is_kept_when_the_new_one_is_invalid(cast, name):
    alice = cast.browser("alice")
    mine = created(alice)

    response = alice.json("PUT", "/apikey/", json={"id": mine["id"], "name": name})

    assert (response.status_code, response.get_json()["field"]) == (400, "name")
    assert alice.json("GET", "/apikey/").get_json()["data"][0]["name"] == "ci"


@time_machine.travel(datetime(2026, 12, 24, tzinfo=UTC), tick=False)
@sweep("by_path", [True, False])
def test_revoked_key_stops_immediately_and_its_sender_learns_why(cast, by_path):
    alice = cast.browser("alice")
    mine = created(alice)
    api = cast.portal.api(mine["key"])
    assert api.get("/organization/").status_code == 200

    path, body = (f"/apikey/{mine['id']}", {}) if by_path else ("/apikey/", {"json": {"id": mine["id"]}})
    revoked = alice.json("DELETE", path, **body)

    assert (revoked.status_code, revoked.get_json()) == (200, {"status": "OK"})
    answer = api.get("/organization/")
    expected = {
        "error": "Invalid API key",
        "message": "This key was revoked on 24 Dec 2026.",
        "status": "KO",
        "code": "invalid_key",
    }
    assert (answer.status_code, answer.get_json()) == (401, expected)
    assert alice.json("GET", "/apikey/").get_json() == {"data": []}


def test_unknown_foreign_and_revoked_ids_get_the_same_answer(cast):
    alice, adam = cast.browser("alice"), cast.browser("adam")
    foreign, revoked = created(adam)["id"], created(alice)["id"]
    alice.json("DELETE", f"/apikey/{revoked}")
    session_id = cast.portal.audit("session.opened")[0].target

    for identifier in (foreign, revoked, session_id, "key_unknown"):
        answers = [
            alice.json("PUT", "/apikey/", json={"id": identifier, "name": "x"}),
            alice.json("PUT", "/apikey/", json={"id": identifier, "regenerate": True, "password": PASSWORD}),
            alice.json("DELETE", "/apikey/", json={"id": identifier}),
            alice.json("DELETE", f"/apikey/{identifier}"),
            alice.json("GET", "/apikey/revoke/", query_string={"id": identifier}),
        ]
        assert [(answer.status_code, answer.get_json()) for answer in answers] == [(404, UNKNOWN)] * 5


def test_path_and_body_must_name_the_same_key(cast):
    alice = cast.browser("alice")
    one, two = created(alice)["id"], created(alice)["id"]

    response = alice.json("DELETE", f"/apikey/{one}", json={"id": two})

    assert (response.status_code, response.get_json()["field"]) == (400, "id")
    assert len(alice.json("GET", "/apikey/").get_json()["data"]) == 2


def test_only_the_sender_of_an_expired_key_learns_that_it_expired(cast):
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        key = created(cast.browser("rita"), expires_in_days=10)["key"]

    with time_machine.travel(datetime(2026, 11, 11, tzinfo=UTC), tick=False):
        answer = cast.portal.api(key).get("/organization/")
        mistyped = cast.portal.api(key[:-1] + ("a" if key[-1] != "a" else "b")).get("/organization/")

    expected = {
        "error": "Invalid API key",
        "message": "This key expired on 11 Nov 2026.",
        "status": "KO",
        "code": "invalid_key",
    }
    assert (answer.status_code, answer.get_json()) == (401, expected)
    assert mistyped.get_json() == {"error": "Invalid API key", "status": "KO", "code": "invalid_key"}


def test_creating_and_revoking_are_audited_without_the_secret(cast):
    alice = cast.browser("alice")
    mine = created(alice, org_id=cast.org, expires_in_days=30)
    alice.json("DELETE", f"/apikey/{mine['id']}")

    entries = cast.portal.audit("key.created", "key.revoked")

    assert [(entry.action, entry.target, entry.organization_id) for entry in entries] == [
        ("key.created", mine["id"], cast.org),
        ("key.revoked", mine["id"], cast.org),
    ]
    after = {"owner": cast.alice.email, "name": "ci", "role": "write", "prefix": mine["prefix"]}
    assert entries[0].after == {**after, "expires_at": mine["expires_at"]}
    assert entries[0].actor_id == cast.alice.uid
    assert mine["key"] not in str([vars(entry) for entry in entries])


def test_each_of_the_five_roles_can_be_a_ceiling(cast):
    rita = cast.browser("rita")

    assert [created(rita, role=role)["role"] for role in Role] == [str(role) for role in Role]
