"""Refused changes: the deed is rolled back, the attempt stays in the log."""

import pytest

from tests.support.sweeping import sweep

MEMBERS, ORGANIZATION = "/organization/members/", "/organization/"
UNKNOWN = "org_00000000000000000000000000000000"


def refusals(cast):
    return [entry for entry in cast.portal.audit() if entry.outcome == "refused"]


def test_a_rollback_leaves_only_the_refused_row(cast):
    before = cast.portal.audit()
    api = cast.api("adam")
    before_key = len(cast.portal.audit())
    refused = api.post(MEMBERS, orgId=cast.org, email=cast.alice.email, role="read")

    assert refused.status_code == 403
    (entry,) = cast.portal.audit()[before_key:]
    assert len(before) == before_key - 1  # the key of the program
    assert (entry.action, entry.outcome, entry.organization_id) == ("member.invited", "refused", cast.org)
    assert (entry.actor_id, entry.target) == (cast.adam.uid, cast.alice.uid)
    assert entry.credential_id.startswith("key_")
    assert (entry.before, entry.after) == (None, {"error": "Insufficient permissions to manage members"})
    assert entry.request_id == refused.headers["X-Request-Id"]
    assert cast.portal.role_of(cast.org, cast.alice) == "super_admin"


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "status", "action"),
    [
        ("rita", "POST", MEMBERS, {"email": "wendy@crew.test", "role": "read"}, 403, "member.invited"),
        ("rita", "DELETE", MEMBERS, {"email": "wendy@crew.test"}, 403, "member.removed"),
        ("wendy", "POST", ORGANIZATION, {"name": "Mine"}, 403, "organization.updated"),
        ("adam", "DELETE", ORGANIZATION, {"name": "Northwind"}, 403, "organization.deleted"),
        ("adam", "POST", MEMBERS, {"email": "nobody@crew.test", "role": "read"}, 404, "member.invited"),
        ("adam", "DELETE", MEMBERS, {"email": "charlie@crew.test"}, 404, "member.removed"),
        ("adam", "POST", MEMBERS, {"email": "rita@crew.test", "role": "read"}, 409, "member.invited"),
        ("alice", "DELETE", MEMBERS, {"email": "alice@crew.test"}, 409, "member.removed"),
    ],
)
def test_every_refused_change_is_recorded_in_its_organization(cast, who, method, path, body, status, action):
    refused = cast.api(who).send(method, path, json={"orgId": cast.org, **body})

    assert refused.status_code == status
    (entry,) = refusals(cast)
    assert (entry.action, entry.organization_id) == (action, cast.org)
    assert entry.actor_id == getattr(cast, who).uid
    assert entry.after == {"error": refused.get_json()["error"]}


def test_whether_an_address_has_an_account_is_not_told(cast):
    cast.api("rita").delete(MEMBERS, orgId=cast.org, email=cast.charlie.email)
    cast.api("rita").delete(MEMBERS, orgId=cast.org, email="nobody@crew.test")

    assert [entry.target for entry in refusals(cast)] == [cast.charlie.email, "nobody@crew.test"]


@sweep("who", ["charlie", "ivy"])
@sweep("organization", ["theirs", UNKNOWN])
def test_what_outsiders_and_invitees_try_is_in_the_request_log_only(cast, who, organization):
    org = cast.org if organization == "theirs" else organization

    for _ in range(30):
        assert cast.api(who).post(ORGANIZATION, orgId=org, name="Mine").status_code == 403
        assert cast.api(who).delete(MEMBERS, orgId=org, email=cast.rita.email).status_code == 403

    assert refusals(cast) == []


def test_what_a_member_tries_elsewhere_is_in_no_log(cast):
    cast.api("rita").post(ORGANIZATION, orgId=UNKNOWN, name="Mine")

    assert refusals(cast) == []


def test_a_refused_creation_belongs_to_no_organization(cast):
    from app.base.permissions import Role

    cast.portal.api(cast.portal.key(cast.rita, Role.WRITE)).put(ORGANIZATION, name="Mine")

    (entry,) = refusals(cast)
    assert (entry.action, entry.organization_id, entry.target) == (
        "organization.created",
        None,
        cast.rita.uid,
    )


def test_people_in_the_portal_are_recorded_too(cast):
    browser = cast.browser("rita")
    browser.submit(ORGANIZATION, method="DELETE", status=403, orgId=cast.org, name="Northwind")

    (entry,) = refusals(cast)
    assert (entry.action, entry.actor_id) == ("organization.deleted", cast.rita.uid)
    assert entry.credential_id.startswith("session_")


def test_a_stranger_who_accepts_is_in_the_request_log_only(cast):
    refused = cast.browser("charlie").json("POST", "/invitation/", json={"orgId": cast.org})

    assert refused.status_code == 404
    assert refusals(cast) == []


@sweep("body", [{}, {"email": "x", "role": "read"}, {"email": "a@b.test", "role": "boss"}])
def test_bad_input_is_no_attempt(cast, body):
    assert cast.api("rita").post(MEMBERS, orgId=cast.org, **body).status_code == 400
    assert refusals(cast) == []


def test_refused_reading_is_no_attempt(cast):
    assert cast.api("charlie").get(MEMBERS, orgId=cast.org).status_code == 403
    assert refusals(cast) == []


def test_nobody_and_forged_forms_are_nobodys_attempt(cast):
    browser = cast.browser("alice")
    forged = browser.client.post(ORGANIZATION, data={"orgId": cast.org, "name": "Mine"})

    assert forged.status_code == 403
    assert cast.portal.api().post(ORGANIZATION, orgId=cast.org, name="Mine").status_code == 401
    assert refusals(cast) == []


def test_no_secret_and_no_body_is_kept(cast):
    api = cast.api("rita")
    api.post(ORGANIZATION, orgId=cast.org, name="crew_secret", logo="https://example.test/logo.png")

    (entry,) = refusals(cast)
    assert api.headers["Authorization"] not in str(entry)
    assert "crew_secret" not in str(entry)
    assert "example.test" not in str(entry)
