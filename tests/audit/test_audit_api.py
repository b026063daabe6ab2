"""`/organization/audit/` in JSON: permissions, filters, paging, exports, and the entries about reading it."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.databases import only_sqlite
from tests.support.sweeping import sweep

PATH = "/organization/audit/"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def actions(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [entry["action"] for entry in response.get_json()["data"]]


# Permissions


@sweep("name", ["rita", "uma", "wendy", "ivy", "charlie"])
def test_non_admins_learn_nothing(cast, name):
    api = cast.api(name)
    refused = api.get(PATH, orgId=cast.org)
    unknown = api.get(PATH, orgId="org_00000000000000000000000000000000")

    assert refused.status_code == unknown.status_code == 403
    assert refused.get_json() == {"error": "Admin role required", "status": "KO", "code": "insufficient_role"}
    assert refused.data == unknown.data


@sweep("form", ["csv", "jsonl"])
def test_exports_need_the_same_role(cast, form):
    assert cast.api("wendy").get(PATH, orgId=cast.org, format=form).status_code == 403
    assert cast.portal.audit("audit.exported") == []


@pytest.mark.parametrize("name", ["alice", "adam"])
def test_admins_can_read_the_log(cast, name):
    assert actions(cast.api(name).get(PATH, orgId=cast.org)) == ["member.invited", "organization.created"]


def test_key_of_an_admin_with_a_low_ceiling_is_refused(cast):
    weak = cast.portal.api(cast.portal.key(cast.alice, Role.WRITE))

    assert weak.get(PATH, orgId=cast.org).status_code == 403


def test_each_organization_has_its_own_log(cast):
    other = cast.portal.organization(cast.alice, "Southwind")

    assert actions(cast.api("alice").get(PATH, orgId=other)) == ["organization.created"]
    assert cast.api("adam").get(PATH, orgId=other).status_code == 403


def test_organization_is_required(cast):
    refused = cast.api("alice").get(PATH)

    assert refused.status_code == 400
    assert refused.get_json() == {
        "error": "orgId is required",
        "field": "orgId",
        "status": "KO",
        "code": "field_required",
    }


# Entries


def test_entry_has_exactly_the_documented_fields(cast, clock):
    api = cast.api("alice")
    changed = api.post("/organization/members/", orgId=cast.org, email=cast.rita.email, role="write")
    data = api.get(PATH, orgId=cast.org, action="member.role_changed").get_json()["data"]

    (entry,) = cast.portal.audit("member.role_changed")
    assert data == [
        {
            "id": entry.id,
            "at": "2026-03-02T09:00:00Z",
            "actor": {"uid": cast.alice.uid, "email": cast.alice.email},
            "key": {"id": entry.credential_id, "name": "test"},
            "action": "member.role_changed",
            "target": cast.rita.uid,
            "before": {"role": "read"},
            "after": {"role": "write"},
            "request_id": changed.headers["X-Request-Id"],
            "outcome": "done",
        }
    ]


def test_session_is_shown_as_a_key_without_a_name(cast):
    browser = cast.browser("alice")
    browser.submit("/organization/", orgId=cast.org, name="Southwind")
    (entry,) = cast.api("alice").get(PATH, orgId=cast.org, action="organization.updated").get_json()["data"]

    assert entry["key"] == {"id": entry["key"]["id"]}
    assert entry["key"]["id"].startswith("session_")


# Filters


@pytest.fixture
def busy(clock, cast):
    """An action every hour: Adam changes Rita, Alice renames, Adam invites a stranger, Wendy is refused."""
    clock.shift(timedelta(hours=1))
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.rita.email, role="upload")
    clock.shift(timedelta(hours=1))
    cast.api("alice").post("/organization/", orgId=cast.org, name="Büro Nord")
    clock.shift(timedelta(hours=1))
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")
    clock.shift(timedelta(hours=1))
    cast.api("wendy").post("/organization/", orgId=cast.org, name="Mine")
    return cast


ALL = [
    "organization.updated",
    "member.invited",
    "organization.updated",
    "member.role_changed",
    "member.invited",
    "organization.created",
]


@sweep(
    "filters, expected",
    [
        ({}, ALL),
        ({"actor": "adam@crew.test"}, ["member.invited", "member.role_changed"]),
        ({"actor": "ADAM@crew.test"}, ["member.invited", "member.role_changed"]),
        ({"actor": "nobody@crew.test"}, []),
        ({"actor": "user_0"}, []),
        ({"action": "member"}, ["member.invited", "member.role_changed", "member.invited"]),
        ({"action": "member.invited"}, ["member.invited", "member.invited"]),
        ({"action": "organization.updated"}, ["organization.updated", "organization.updated"]),
        ({"action": "invitations"}, ["member.invited", "member.invited"]),
        ({"action": "members"}, ["member.role_changed"]),
        (
            {"action": "organization"},
            ["organization.updated", "organization.updated", "organization.created"],
        ),
        ({"action": "security"}, []),
        ({"action": "Members"}, []),
        ({"action": "Role changed"}, []),
        ({"action": "memb"}, []),
        ({"action": "%"}, []),
        ({"target": "rita@crew.test"}, ["member.role_changed"]),
        ({"since": "2026-03-02T12:00:00Z"}, ["organization.updated", "member.invited"]),
        ({"since": "2026-03-02T13:00:00+01:00"}, ["organization.updated", "member.invited"]),
        ({"until": "2026-03-02T09:59:59Z"}, ["member.invited", "organization.created"]),
        (
            {"until": "2026-03-02T10:00:00Z"},
            ["member.role_changed", "member.invited", "organization.created"],
        ),
        ({"since": "2026-03-03"}, []),
        ({"until": "2026-03-01"}, []),
        ({"since": "2026-03-02", "until": "2026-03-02"}, ALL),
        ({"q": "büro"}, ["organization.updated"]),
        ({"q": "REFUSED"}, ["organization.updated"]),
        ({"q": "rita"}, ["member.role_changed"]),
        ({"q": "admin role"}, ["organization.updated"]),
        ({"q": "%"}, []),
        ({"q": '"'}, []),
        ({"actor": "adam@crew.test", "action": "member.invited"}, ["member.invited"]),
        ({"actor": "", "action": "", "since": "", "q": ""}, ALL),
    ],
)
def test_filters_select_entries(busy, filters, expected):
    assert [
        action
        for action in actions(busy.api("alice").get(PATH, orgId=busy.org, **filters))
        if action != "audit.read"
    ] == expected


def test_filters_accept_user_ids(busy):
    api = busy.api("alice")

    assert actions(api.get(PATH, orgId=busy.org, actor=busy.wendy.uid)) == ["organization.updated"]
    assert actions(api.get(PATH, orgId=busy.org, target=busy.rita.uid)) == ["member.role_changed"]


@sweep(
    "filters, field, error",
    [
        ({"limit": "0"}, "limit", "limit must be a whole number from 1 to 1000"),
        ({"cursor": "x"}, "cursor", "cursor is not valid"),
        ({"cursor": "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMCB4"}, "cursor", "cursor is not valid"),
        ({"format": "xml"}, "format", "format must be csv or jsonl"),
        ({"since": "yesterday"}, "since", None),
        ({"since": "2026-02-30"}, "since", None),
        ({"until": "9999-12-31"}, "until", None),
        ({"until": "2026-03-02T10:00:00"}, "until", None),
    ],
)
def test_invalid_filters_are_named(cast, filters, field, error):
    refused = cast.api("alice").get(PATH, orgId=cast.org, **filters)

    assert refused.status_code == 400
    assert refused.get_json()["field"] == field
    assert error in {None, refused.get_json()["error"]}


# Pages


def rename(cast, name: str) -> None:
    assert cast.api("alice").post("/organization/", orgId=cast.org, name=name).status_code == 200


def names(response) -> list[str]:
    return [entry["after"]["name"] for entry in response.get_json()["data"]]


def test_paging_neither_skips_nor_repeats_during_writes(cast):
    for number in range(7):
        rename(cast, f"N{number}")
    api, query = cast.api("adam"), {"orgId": cast.org, "action": "organization.updated", "limit": 3}

    seen: list[str] = []
    cursor: dict[str, str | None] = {}
    for number in range(3):
        response = api.get(PATH, **query, **cursor)
        seen += names(response)
        cursor = {"cursor": response.get_json().get("next_cursor")}
        rename(cast, f"later {number}")

    assert seen == ["N6", "N5", "N4", "N3", "N2", "N1", "N0"]
    assert cursor == {"cursor": None}


def test_page_has_fifty_entries_by_default(cast):
    for number in range(50):
        rename(cast, f"N{number}")
    first = cast.api("alice").get(PATH, orgId=cast.org).get_json()

    assert len(first["data"]) == 50
    second = cast.api("alice").get(PATH, orgId=cast.org, cursor=first["next_cursor"])
    assert actions(second) == ["member.invited", "organization.created"]
    assert "next_cursor" not in second.get_json()


# Reading and exporting are audited


def test_reading_is_audited_once_a_minute_for_each_credential(cast, clock):
    for name in ("alice", "alice", "adam"):
        cast.api(name).get(PATH, orgId=cast.org)
    assert [entry.actor_id for entry in cast.portal.audit("audit.read")] == [cast.alice.uid, cast.adam.uid]

    clock.shift(timedelta(seconds=61))
    cast.api("alice").get(PATH, orgId=cast.org)

    *_, last = cast.portal.audit("audit.read")
    assert (last.actor_id, last.organization_id, last.target) == (cast.alice.uid, cast.org, cast.org)
    assert len(cast.portal.audit("audit.read")) == 3


def test_refused_reading_is_not_audited(cast):
    cast.api("rita").get(PATH, orgId=cast.org)
    cast.api("alice").get(PATH, orgId=cast.org, cursor="x")

    assert cast.portal.audit("audit.read") == []


def test_every_export_is_audited_with_its_filters(cast):
    for _ in range(2):
        cast.api("alice").get(PATH, orgId=cast.org, format="csv", q="x", since="2026-01-01")

    exports = [entry.after for entry in cast.portal.audit("audit.exported")]
    assert exports == [{"format": "csv", "since": "2026-01-01T00:00:00Z", "q": "x"}] * 2


@only_sqlite("on Postgres a change blocks only changes of the same organization")
def test_log_can_be_read_while_the_database_is_locked(cast, monkeypatch):
    api = cast.api("alice")
    api.get("/organization/", orgId=cast.org)
    monkeypatch.setattr("app.storage.engines.BUSY_SECONDS", 0.01)
    with cast.portal.write_lock_held():
        read = api.get(PATH, orgId=cast.org)
        exported = api.get(PATH, orgId=cast.org, format="csv")

    assert actions(read) == ["member.invited", "organization.created"]
    assert exported.status_code == 503


# Exports


def test_jsonl_has_the_same_objects(busy):
    api = busy.api("alice")
    listed = api.get(PATH, orgId=busy.org, action="member").get_json()["data"]
    exported = api.get(PATH, orgId=busy.org, action="member", format="jsonl")

    assert exported.mimetype == "application/jsonl"
    assert exported.headers["Content-Disposition"] == 'attachment; filename="audit.jsonl"'
    assert [json.loads(line) for line in exported.text.splitlines()] == listed


def test_csv_has_a_row_for_each_entry(busy):
    exported = busy.api("alice").get(PATH, orgId=busy.org, action="member.role_changed", format="csv")
    rows = list(csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig"))))

    (entry,) = busy.portal.audit("member.role_changed")
    assert exported.mimetype == "text/csv"
    assert rows == [
        {
            "at": "2026-03-02T10:00:00Z",
            "actor_uid": busy.adam.uid,
            "actor_email": busy.adam.email,
            "key_id": entry.credential_id,
            "key_name": "test",
            "action": "member.role_changed",
            "outcome": "done",
            "target": busy.rita.uid,
            "before": '{"role":"read"}',
            "after": '{"role":"upload"}',
            "request_id": entry.request_id,
            "id": entry.id,
        }
    ]


def test_a_spreadsheet_recognizes_the_letters_of_an_export(cast):
    exported = cast.api("alice").get(PATH, orgId=cast.org, q="no such entry", format="csv")

    assert exported.data.startswith(b"\xef\xbb\xbfat,actor_uid,actor_email,")


def test_formulas_are_escaped_in_csv(cast):
    cast.api("adam").delete("/organization/members/", orgId=cast.org, email="=cmd|calc@crew.test")
    exported = cast.api("alice").get(PATH, orgId=cast.org, q="calc", format="csv")
    (row,) = csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig")))

    assert row["target"] == "'=cmd|calc@crew.test"


def test_long_logs_are_exported_completely(cast, monkeypatch):
    monkeypatch.setattr("app.services.audit_log.queries._BATCH", 2)
    for number in range(5):
        rename(cast, f"N{number}")
    exported = cast.api("alice").get(PATH, orgId=cast.org, format="jsonl")

    assert [json.loads(line)["action"] for line in exported.text.splitlines()] == [
        *["organization.updated"] * 5,
        "member.invited",
        "organization.created",
    ]
