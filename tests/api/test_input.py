"""Hostile input: always a 4xx in the error shape, never a 5xx, and nothing changed."""

import json

import pytest

from tests import corpora
from tests.answers import assert_names, assert_shaped
from tests.deeds import DEEDS, Deed

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"
BODIES, NAMES, VALUES = corpora.hostile_bodies(), corpora.read("names"), corpora.read("hostile_values")
OWNER = "ceiling-super_admin"


def send(world, method, path, **options):
    return world.api(OWNER).send(method, path, **options)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_hostile_body_is_refused(world, method, name):
    body = corpora.written(BODIES[name], world.org)

    answer = send(world, method, ORGANIZATION, data=body, content_type="application/json")

    assert_shaped(answer, 400)
    assert world.contents() == world.kept
    if "field" in BODIES[name]:
        assert_names(answer, BODIES[name]["field"])


@pytest.mark.parametrize("name", NAMES["refused"], ids=ascii)
def test_a_name_that_nobody_can_read_is_refused(world, name):
    for method, body in (("PUT", {"name": name}), ("POST", {"name": name, "orgId": world.org})):
        answer = send(world, method, ORGANIZATION, data=json.dumps(body), content_type="application/json")

        assert_names(answer, "name")
    assert world.contents() == world.kept


@pytest.mark.parametrize("name", NAMES["accepted"], ids=ascii)
def test_a_name_that_people_can_read_is_kept_as_it_is(world, name):
    api = world.api(OWNER)

    created = api.put(ORGANIZATION, name=name)
    updated = api.post(ORGANIZATION, orgId=world.org, name=name)

    assert updated.get_json()["data"]["name"] == name
    one = api.get(ORGANIZATION, orgId=created.get_json()["id"]).get_json()["data"]
    assert one["name"] == name


OPERATIONS = {
    **{label: deed for label, deed in DEEDS.items() if label not in {"upload", "download"}},
    "create": Deed("PUT", ORGANIZATION, "", "", {"name": "Southwind"}, by="path"),
    "bulk question": Deed(
        "POST", f"{MEMBERS}bulk/", "", "", {"email": "victim@crew.test", "deed": "remove", "confirmed": ""}
    ),
}
OPTIONAL = {
    "update": ["logo", "management_email"],
    "members": ["limit", "cursor", "q", "role", "state"],
    "audit": ["actor", "action", "target", "since", "until", "q", "limit", "cursor", "format"],
    "receipts": ["number", "before", "format"],
    "keys": ["limit", "cursor"],
    "key policy": ["max_days", "expiry_required"],
    "change key policy": ["expiry_required"],
    "apps": ["limit", "cursor"],
    "bundles": ["limit", "cursor"],
}
# JSON may write these as a number or as true and false.
NOT_TEXT = {"deadline_days", "max_days", "required", "expiry_required", "confirmed"}
PLACE = dict.fromkeys(("org", "app", "bundle", "key"), "")
CASES = {
    f"{label} {name}": (deed, name)
    for label, deed in OPERATIONS.items()
    for name in [*deed.at(PLACE)[2], *OPTIONAL.get(label, [])]
}
every_field = pytest.mark.parametrize(("deed", "field"), CASES.values(), ids=CASES)


@every_field
def test_a_hostile_value_in_any_field_is_refused(world, deed, field):
    method, path, fields = deed.at(world.here)
    if method == "GET":
        rest = "&".join(f"{name}={text}" for name, text in fields.items() if name != field)
        for value in VALUES["query"]:
            assert_shaped(send(world, "GET", f"{path}?{rest}&{field}={value}"), 400)
        return
    for value in VALUES["json"]:
        if field in NOT_TEXT and isinstance(value, int):
            continue
        body = json.dumps({**fields, field: value})

        answer = send(world, method, path, data=body, content_type="application/json")

        assert_shaped(answer, 400)
    assert world.contents() == world.kept


@every_field
def test_an_overlong_text_in_any_field_is_refused(world, deed, field):
    method, path, fields = deed.at(world.here)
    sent = {"query_string" if method == "GET" else "data": {**fields, field: "x" * 5000}}

    assert_shaped(send(world, method, path, **sent), 400)
    assert world.contents() == world.kept
