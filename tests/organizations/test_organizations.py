"""`/organization/`: list, show, create."""

from datetime import UTC, datetime

import time_machine

from app.base.permissions import Role
from app.models import Organization
from tests.support.answers import assert_names_field, assert_refused, audit_entry_of
from tests.support.sweeping import sweep

PATH = "/organization/"
FIELDS = ["created_at", "created_by", "customer_id", "id", "logo", "management_email", "name", "updated_at"]
CLOSED = "You cannot access this organization"
MORNING = datetime(2026, 3, 2, 8, 30, 15, 999_000, tzinfo=UTC)


def test_a_member_sees_the_whole_organization(portal):
    with time_machine.travel(MORNING, tick=False):
        alice, rita = portal.person("Alice"), portal.person("Rita")
        org = portal.organization(alice)
        portal.join(org, rita, Role.READ)

        answer = portal.api(portal.key(rita, Role.READ)).get(PATH, orgId=org)

    assert answer.status_code == 200
    assert answer.get_json() == {
        "data": {
            "id": org,
            "created_by": alice.uid,
            "created_at": "2026-03-02T08:30:15Z",
            "updated_at": "2026-03-02T08:30:15Z",
            "logo": None,
            "name": "Northwind",
            "management_email": "alice@crew.test",
            "customer_id": None,
        }
    }


@sweep("name", ["charlie", "ivy"])
def test_strangers_and_invitees_cannot_see_an_organization(cast, name):
    assert_refused(cast.api(name).get(PATH, orgId=cast.org), 403, CLOSED)
    assert cast.api(name).get(PATH).get_json() == {"data": []}


@sweep("name", ["alice", "charlie"])
@sweep("empty", ["", " ", "\t"])
def test_empty_identifier_is_refused(cast, name, empty):
    """A script sends `?orgId=$ORG` with the variable unset."""
    answer = cast.api(name).get(PATH, orgId=empty)

    assert_refused(answer, 400, "orgId must not be empty: leave it out", "orgId")


def test_ones_own_organizations_are_listed_by_name(cast):
    for name in ("zebra", "Apple", "banana"):
        cast.portal.organization(cast.alice, name)
    foreign = cast.portal.organization(cast.charlie, "Foreign")
    cast.portal.invite(foreign, cast.charlie, cast.alice, Role.ADMIN)

    answer = cast.api("alice").get(PATH)

    listed = answer.get_json()["data"]
    assert answer.status_code == 200
    assert [one["name"] for one in listed] == ["Apple", "banana", "Northwind", "zebra"]
    for one in listed:
        assert cast.api("alice").get(PATH, orgId=one["id"]).get_json() == {"data": one}
        assert sorted(one) == FIELDS


def test_a_limited_key_lists_only_its_organization(cast):
    other = cast.portal.organization(cast.alice, "Another")
    limited = cast.portal.api(cast.portal.key(cast.alice, organization=other))

    assert [one["id"] for one in limited.get(PATH).get_json()["data"]] == [other]
    assert_refused(limited.get(PATH, orgId=cast.org), 403, CLOSED)


def test_creator_becomes_super_admin_and_contact(cast):
    charlie = cast.api("charlie")

    answer = charlie.put(PATH, name="  Café Zürich ☕  ")

    created = answer.get_json()["id"]
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "Organization created", "id": created}
    whole = charlie.get(PATH, orgId=created).get_json()["data"]
    assert whole["name"] == "Café Zürich ☕"
    assert (whole["created_by"], whole["management_email"]) == (cast.charlie.uid, "charlie@crew.test")
    assert (whole["logo"], whole["customer_id"]) == (None, None)
    members = charlie.get("/organization/members/", orgId=created).get_json()["data"]
    assert [(one["uid"], one["role"]) for one in members] == [(cast.charlie.uid, "super_admin")]


