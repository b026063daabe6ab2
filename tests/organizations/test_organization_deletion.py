"""`DELETE /organization/`."""

from datetime import UTC, datetime, timedelta

import time_machine

from app.base import clock
from app.base.permissions import Role
from tests.support.answers import assert_names_field, assert_refused, audit_entry_of
from tests.support.sweeping import sweep

PATH = "/organization/"
NOT_ADMIN, NOT_SUPER = "Admin role required", "Super admin role required"
EVENING = datetime(2030, 1, 2, 18, 0, 0, tzinfo=UTC)
LOGO = "https://cdn.example.com/logo.png"


def organization_data(cast):
    return cast.api("alice").get(PATH, orgId=cast.org).get_json()["data"]


def test_super_admin_deletes_an_organization_by_its_name(cast):
    alice = cast.api("alice")
    limited = cast.portal.api(cast.portal.key(cast.adam, organization=cast.org))

    answer = alice.delete(PATH, orgId=cast.org, name="Northwind")

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "Organization deleted", "id": cast.org}
    assert alice.get(PATH).get_json() == {"data": []}
    assert_refused(cast.api("adam").get(PATH, orgId=cast.org), 403, "You cannot access this organization")
    assert_refused(limited.get(PATH), 401, "Invalid API key")
    assert audit_entry_of(cast.portal, alice, answer) == {
        "actor_id": cast.alice.uid,
        "organization_id": cast.org,
        "action": "organization.deleted",
        "target": cast.org,
        "before": {"name": "Northwind", "management_email": "alice@crew.test"},
        "after": None,
    }


@sweep("name", ["northwind", "Northwind Inc", "North"])
def test_a_wrong_name_deletes_nothing(cast, name):
    answer = cast.api("alice").delete(PATH, orgId=cast.org, name=name)

    assert_names_field(answer, "name")
    assert organization_data(cast)["name"] == "Northwind"


@sweep("body", [{}, {"name": ""}, {"name": None}, {"name": 1}], ids=str)
def test_deleting_needs_the_name(cast, body):
    assert_refused(cast.api("alice").delete(PATH, orgId=cast.org, **body), 400, "Name is required", "name")
    assert_names_field(cast.api("alice").delete(PATH, name="Northwind"), "orgId")
    assert organization_data(cast)["id"] == cast.org


def test_permission_is_checked_before_the_name(cast):
    for name in ("adam", "rita", "charlie"):
        assert_refused(cast.api(name).delete(PATH, orgId=cast.org, name="wrong"), 403, NOT_SUPER)
    capped = cast.portal.api(cast.portal.key(cast.alice, Role.ADMIN))

    assert_refused(capped.delete(PATH, orgId=cast.org, name="Northwind"), 403, NOT_SUPER)
    assert cast.portal.audit("organization.deleted") == []


def test_jobs_and_links_of_a_deleted_organization_are_handled(cast):
    invited_link = cast.portal.link(cast.ivy.email)

    cast.api("alice").delete(PATH, orgId=cast.org, name="Northwind")

    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        cast.portal.run_jobs()
    answer = cast.browser("ivy").json("GET", invited_link)
    assert answer.status_code in {404, 410}
    assert cast.browser("ivy").json("GET", "/invitation/").get_json() == {"data": []}
