"""Hostile input: always a 4xx in the error shape, never a 5xx, and nothing changed."""

import json

import pytest

from tests import corpora
from tests.answers import assert_names
from tests.test_role_matrix import DEEDS, Deed

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"
BODIES, NAMES, VALUES = corpora.hostile_bodies(), corpora.read("names"), corpora.read("hostile_values")
OWNER = "ceiling-super_admin"
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")
FORM = "application/x-www-form-urlencoded"


def send(world, method, path, **options):
    return world.api(OWNER).send(method, path, **options)


def assert_shaped(answer, status):
    body = answer.get_json()
    assert answer.status_code == status, body
    assert body["status"] == "KO"
    assert body["error"]
    assert body.keys() <= {"error", "status", "message", "field"}


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
    **DEEDS,
    "create": Deed("PUT", ORGANIZATION, "", "", {"name": "Southwind"}),
    "bulk question": Deed(
        "POST", f"{MEMBERS}bulk/", "", "", {"email": "victim@crew.test", "deed": "remove", "confirmed": ""}
    ),
}
FIELDS = {
    "update": ["orgId", "name", "logo", "management_email"],
    "members": ["orgId", "limit", "cursor", "q", "role", "state"],
    "create": ["orgId", "name"],
}
CASES = [
    (deed, name) for label, deed in OPERATIONS.items() for name in FIELDS.get(label, ["orgId", *deed.fields])
]
every_field = pytest.mark.parametrize(
    ("deed", "field"), CASES, ids=lambda case: str(getattr(case, "path", case))
)


@every_field
def test_a_hostile_value_in_any_field_is_refused(world, deed, field):
    if deed.method == "GET":
        for value in VALUES["query"]:
            others = {"orgId": world.org, **deed.fields}
            query = "&".join(f"{name}={text}" for name, text in others.items() if name != field)
            assert_shaped(send(world, "GET", f"{deed.path}?{query}&{field}={value}"), 400)
        return
    for value in VALUES["json"]:
        body = {"orgId": world.org, **deed.fields, field: value}
        if deed.method == "PUT" and field != "orgId":
            del body["orgId"]

        answer = send(world, deed.method, deed.path, data=json.dumps(body), content_type="application/json")

        assert_shaped(answer, 400)
    assert world.contents() == world.kept


@every_field
def test_an_overlong_text_in_any_field_is_refused(world, deed, field):
    fields = {"orgId": world.org, **deed.fields, field: "x" * 5000}
    if deed.method == "PUT" and field != "orgId":
        del fields["orgId"]
    sent = {"query_string": fields} if deed.method == "GET" else {"data": fields}

    assert_shaped(send(world, deed.method, deed.path, **sent), 400)
    assert world.contents() == world.kept
