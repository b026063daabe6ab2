"""Unknown fields: the six documented operations ignore them, all others refuse them."""

import io
from typing import Any

import pytest

from tests.support.answers import assert_names_field
from tests.support.clients import ACCEPT_PAGE
from tests.support.operations import CHANGES, PortalOperation, all_operations
from tests.support.specification import specification
from tests.support.sweeping import sweep

# The operations in the two documents.
DOCUMENTED = {
    "GET /organization/",
    "PUT /organization/",
    "POST /organization/",
    "GET /organization/members/",
    "POST /organization/members/",
    "DELETE /organization/members/",
}
# Monitors, caches and link previews add their own parameters to these.
PROBES = {"GET /", "GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json"}
CALLER = "active-super_admin"
UNKNOWN = {"scopes": "bundles:read"}
DRAWN = {"page": {"Accept": ACCEPT_PAGE}, "fragment": {"HX-Request": "true"}}


@pytest.fixture
def strict(world) -> list[PortalOperation]:
    """Return every operation that refuses unknown fields, new ones included."""
    found = all_operations(world.portal.app, "GET", *CHANGES)
    return [found[label] for label in found.keys() - DOCUMENTED - PROBES]


def needed(world, operation: PortalOperation) -> dict[str, Any]:
    """Return the required fields that are not in the path."""
    in_path = {"bundle_id", "id"} if operation.path.count("_x") else set()
    return {
        name: value for name, value in operation.example_fields(world.here).items() if name not in in_path
    }


def send(
    world,
    operation: PortalOperation,
    fields: dict[str, Any],
    query: dict[str, Any] | None = None,
    how: dict[str, str] | None = None,
):
    """Send fields as a script on the page could; the one operation that takes a file gets one."""
    options: dict[str, Any] = {"json": fields, "query_string": query or {}}
    if operation.guard.streams:
        options = {**options, "json": None, "data": {**fields, "file": (io.BytesIO(b"a bundle"), "b.zip")}}
    if operation.method == "GET":
        options = {"query_string": fields}
    headers = {"X-CSRFToken": world.tokens[CALLER], **(how or {})}
    client = world.browsers[CALLER].client
    return client.open(operation.path, method=operation.method, headers=headers, **options)


def test_every_other_operation_refuses_a_field_that_it_does_not_know(world, strict):
    assert len(strict) > 70
    for operation in strict:
        answer = send(world, operation, {**needed(world, operation), **UNKNOWN})

        assert_names_field(answer, "scopes")
        assert (answer.json["field"], answer.json["code"]) == ("scopes", "unknown_field"), operation.label
    assert world.rows() == world.initial_rows


def test_an_unknown_field_is_reported_before_a_missing_one(world, strict):
    for operation in strict:
        if operation.method != "GET" and not operation.guard.streams:
            assert_names_field(send(world, operation, UNKNOWN), "scopes")


def test_the_documented_operations_ignore_unknown_fields(world):
    found = all_operations(world.portal.app, "GET", *CHANGES)
    for label in sorted(DOCUMENTED):
        fields = {**needed(world, found[label]), "created_by": "user_0", "customer_id": "cus_0", **UNKNOWN}

        answer = send(world, found[label], {**fields, "name": "Southwind"} if "PUT" in label else fields)

        assert answer.status_code in {200, 404}, (label, answer.text)
        assert "unknown_field" not in answer.text


@sweep("dialect", DRAWN)
def test_pages_ignore_parameters_that_others_add_to_links(world, dialect):
    """Mail services and social networks add `utm_source`, `fbclid`, `mc_eid`; the page stays the same."""
    added = {"utm_source": "newsletter", "fbclid": "x", "mc_eid": "y"}
    for operation in all_operations(world.portal.app, "GET").values():
        given = needed(world, operation)

        plain = send(world, operation, given, how=DRAWN[dialect])
        followed = send(world, operation, {**given, **added}, how=DRAWN[dialect])

        assert followed.status_code == plain.status_code, operation.label


