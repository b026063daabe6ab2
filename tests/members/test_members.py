"""`/organization/members/`: the list and its paging."""

import time_machine

from app.base import clock
from app.base.permissions import Role
from app.models import User
from app.services.core import paging
from tests.support.answers import assert_names_field, assert_refused
from tests.support.sweeping import sweep

PATH = "/organization/members/"
CLOSED = "You cannot access this organization"


def members(cast, name="rita", **query):
    answer = cast.api(name).get(PATH, orgId=cast.org, **query)
    assert answer.status_code == 200
    return answer.get_json()


def member(person, role, image_url=None):
    return {"uid": person.uid, "email": person.email, "image_url": image_url, "role": role}


def test_members_are_listed_in_the_order_they_were_added(cast):
    with cast.portal.writing() as db:
        db.get_one(User, cast.wendy.uid).image_url = "https://example.com/wendy.png"

    assert members(cast) == {
        "data": [
            member(cast.alice, "super_admin"),
            member(cast.adam, "admin"),
            member(cast.wendy, "write", "https://example.com/wendy.png"),
            member(cast.uma, "upload"),
            member(cast.rita, "read"),
            member(cast.ivy, "invite_write"),
        ]
    }


def test_changing_a_role_keeps_the_members_place_in_the_list(cast):
    before = [one["uid"] for one in members(cast)["data"]]

    cast.api("alice").post(PATH, orgId=cast.org, email=cast.adam.email, role="read")
    cast.api("alice").post(PATH, orgId=cast.org, email=cast.ivy.email, role="read")

    assert [one["uid"] for one in members(cast)["data"]] == before


@sweep("name", ["charlie", "ivy"])
def test_strangers_and_invitees_cannot_list_members(cast, name):
    assert_refused(cast.api(name).get(PATH, orgId=cast.org), 403, CLOSED)
    assert_refused(cast.api(name).get(PATH, orgId="org_unknown"), 403, CLOSED)


def test_listing_needs_an_organization(cast):
    for query in ({}, {"orgId": ""}, {"orgId": "  "}):
        assert_names_field(cast.api("alice").get(PATH, **query), "orgId")


def test_the_list_is_complete_without_a_limit(cast):
    for number in range(120):
        cast.portal.join(cast.org, cast.portal.person(f"P{number}"), Role.READ)

    whole = members(cast)

    assert len(whole["data"]) == 126
    assert whole.keys() == {"data"}


@sweep("limit", [1, 2, 3, 5, 6, 7, 1000])
def test_pages_add_up_to_the_whole_list(cast, limit):
    whole = members(cast)["data"]
    pages: list[list] = []
    cursor: dict[str, str] = {}

    while True:
        page = members(cast, limit=limit, **cursor)
        pages.append(page["data"])
        if "next_cursor" not in page:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert [one for page in pages for one in page] == whole
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= limit


def test_members_added_at_the_same_instant_appear_on_one_page_each(portal):
    with time_machine.travel(clock.now(), tick=False):
        alice = portal.person("Alice")
        org = portal.organization(alice)
        for number in range(5):
            portal.join(org, portal.person(f"P{number}"), Role.READ)
    api = portal.api(portal.key(alice))

    first = api.get(PATH, orgId=org, limit=3).get_json()
    second = api.get(PATH, orgId=org, limit=3, cursor=first["next_cursor"]).get_json()

    assert first["data"] + second["data"] == api.get(PATH, orgId=org).get_json()["data"]
    assert second.keys() == {"data"}


def test_removal_between_two_pages_skips_no_member(cast):
    first = members(cast, limit=2)
    cast.api("alice").delete(PATH, orgId=cast.org, email=cast.adam.email)

    second = members(cast, limit=2, cursor=first["next_cursor"])

    assert [one["uid"] for one in first["data"]] == [cast.alice.uid, cast.adam.uid]
    assert [one["uid"] for one in second["data"]] == [cast.wendy.uid, cast.uma.uid]


@sweep("limit", ["0", "1001", "-1", "1.5", "ten", "", "1e2", "٣", "9" * 400, "0x10"])
def test_limit_must_be_from_1_to_1000(cast, limit):
    assert_names_field(cast.api("rita").get(PATH, orgId=cast.org, limit=limit), "limit")


@sweep("cursor", ["x", "!!!!", "AAAA", "MjAyNg", "a" * 200, "ä", "MjAyNi0wMS0wMSB4"])
def test_malformed_cursors_are_refused(cast, cursor):
    assert_names_field(cast.api("rita").get(PATH, orgId=cast.org, cursor=cursor), "cursor")


@sweep("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
@sweep("path", [PATH, "/organization/keys/", "/organization/audit/"])
def test_cursor_whose_time_overflows_in_utc_is_refused(cast, path, moment):
    query = {"orgId": cast.org, "cursor": paging.write(moment, "1")}

    assert_names_field(cast.browser("alice").json("GET", path, query_string=query), "cursor")


def test_input_is_validated_before_permissions(cast):
    assert_names_field(cast.api("charlie").get(PATH, orgId=cast.org, limit=0), "limit")
    assert_refused(cast.api("charlie").get(PATH, orgId=cast.org, limit=1), 403, CLOSED)
