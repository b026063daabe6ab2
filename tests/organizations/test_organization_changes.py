"""`POST /organization/`: updates."""

from datetime import UTC, datetime

import time_machine

from tests.support.answers import (
    assert_names_field,
    assert_refused,
    audit_entries_of,
    audit_entry_of,
    changes_of,
)
from tests.support.sweeping import sweep

PATH = "/organization/"
NOT_ADMIN, NOT_SUPER = "Admin role required", "Super admin role required"
EVENING = datetime(2030, 1, 2, 18, 0, 0, tzinfo=UTC)
LOGO = "https://cdn.example.com/logo.png"


def organization_data(cast):
    return cast.api("alice").get(PATH, orgId=cast.org).get_json()["data"]


@sweep(
    "change",
    [
        {"name": "Southwind"},
        {"logo": LOGO},
        {"management_email": "Team@Crew.Test"},
        {"name": "Southwind", "logo": LOGO, "management_email": "team@crew.test"},
    ],
    ids="+".join,
)
def test_only_given_fields_change(cast, change):
    before = organization_data(cast)

    with time_machine.travel(EVENING, tick=False):
        answer = cast.api("adam").post(PATH, orgId=cast.org, **change)

    expected = {**before, **change, "updated_at": "2030-01-02T18:00:00Z"}
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "Organization updated", "data": expected}
    assert organization_data(cast) == expected


def test_update_is_audited_with_before_and_after(cast):
    adam = cast.api("adam")

    answer = adam.post(PATH, orgId=cast.org, name="Southwind", logo=LOGO, management_email="alice@crew.test")

    assert audit_entry_of(cast.portal, adam, answer) == {
        "actor_id": cast.adam.uid,
        "organization_id": cast.org,
        "action": "organization.updated",
        "target": cast.org,
        "before": {"name": "Northwind", "logo": None},
        "after": {"name": "Southwind", "logo": LOGO},
    }


@sweep(
    "same",
    [
        {},
        {"name": "Northwind"},
        {"name": " Northwind "},
        {"logo": None},
        {"logo": ""},
        {"management_email": "alice@crew.test"},
    ],
    ids=str,
)
def test_update_without_a_change_is_not_audited(cast, same):
    before = organization_data(cast)

    with time_machine.travel(EVENING, tick=False):
        answer = cast.api("adam").post(PATH, orgId=cast.org, **same)

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "Organization updated", "data": before}
    assert changes_of(cast.portal, answer) == []


@sweep("empty", [None, "", "  "])
def test_an_empty_logo_removes_it(cast, empty):
    cast.api("adam").post(PATH, orgId=cast.org, logo=LOGO)

    answer = cast.api("adam").post(PATH, orgId=cast.org, logo=empty)

    assert answer.get_json()["data"]["logo"] is None
    assert organization_data(cast)["logo"] is None


def test_read_only_fields_are_ignored(cast):
    before = organization_data(cast)
    foreign = {
        "created_by": cast.charlie.uid,
        "customer_id": "cus_1",
        "id": "org_x",
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": "2001-01-01T00:00:00Z",
        "role": "read",
    }

    answer = cast.api("adam").post(PATH, orgId=cast.org, **foreign)

    assert answer.get_json()["data"] == before


WRONG = [
    ({"name": ""}, "Name is required", "name"),
    ({"name": "  "}, "Name is required", "name"),
    ({"name": None}, "Name is required", "name"),
    ({"name": 3}, "Name is required", "name"),
    ({"management_email": "nobody"}, "Invalid email format", "management_email"),
    ({"management_email": ""}, "Invalid email format", "management_email"),
    ({"management_email": None}, "Invalid email format", "management_email"),
    ({"management_email": 3}, "Invalid email format", "management_email"),
    (
        {"management_email": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.test"},
        "Invalid email format",
        "management_email",
    ),
]
WRONG_LOGOS = [
    "http://cdn.example.com/logo.png",
    "//cdn.example.com/logo.png",
    "cdn.example.com/logo.png",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://",
    "https:///logo.png",
    "https://user:pass@cdn.example.com/",
    "https://cdn.example.com/a b.png",
    'https://cdn.example.com/"onerror=alert(1)',
    "https://cdn.example.com/\nlogo.png",
    "https://[cdn/logo.png",
    "https://cdn.example.com:99999/",
    "https://cdn.example.com/" + "a" * 2048,
    7,
    ["https://cdn.example.com/logo.png"],
]


@sweep("change, error, field", WRONG, ids=str)
def test_invalid_field_is_named_and_nothing_changes(cast, change, error, field):
    before = organization_data(cast)

    answer = cast.api("adam").post(PATH, orgId=cast.org, **{"logo": LOGO, **change})

    assert_refused(answer, 400, error, field)
    assert organization_data(cast) == before


@sweep("logo", WRONG_LOGOS, ids=lambda logo: str(logo)[:30])
def test_logo_must_be_an_https_url(cast, logo):
    before = organization_data(cast)

    assert_names_field(cast.api("adam").post(PATH, orgId=cast.org, logo=logo, name="Southwind"), "logo")
    assert organization_data(cast) == before


def test_logo_can_have_2048_characters(cast):
    logo = "https://cdn.example.com/".ljust(2048, "a")

    assert cast.api("adam").post(PATH, orgId=cast.org, logo=logo).get_json()["data"]["logo"] == logo


@sweep("body", [{}, {"orgId": None}, {"orgId": " "}, {"name": ""}, {"management_email": "x"}], ids=str)
def test_update_without_an_identifier_names_the_method_that_creates(cast, body):
    answer = cast.api("alice").post(PATH, **body)

    assert_names_field(answer, "orgId")
    assert "PUT" in answer.get_json()["error"]


def test_checks_run_in_a_fixed_order(cast):
    rita, body = cast.api("rita"), {"orgId": cast.org, "name": "", "management_email": "x"}

    assert_refused(cast.portal.api("your-api-key").post(PATH, **body), 401, "Invalid API key")
    assert_refused(rita.post(PATH, **body), 400, "Name is required", "name")
    assert_refused(rita.post(PATH, **{**body, "name": "S"}), 400, "Invalid email format", "management_email")
    assert_refused(rita.post(PATH, orgId=cast.org, name="S"), 403, NOT_ADMIN)
    assert cast.api("adam").post(PATH, orgId=cast.org, name="S").status_code == 200


@sweep("name", ["ivy", "charlie"])
def test_refused_update_by_an_outsider_changes_nothing_and_is_not_audited(cast, name):
    before = organization_data(cast)

    answer = cast.api(name).post(PATH, orgId=cast.org, name="Mine")

    assert_refused(answer, 403, NOT_ADMIN)
    assert organization_data(cast) == before
    assert audit_entries_of(cast.portal, answer) == []


@sweep("name", ["wendy", "uma", "rita"])
def test_refused_update_by_a_member_changes_nothing_and_is_audited(cast, name):
    before = organization_data(cast)

    answer = cast.api(name).post(PATH, orgId=cast.org, name="Mine")

    assert_refused(answer, 403, NOT_ADMIN)
    assert organization_data(cast) == before
    (entry,) = audit_entries_of(cast.portal, answer)
    assert (entry.outcome, entry.actor_id) == ("refused", getattr(cast, name).uid)
    assert (entry.organization_id, entry.after) == (cast.org, {"error": NOT_ADMIN})
