"""`/organization/members/` with filters and an order, as JSON and as an export."""

import base64
import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
import time_machine
from sqlalchemy import update

from app.base.permissions import Role
from app.models import Membership, User
from tests.support.answers import assert_refused
from tests.support.cast import set_up_cast
from tests.support.second_factors import set_up_app
from tests.support.sweeping import sweep

PATH, EXPORT = "/organization/members/", "/organization/members/export/"
NOT_MEMBERS = "Insufficient permissions to manage members"
REVEALING = [{"two_factor": "on"}, {"two_factor": "off"}, {"inactive_days": "90"}, {"sort": "last_active"}]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def cast(portal):
    """Return the cast. Wendy was active 100 days ago, Uma never; all joined 200 days ago, except Rita."""
    with time_machine.travel(NOW, tick=False):
        cast = set_up_cast(portal)
        with portal.writing() as db:
            joined = update(Membership).where(Membership.organization_id == cast.org)
            db.execute(joined.values(added_at=NOW - timedelta(days=200), last_active_at=None))
            seen = {cast.alice: 0, cast.adam: 0, cast.wendy: 100}
            for person, days in seen.items():
                theirs = joined.where(Membership.user_id == person.uid)
                db.execute(theirs.values(last_active_at=NOW - timedelta(days=days)))
            db.execute(joined.where(Membership.user_id == cast.rita.uid).values(added_at=NOW))
        yield cast


def listed(cast, name="adam", **query):
    answer = cast.api(name).get(PATH, orgId=cast.org, **query)
    assert answer.status_code == 200, answer.text
    return [one["email"].partition("@")[0] for one in answer.get_json()["data"]]


def exported(cast, **query):
    """Return the rows of the export, as a spreadsheet reads them: in UTF-8 because of the mark in front."""
    answer = cast.browser("adam").client.get(EXPORT, query_string={"orgId": cast.org, **query})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@sweep("name", ["rita", "uma", "wendy"])
@pytest.mark.parametrize("query", REVEALING)
def test_only_admins_may_ask_who_is_active_or_has_a_second_factor(cast, name, query):
    assert_refused(cast.api(name).get(PATH, orgId=cast.org, **query), 403, NOT_MEMBERS)


@pytest.mark.parametrize("query", REVEALING)
def test_a_key_with_a_lower_ceiling_may_not_ask_either(cast, query):
    key = cast.portal.key(cast.alice, Role.WRITE)

    assert_refused(cast.portal.api(key).get(PATH, orgId=cast.org, **query), 403, NOT_MEMBERS)


def test_a_reader_sees_neither_activity_nor_second_factors_on_the_page(cast):
    adam = cast.browser("adam")
    set_up_app(adam)

    seen = cast.browser("rita").get(f"{PATH}?orgId={cast.org}").select_one("#members")
    assert not seen.select(".table__when")
    assert "two-factor" not in seen.get_text()
    admins = cast.browser("alice").get(f"{PATH}?orgId={cast.org}").select_one("#members")
    assert admins.select(".table__when")
    assert "two-factor" in admins.get_text()


@sweep(
    "query, expected",
    [
        ({}, ["alice", "adam", "wendy", "uma", "ivy", "rita"]),
        ({"q": "WEND crew"}, ["wendy"]),
        ({"q": " "}, ["alice", "adam", "wendy", "uma", "ivy", "rita"]),
        ({"role": "write"}, ["wendy"]),
        ({"role": ""}, ["alice", "adam", "wendy", "uma", "ivy", "rita"]),
        ({"inactive_days": "90"}, ["wendy", "uma"]),
        ({"inactive_days": "150"}, ["uma"]),
        ({"inactive_days": "90", "role": "upload"}, ["uma"]),
        ({"two_factor": "off", "q": "a", "role": "read"}, ["rita"]),
        ({"two_factor": "on"}, []),
    ],
)
def test_filters_select_members(cast, query, expected):
    assert sorted(listed(cast, **query)) == sorted(expected)


@sweep(
    "query, expected",
    [
        ({"sort": "name"}, ["adam", "alice", "ivy", "rita", "uma", "wendy"]),
        ({"sort": "name", "order": "desc"}, ["wendy", "uma", "rita", "ivy", "alice", "adam"]),
        ({"sort": "role", "role": "admin"}, ["adam"]),
        ({"sort": "last_active", "inactive_days": "1"}, ["uma", "wendy"]),
        ({"sort": "last_active", "order": "desc", "inactive_days": "1"}, ["wendy", "uma"]),
        ({"sort": "joined", "order": "desc", "q": "rita"}, ["rita"]),
    ],
)
def test_members_are_sorted(cast, query, expected):
    assert listed(cast, **query) == expected


def test_members_sorted_by_role_start_with_the_lowest_and_end_with_super_admins(cast):
    order = listed(cast, sort="role")

    assert (order[0], order[1], order[-2:]) == ("rita", "uma", ["adam", "alice"])
    assert listed(cast, sort="role", order="desc") == order[::-1]


