"""Refused changes: the change is rolled back, the attempt is recorded."""

import pytest

from tests.support.sweeping import sweep

MEMBERS, ORGANIZATION = "/organization/members/", "/organization/"
UNKNOWN = "org_00000000000000000000000000000000"


def refusals(cast):
    return [entry for entry in cast.portal.audit() if entry.outcome == "refused"]


def test_rollback_leaves_only_the_refused_entry(cast):
    before = cast.portal.audit()
    api = cast.api("adam")
    count_before = len(cast.portal.audit())
    refused = api.post(MEMBERS, orgId=cast.org, email=cast.alice.email, role="read")

    assert refused.status_code == 403
    (entry,) = cast.portal.audit()[count_before:]
    assert len(before) == count_before - 1  # the new API key
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


def test_refused_entry_does_not_reveal_whether_an_address_has_an_account(cast):
    cast.api("rita").delete(MEMBERS, orgId=cast.org, email=cast.charlie.email)
    cast.api("rita").delete(MEMBERS, orgId=cast.org, email="nobody@crew.test")

    assert [entry.target for entry in refusals(cast)] == [cast.charlie.email, "nobody@crew.test"]


@sweep("who", ["charlie", "ivy"])
@sweep("organization", ["theirs", UNKNOWN])
def test_attempts_by_outsiders_and_invitees_are_not_audited(cast, who, organization):
    org = cast.org if organization == "theirs" else organization

    for _ in range(30):
        assert cast.api(who).post(ORGANIZATION, orgId=org, name="Mine").status_code == 403
        assert cast.api(who).delete(MEMBERS, orgId=org, email=cast.rita.email).status_code == 403

    assert refusals(cast) == []


def test_attempt_at_an_unknown_organization_is_not_audited(cast):
    cast.api("rita").post(ORGANIZATION, orgId=UNKNOWN, name="Mine")

    assert refusals(cast) == []


def test_refused_creation_is_recorded_without_an_organization(cast):
    from app.base.permissions import Role

    cast.portal.api(cast.portal.key(cast.rita, Role.WRITE)).put(ORGANIZATION, name="Mine")

    (entry,) = refusals(cast)
    assert (entry.action, entry.organization_id, entry.target) == (
        "organization.created",
        None,
        cast.rita.uid,
    )


def test_refusals_of_sessions_are_recorded_too(cast):
    browser = cast.browser("rita")
    browser.submit(ORGANIZATION, method="DELETE", status=403, orgId=cast.org, name="Northwind")

    (entry,) = refusals(cast)
    assert (entry.action, entry.actor_id) == ("organization.deleted", cast.rita.uid)
    assert entry.credential_id.startswith("session_")


def test_stranger_who_accepts_an_invitation_is_not_audited(cast):
    refused = cast.browser("charlie").json("POST", "/invitation/", json={"orgId": cast.org})

    assert refused.status_code == 404
    assert refusals(cast) == []


@sweep("body", [{}, {"email": "x", "role": "read"}, {"email": "a@b.test", "role": "boss"}])
def test_invalid_input_is_not_recorded(cast, body):
    assert cast.api("rita").post(MEMBERS, orgId=cast.org, **body).status_code == 400
    assert refusals(cast) == []


def test_refused_reading_is_not_recorded(cast):
    assert cast.api("charlie").get(MEMBERS, orgId=cast.org).status_code == 403
    assert refusals(cast) == []


def test_anonymous_requests_and_forged_forms_are_not_recorded(cast):
    browser = cast.browser("alice")
    forged = browser.client.post(ORGANIZATION, data={"orgId": cast.org, "name": "Mine"})

    assert forged.status_code == 403
    assert cast.portal.api().post(ORGANIZATION, orgId=cast.org, name="Mine").status_code == 401
    assert refusals(cast) == []


def test_refused_entry_has_neither_the_secret_nor_the_body(cast):
    api = cast.api("rita")
    api.post(ORGANIZATION, orgId=cast.org, name="crew_secret", logo="https://example.test/logo.png")

    (entry,) = refusals(cast)
    assert api.headers["Authorization"] not in str(entry)
    assert "crew_secret" not in str(entry)
    assert "example.test" not in str(entry)