def test_probes_ignore_parameters_that_monitors_add(world):
    for label in PROBES - {"GET /metrics"}:
        answer = world.portal.api().get(label.removeprefix("GET "), _="1764360000")

        assert answer.status_code in {200, 303}, label


def test_the_token_the_method_and_a_button_are_not_fields(world, strict):
    """What forms of WTForms, Rails and our own pages send besides their fields."""
    beside = {"csrf_token": world.tokens[CALLER], "submit": "Save"}
    for operation in strict:
        answer = send(world, operation, {**needed(world, operation), **beside})

        assert "unknown_field" not in answer.text, operation.label
        world.put_back()


def test_a_query_beside_a_body_is_refused(world, strict):
    """`curl -X POST 'http://…/apikey/?org_id=org_1' -d …` must not create a key for every organization."""
    for operation in strict:
        if operation.method not in {"POST", "PUT"}:
            continue
        given = needed(world, operation)
        assert_names_field(send(world, operation, given, query=UNKNOWN), "scopes")
        for field in [found for found in operation.fields[:1] if found.name != "next"]:
            answer = send(world, operation, given, query={field.name: "x"})
            assert (answer.status_code, answer.json["error"]) == (400, f"{field.name} belongs in the body")
    assert world.rows() == world.initial_rows


def test_the_specification_says_which_operations_refuse():
    for path, item in specification()["paths"].items():
        for method, operation in item.items():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                schema = media["schema"]
                if "$ref" in schema:
                    schema = specification()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                open_ended = schema.get("additionalProperties", True)
                assert open_ended is (f"{method.upper()} {path}" in DOCUMENTED), operation["operationId"]


@sweep(
    "field",
    [
        "allowed_ips",
        "scopes",
        "organization_id",  # GitLab's name: the key would reach every organization
        "orgId",  # our own name elsewhere
        "expires_at",  # GitLab, GitHub: the key would never expire
        "expires_in",  # OAuth
        "Role",
        "role ",
        "name[]",  # PHP
        "__proto__",
        "x" * 300,
    ],
)
def test_a_key_never_has_more_access_than_was_requested(world, field):
    client, headers = world.browsers[CALLER].client, {"X-CSRFToken": world.tokens[CALLER]}

    answer = client.post(
        "/apikey/", json={"name": "CI", "role": "read", "expires_in_days": 30, field: "x"}, headers=headers
    )
    form = client.post(
        "/apikey/", data={"name": "CI", "role": "read", "expires_in_days": 30, field: "x"}, headers=headers
    )

    assert (answer.status_code, answer.json["field"]) == (400, field[:50])
    assert form.json == answer.json
    assert "name, role, org_id, expires_in_days" in answer.json["message"]
    assert world.rows() == world.initial_rows


def test_a_removal_meant_as_a_dry_run_is_refused(world):
    victim = {"orgId": world.org, "email": "victim@crew.test", "action": "remove", "confirmed": True}
    for extra in ({"dry_run": True}, {"dryRun": "1"}, {"preview": True}):
        answer = world.api("ceiling-super_admin").post("/organization/members/bulk/", **victim, **extra)

        assert_names_field(answer, next(iter(extra)))
    assert world.rows() == world.initial_rows


@sweep(
    "extra, field",
    [({}, "regenerate"), ({"role": "super_admin"}, "role"), ({"regenerate": False}, "regenerate")],
)
def test_a_key_update_without_changes_is_refused(world, extra, field):
    client, headers = world.browsers[CALLER].client, {"X-CSRFToken": world.tokens[CALLER]}
    key = {"name": "CI", "role": "read", "expires_in_days": 30}
    made = client.post("/apikey/", json=key, headers=headers).json["data"]

    answer = client.put("/apikey/", json={"id": made["id"], **extra}, headers=headers)

    assert (answer.status_code, answer.json["field"]) == (400, field)
    assert answer.json["error"] == (
        "name or regenerate is required" if field != "role" else "Unknown field: role"
    )
