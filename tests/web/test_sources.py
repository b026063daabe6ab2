"""Each request has one source of input; a deletion accepts any sources that agree."""

from tests.support.answers import assert_names_field, assert_refusal_shape
from tests.support.sweeping import sweep

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"
OWNER = "ceiling-super_admin"


def send(world, method, path, **options):
    return world.api(OWNER).send(method, path, **options)


SOURCES = {
    "query": lambda fields: {"query_string": fields},
    "form": lambda fields: {"data": fields},
    "json": lambda fields: {"json": fields},
    "query and json": lambda fields: {"query_string": fields, "json": fields},
    "query and form": lambda fields: {"query_string": fields, "data": fields},
    "one in each": lambda fields: {
        "query_string": {"orgId": fields["orgId"]},
        "json": {"email": fields["email"]},
    },
}


@sweep("source", SOURCES)
def test_a_deletion_accepts_its_fields_from_any_source(world, source):
    fields = {"orgId": world.org, "email": "victim@crew.test"}

    answer = send(world, "DELETE", MEMBERS, **SOURCES[source](fields))

    assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})
    assert world.portal.role_of(world.org, world.people["victim"]) is None


@sweep("differs", ["email", "orgId"])
@sweep("body", ["data", "json"])
def test_a_deletion_whose_sources_disagree_is_refused(world, body, differs):
    fields = {"orgId": world.org, "email": "victim@crew.test"}
    other = {"orgId": world.elsewhere, "email": "active-read@crew.test"}[differs]

    answer = send(world, "DELETE", MEMBERS, query_string={**fields, differs: other}, **{body: fields})

    assert_names_field(answer, differs)
    assert world.rows() == world.initial_rows


def test_a_repeated_field_in_a_query_is_refused(world):
    fields = f"orgId={world.org}&email=victim@crew.test&email=active-read@crew.test"

    assert_names_field(send(world, "DELETE", f"{MEMBERS}?{fields}"), "email")
    assert_names_field(send(world, "GET", f"{ORGANIZATION}?orgId={world.org}&orgId={world.org}"), "orgId")
    assert world.rows() == world.initial_rows


@sweep("method", ["POST", "PUT"])
def test_only_the_body_of_a_change_is_read(world, method):
    query = {"orgId": world.org, "name": "Southwind"}

    assert_refusal_shape(send(world, method, ORGANIZATION, query_string=query), 400)
    assert_refusal_shape(send(world, method, ORGANIZATION, query_string=query, json={}), 400)
    assert world.rows() == world.initial_rows


def test_only_the_query_of_a_read_is_read(world):
    listed = send(world, "GET", ORGANIZATION, json={"orgId": world.org})

    assert isinstance(listed.get_json()["data"], list)
