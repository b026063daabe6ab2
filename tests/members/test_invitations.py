"""`/invitation/` in JSON, with a session: list, accept, decline."""

from datetime import UTC, datetime

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.clients import Browser
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


NOT_FOUND = {"error": "Invitation not found", "status": "KO", "code": "invitation_not_found"}


def invitations(browser: Browser):
    return browser.json("GET", "/invitation/").get_json()["data"]


def answer(browser: Browser, method: str, **body):
    return browser.json(method, "/invitation/", json=body)


def test_list_shows_the_invitation(portal, cast):
    with time_machine.travel(START, tick=False):
        portal.invite(cast.org, cast.adam, cast.charlie, Role.READ)

        answered = cast.browser("charlie").json("GET", "/invitation/")

    offered = {
        "orgId": cast.org,
        "organization": "Northwind",
        "role": "read",
        "invited_by": "Adam",
        "created_at": "2026-03-02T09:00:00Z",
        "expires_at": "2026-03-09T09:00:00Z",
    }
    assert answered.status_code == 200
    assert answered.get_json() == {"data": [offered]}


def test_list_has_only_ones_own_invitations(cast):
    assert [invitation["orgId"] for invitation in invitations(cast.browser("ivy"))] == [cast.org]
    assert invitations(cast.browser("charlie")) == []
    assert invitations(cast.browser("wendy")) == []


def test_list_is_newest_first(portal, cast):
    other = portal.organization(cast.charlie, "Acme")
    portal.invite(other, cast.charlie, cast.ivy, Role.READ)

    assert [invitation["orgId"] for invitation in invitations(cast.browser("ivy"))] == [other, cast.org]


def test_accepting_creates_a_membership(portal, cast):
    ivy = cast.browser("ivy")

    accepted = answer(ivy, "POST", orgId=cast.org)

    assert (accepted.status_code, accepted.get_json()) == (200, {"status": "OK", "orgId": cast.org})
    assert portal.role_of(cast.org, cast.ivy) == "write"
    assert invitations(ivy) == []


def test_declining_ends_the_invitation(portal, cast):
    ivy = cast.browser("ivy")

    declined = answer(ivy, "DELETE", orgId=cast.org)

    assert (declined.status_code, declined.get_json()) == (200, {"status": "OK"})
    assert portal.role_of(cast.org, cast.ivy) is None
    assert invitations(ivy) == []
    again = answer(ivy, "POST", orgId=cast.org)
    assert (again.status_code, again.get_json()) == (404, NOT_FOUND)


def test_accepting_and_declining_are_audited(portal, cast):
    portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)

    answer(cast.browser("ivy"), "POST", orgId=cast.org)
    answer(cast.browser("charlie"), "DELETE", orgId=cast.org)

    accepted, declined = portal.audit("invitation.accepted", "invitation.declined")
    assert (accepted.actor_id, accepted.organization_id) == (cast.ivy.uid, cast.org)
    assert (accepted.before, accepted.after) == ({"role": "invite_write"}, {"role": "write"})
    assert (declined.actor_id, declined.before) == (cast.charlie.uid, {"role": "invite_read"})


@sweep("ceiling", Role)
@sweep("method", ["get", "post", "delete"])
def test_api_keys_cannot_answer_invitations(portal, cast, method, ceiling):
    program = portal.api(portal.key(cast.ivy, ceiling))

    refused = getattr(program, method)("/invitation/", **({} if method == "get" else {"orgId": cast.org}))

    assert refused.status_code == 403
    assert refused.get_json()["status"] == "KO"
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"


@sweep("method", ["post", "delete"])
def test_api_keys_cannot_answer_invitation_links(portal, cast, method):
    token = portal.link(cast.ivy.email).partition("token=")[2]

    refused = getattr(cast.api("ivy"), method)("/invitation/accept/", token=token)

    assert refused.status_code == 403
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"


@sweep("method", ["GET", "POST", "DELETE"])
def test_anonymous_caller_gets_401(portal, cast, method):
    body = {} if method == "GET" else {"json": {"orgId": cast.org}}

    refused = portal.browser().json(method, "/invitation/", **body)

    assert (refused.status_code, refused.get_json()["error"]) == (401, "Invalid API key")


@pytest.mark.parametrize(
    "extra", [{"role": "super_admin"}, {"email": "x@crew.test", "user_id": "user_1"}, {"pending": False}]
)
def test_role_comes_from_the_stored_invitation(portal, cast, extra):
    ivy = cast.browser("ivy")

    refused = answer(ivy, "POST", orgId=cast.org, **extra)
    accepted = answer(ivy, "POST", orgId=cast.org)

    assert (refused.status_code, refused.get_json()["field"]) == (400, next(iter(extra)))
    assert accepted.status_code == 200
    assert portal.role_of(cast.org, cast.ivy) == "write"


@sweep("method", ["POST", "DELETE"])
def test_unknown_and_foreign_organizations_get_the_same_answer(portal, cast, method):
    foreign = portal.organization(cast.charlie, "Acme")
    ivy = cast.browser("ivy")

    unknown = answer(ivy, method, orgId="org_00000000000000000000000000000000")
    of_others = answer(ivy, method, orgId=foreign)

    assert (unknown.status_code, unknown.get_json()) == (404, NOT_FOUND)
    assert (of_others.status_code, of_others.data) == (404, unknown.data)


@sweep("method", ["POST", "DELETE"])
def test_members_have_no_invitation_to_answer(portal, cast, method):
    refused = answer(cast.browser("wendy"), method, orgId=cast.org)

    assert refused.status_code == 409
    assert portal.role_of(cast.org, cast.wendy) == "write"


@sweep("body, field", [({}, "orgId"), ({"orgId": 7}, "orgId"), ({"orgId": ["a"]}, "orgId")])
def test_malformed_answers_name_the_field(cast, body, field):
    refused = answer(cast.browser("ivy"), "POST", **body)

    assert refused.status_code == 400
    assert refused.get_json()["field"] == field


def test_accepting_from_the_list_needs_a_confirmed_address(portal, cast):
    una = portal.person("Una", confirmed=False)
    portal.invite(cast.org, cast.alice, una, Role.READ)
    browser = portal.browser(una)

    refused = answer(browser, "POST", orgId=cast.org)

    assert refused.status_code == 403
    assert refused.get_json()["error"] == "Confirm your email address first"
    assert portal.role_of(cast.org, una) == "invite_read"
    assert answer(browser, "DELETE", orgId=cast.org).status_code == 200


def test_mailed_link_confirms_the_address(portal, cast):
    una = portal.person("Una", confirmed=False)
    other = portal.organization(cast.charlie, "Acme")
    portal.invite(cast.org, cast.alice, una, Role.READ)
    portal.invite(other, cast.charlie, una, Role.WRITE)
    browser = portal.browser(una)
    token = portal.link(una.email).partition("token=")[2]

    accepted = browser.json("POST", "/invitation/accept/", json={"token": token})

    assert (accepted.status_code, accepted.get_json()) == (200, {"status": "OK", "orgId": other})
    assert answer(browser, "POST", orgId=cast.org).status_code == 200
    assert portal.role_of(cast.org, una) == "read"