def test_creating_an_organization_is_audited(cast):
    charlie = cast.api("charlie")

    answer = charlie.put(PATH, name="Southwind")

    created = answer.get_json()["id"]
    assert audit_entry_of(cast.portal, charlie, answer) == {
        "actor_id": cast.charlie.uid,
        "organization_id": created,
        "action": "organization.created",
        "target": created,
        "before": None,
        "after": {"name": "Southwind", "management_email": "charlie@crew.test"},
    }


def test_equal_names_are_allowed(cast):
    first, second = (cast.api("alice").put(PATH, name="Northwind").get_json()["id"] for _ in range(2))

    names = [one["name"] for one in cast.api("alice").get(PATH).get_json()["data"]]
    assert len({first, second, cast.org}) == 3
    assert names == ["Northwind"] * 3


def test_read_only_fields_are_never_assigned(cast):
    theirs = {"created_by": cast.alice.uid, "customer_id": "cus_1", "id": "org_mine", "role": "read"}

    created = cast.api("charlie").put(PATH, name="Mine", **theirs).get_json()["id"]

    whole = cast.api("charlie").get(PATH, orgId=created).get_json()["data"]
    assert created != "org_mine"
    assert (whole["id"], whole["created_by"], whole["customer_id"]) == (created, cast.charlie.uid, None)
    assert cast.portal.role_of(created, cast.charlie) == "super_admin"


@sweep(
    "body",
    [
        {},
        {"name": ""},
        {"name": " \t\n"},
        {"name": None},
        {"name": 7},
        {"name": True},
        {"name": ["a"]},
        {"name": {}},
    ],
    ids=str,
)
def test_a_new_organization_needs_a_name(cast, body):
    assert_refused(cast.api("alice").put(PATH, **body), 400, "Name is required", "name")
    assert len(cast.api("alice").get(PATH).get_json()["data"]) == 1


def test_a_name_has_at_most_a_hundred_characters(cast):
    alice = cast.api("alice")

    assert alice.put(PATH, name=" " + "é" * 100 + " ").status_code == 200
    assert_names_field(alice.put(PATH, name="é" * 101), "name")


def test_create_with_an_identifier_names_the_method_that_updates(cast):
    answer = cast.api("alice").put(PATH, orgId=cast.org, name="Southwind")

    assert_names_field(answer, "orgId")
    assert "POST" in answer.get_json()["error"]
    assert cast.api("alice").get(PATH).get_json()["data"][0]["name"] == "Northwind"


@sweep("role", Role)
def test_key_needs_the_admin_ceiling_to_create_an_organization(cast, role):
    api = cast.portal.api(cast.portal.key(cast.charlie, role))

    answer = api.put(PATH, name="Southwind")

    if role in {"admin", "super_admin"}:
        assert answer.status_code == 200
    else:
        assert_refused(answer, 403, "Admin role required")
        assert api.get(PATH).get_json() == {"data": []}


def test_limited_key_cannot_create_an_organization(cast):
    limited = cast.portal.api(cast.portal.key(cast.alice, organization=cast.org))

    assert_refused(limited.put(PATH, name="Southwind"), 403, "Admin role required")
    assert cast.browser("alice").json("PUT", PATH, json={"name": "Southwind"}).status_code == 200


def test_name_is_validated_before_permissions(cast):
    weak = cast.portal.api(cast.portal.key(cast.alice, Role.READ))

    assert_refused(weak.put(PATH), 400, "Name is required", "name")
    assert_refused(cast.portal.api("your-api-key").put(PATH), 401, "Invalid API key")


def test_identifiers_and_times_have_the_documented_format(cast):
    whole = cast.api("alice").get(PATH, orgId=cast.org).get_json()["data"]

    with cast.portal.database.reading() as db:
        stored = db.get_one(Organization, cast.org)
    assert whole["id"].startswith("org_")
    assert len(whole["id"]) == len("org_") + 32
    assert whole["created_by"].startswith("user_")
    assert whole["created_at"] == stored.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