SORTS = ["name", "role", "last_active", "joined"]


@sweep("sort", SORTS)
def test_pages_of_a_sorted_list_add_up_to_the_whole(cast, sort):
    for order in ("asc", "desc"):
        whole = listed(cast, sort=sort, order=order)
        pages: list[str] = []
        cursor: dict[str, str] = {}
        while len(pages) < 10:
            answer = cast.api("adam").get(PATH, orgId=cast.org, sort=sort, order=order, limit=2, **cursor)
            pages += [one["email"].partition("@")[0] for one in answer.get_json()["data"]]
            if "next_cursor" not in answer.get_json():
                break
            cursor = {"cursor": answer.get_json()["next_cursor"]}
        assert pages == whole


ORDERS = [{"sort": sort, "order": order} for sort in SORTS for order in ("asc", "desc")]


@sweep("first, other", [(one, other) for one in ORDERS for other in ORDERS if one != other])
def test_a_cursor_of_another_order_is_refused(cast, first, other):
    page = cast.api("adam").get(PATH, orgId=cast.org, limit=2, **first).get_json()

    answer = cast.api("adam").get(PATH, orgId=cast.org, limit=2, cursor=page["next_cursor"], **other)

    assert_refused(answer, 400, "cursor is not valid")


def test_no_cursor_has_the_name_of_an_invitee(cast):
    found = cast.api("rita").get(PATH, orgId=cast.org, sort="name", limit=3).get_json()

    assert found["data"][-1]["email"] == cast.ivy.email
    with cast.portal.writing() as db:
        db.get_one(User, cast.ivy.uid).name = "Ivy Secretname"
    cursor = cast.api("rita").get(PATH, orgId=cast.org, sort="name", limit=3).get_json()["next_cursor"]
    assert "secretname" not in base64.urlsafe_b64decode(cursor + "===").decode()


@pytest.mark.parametrize(
    "query",
    ["two_factor=off", "inactive_days=1&sort=name&order=desc", "role=read&sort=role", "sort=last_active"],
)
def test_every_link_of_the_page_keeps_the_filters(cast, query):
    for number in range(102):
        cast.portal.join(cast.org, cast.portal.person(f"P{number}"), Role.READ)
    with cast.portal.writing() as db:
        db.execute(update(Membership).values(added_at=NOW - timedelta(days=200)))
    browser = cast.browser("adam")

    page = browser.get(f"{PATH}?orgId={cast.org}&{query}")
    rows = page.select("#member-rows > tr")
    rest = browser.get(page.find(id="show-more")["href"]).select("#member-rows > tr")

    listed_all = exported(cast, **dict(parse_qsl(query)))
    assert [row["id"] for row in rows + rest] == [f"row-{row['uid']}" for row in listed_all]
    assert {*parse_qsl(query)} <= {*parse_qsl(page.find(id="export")["href"].partition("?")[2])}
    hidden = {field["name"]: field["value"] for field in page.select("#members-filter input[type=hidden]")}
    assert {name: value for name, value in parse_qsl(query) if name != "role"}.items() <= hidden.items()


def test_a_filter_that_finds_no_one_says_so(cast):
    page = cast.browser("adam").get(f"{PATH}?orgId={cast.org}&inactive_days=3000")

    assert "No one matches" in page.select_one("#members").get_text()


@sweep(
    "query",
    [
        {"role": "boss"},
        {"role": "Read"},
        {"role": "invite_read"},
        {"two_factor": "yes"},
        {"inactive_days": "0"},
        {"inactive_days": "-1"},
        {"inactive_days": "soon"},
        {"inactive_days": "999999"},
        {"sort": "email"},
        {"order": "up"},
    ],
)
def test_a_filter_with_an_invalid_value_is_refused_and_named(cast, query):
    answer = cast.api("adam").get(PATH, orgId=cast.org, **query)

    (name,) = query
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(f"{name} must be ")


def test_the_export_has_the_members_of_the_filters(cast):
    rows = exported(cast, inactive_days="90", sort="name")

    assert [row["email"] for row in rows] == ["uma@crew.test", "wendy@crew.test"]


def test_the_export_keeps_letters_and_addresses_and_runs_no_formula(cast):
    names = {"+4930123@crew.test": "Özlem", "=1+1@crew.test": "=1+1", "+a|b!c@crew.test": "@SUM(1)"}
    for address, name in names.items():
        cast.portal.join(cast.org, cast.portal.person(name, address), Role.READ)

    rows = {row["name"]: row["email"] for row in exported(cast, role="read")}
    assert rows["Özlem"] == "+4930123@crew.test"
    assert rows["'=1+1"] == "'=1+1@crew.test"
    assert rows["'@SUM(1)"] == "'+a|b!c@crew.test"
