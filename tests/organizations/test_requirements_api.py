"""An organization that requires two-factor: after the deadline, members without it are refused at once."""

from datetime import timedelta

import pytest
import time_machine

from app.base.permissions import Role
from app.services.accounts import accounts
from app.text import email_addresses
from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, set_up_app
from tests.support.sweeping import sweep

ADDRESS = "/organization/security/"
WHAT_TO_DO = "Set one up under Account, Security, then come back."
LOCKED_OUT = {
    "status": "KO",
    "message": f"This organization requires a second factor. {WHAT_TO_DO}",
    "code": "second_factor_required",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def secured(cast):
    """The browser of Alice, a super admin, who has set up a second factor."""
    browser = cast.browser("alice")
    set_up_app(browser)
    return browser


def member_json(person, role: str) -> dict:
    return {"uid": person.uid, "email": person.email, "image_url": None, "role": role}


def require(cast, days: int = 0):
    answer = cast.api("alice").post(ADDRESS, orgId=cast.org, required=True, deadline_days=days)
    assert answer.status_code == 200, answer.text
    return answer


def remove_only_factor(browser):
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]
    return browser.json("DELETE", SECURITY, json={"id": factor["id"], "password": PASSWORD})


# Switching it on and off


@sweep("name", ["rita", "uma", "wendy", "ivy", "charlie"])
def test_only_admins_see_who_would_be_locked_out(cast, name):
    refused = cast.api(name).get(ADDRESS, orgId=cast.org)
    unknown = cast.api(name).get(ADDRESS, orgId="org_0")

    assert (refused.status_code, refused.get_json()["error"]) == (403, "Admin role required")
    assert refused.data == unknown.data


def test_admin_sees_who_would_be_locked_out(cast, secured):
    shown = cast.api("adam").get(ADDRESS, orgId=cast.org)

    assert shown.get_json() == {
        "data": {
            "required": False,
            "deadline": None,
            "without_factor": [
                member_json(cast.adam, "admin"),
                member_json(cast.wendy, "write"),
                member_json(cast.uma, "upload"),
                member_json(cast.rita, "read"),
            ],
        }
    }


@sweep("name", ["adam", "wendy", "uma", "rita", "ivy", "charlie"])
def test_only_super_admins_switch_the_requirement(cast, secured, name):
    refused = cast.api(name).post(ADDRESS, orgId=cast.org, required=True)
    unknown = cast.api(name).post(ADDRESS, orgId="org_0", required=True)

    assert (refused.status_code, refused.get_json()["error"]) == (403, "Super admin role required")
    assert refused.data == unknown.data
    assert cast.portal.audit("second_factor.required") == []


def test_requirement_needs_a_super_admin_with_a_factor(cast):
    set_up_app(cast.browser("adam"))

    refused = cast.api("alice").post(ADDRESS, orgId=cast.org, required=True)

    assert (refused.status_code, refused.get_json()["error"]) == (
        409,
        "A super admin needs a second factor first",
    )


def test_switching_on_mails_every_member_without_a_factor(cast, secured):
    answer = require(cast, days=7)

    assert answer.get_json()["data"]["deadline"] == "2026-11-27T09:00:00Z"
    entry = cast.portal.audit("second_factor.required")[0]
    assert (entry.organization_id, entry.actor_id, entry.before, entry.after) == (
        cast.org,
        cast.alice.uid,
        None,
        {"deadline": "2026-11-27T09:00:00Z"},
    )
    mails = [mail for mail in cast.portal.mails() if mail["Subject"] == "Northwind requires a second factor"]
    assert [mail["To"] for mail in mails] == [
        person.email for person in (cast.adam, cast.wendy, cast.uma, cast.rita)
    ]
    text = mails[0].get_body(("plain",)).get_content()
    assert "from 27 Nov 2026, 09:00:00 UTC on" in text
    assert "/account/security/" in text


def test_members_still_without_a_factor_are_reminded_a_day_before(clock, cast, secured):
    require(cast, days=7)
    clock.shift(timedelta(days=5))
    set_up_app(cast.browser("adam"))
    clock.shift(timedelta(days=1))

    reminders = [mail["To"] for mail in cast.portal.mails() if "from tomorrow on" in mail["Subject"]]

    assert reminders == [person.email for person in (cast.wendy, cast.uma, cast.rita)]


@sweep("change", [{"required": False}, {"required": True, "deadline_days": 20}])
def test_no_reminder_is_sent_for_a_deadline_that_was_moved_or_lifted(clock, cast, secured, change):
    require(cast, days=7)
    clock.shift(timedelta(hours=1))
    cast.api("alice").post(ADDRESS, orgId=cast.org, **change)
    clock.shift(timedelta(days=6))

    assert [mail for mail in cast.portal.mails() if "from tomorrow on" in mail["Subject"]] == []


@sweep("days", [-1, 31, "soon", 1.5, True, [1]])
def test_deadline_is_at_most_thirty_days_away(cast, secured, days):
    refused = cast.api("alice").post(ADDRESS, orgId=cast.org, required=True, deadline_days=days)

    assert (refused.status_code, refused.get_json()["field"]) == (400, "deadline_days")


@sweep("required", ["perhaps", 1.5, [], {}])
def test_required_must_be_a_boolean(cast, secured, required):
    refused = cast.api("alice").post(ADDRESS, orgId=cast.org, required=required)

    assert (refused.status_code, refused.get_json()["field"]) == (400, "required")


# Enforcement


def test_no_member_is_locked_out_before_the_deadline(clock, cast, secured):
    require(cast, days=1)

    clock.shift(timedelta(hours=23, minutes=59))

    assert cast.api("wendy").get("/organization/members/", orgId=cast.org).status_code == 200


@sweep(
    "method, path, fields, error",
    [
        ("GET", "/organization/", {}, "You cannot access this organization"),
        ("GET", "/organization/members/", {}, "You cannot access this organization"),
        ("GET", "/organization/roles/", {}, "You cannot access this organization"),
        ("GET", "/organization/settings/", {}, "Admin role required"),
        ("GET", "/organization/security/", {}, "Admin role required"),
        ("POST", "/organization/", {"name": "Mine"}, "Admin role required"),
        (
            "POST",
            "/organization/members/",
            {"email": "charlie@crew.test", "role": "read"},
            "Insufficient permissions to manage members",
        ),
        (
            "DELETE",
            "/organization/members/",
            {"email": "adam@crew.test"},
            "Insufficient permissions to manage members",
        ),
    ],
)
def test_key_of_a_member_without_a_factor_is_refused_from_the_next_request(
    cast, secured, method, path, fields, error
):
    api = cast.api("adam")
    values = {"orgId": cast.org, **fields}
    require(cast)

    sent = {"query_string": values} if method == "GET" else {"json": values}
    refused = api.send(method, path, **sent)

    assert refused.status_code == 403
    assert refused.get_json() == {"error": error, **LOCKED_OUT}


def test_session_of_a_member_without_a_factor_is_directed_to_setup(cast, secured):
    browser = cast.browser("wendy")
    require(cast)

    page = browser.get(f"/organization/?orgId={cast.org}", status=403)

    assert page.find("a", href=SECURITY) is not None
    assert browser.htmx("/organization/members/", method="GET", orgId=cast.org).status_code == 403
    assert browser.get(SECURITY)


def test_member_regains_access_as_soon_as_they_have_a_factor(cast, secured):
    browser = cast.browser("wendy")
    require(cast)

    set_up_app(browser)

    assert cast.api("wendy").get("/organization/members/", orgId=cast.org).status_code == 200
    assert browser.get(f"/organization/?orgId={cast.org}")


def test_other_organizations_stay_accessible(cast, secured):
    other = cast.portal.organization(cast.wendy, "Elsewhere")
    require(cast)

    assert cast.api("wendy").get("/organization/", orgId=other).status_code == 200


def test_low_role_learns_nothing_of_the_requirement(cast, secured):
    require(cast)

    low = cast.api("rita").get("/organization/settings/", orgId=cast.org)
    foreign = cast.api("charlie").get("/organization/settings/", orgId=cast.org)

    assert low.status_code == 403
    assert low.data == foreign.data


def test_switching_off_restores_access(cast, secured):
    require(cast)

    answer = cast.api("alice").post(ADDRESS, orgId=cast.org, required=False)

    assert answer.get_json()["data"]["required"] is False
    assert cast.api("wendy").get("/organization/members/", orgId=cast.org).status_code == 200
    assert cast.portal.audit("second_factor.not_required")[0].before == {"deadline": "2026-11-20T09:00:00Z"}


def test_switching_off_an_absent_requirement_is_not_audited(cast):
    answer = cast.api("alice").post(ADDRESS, orgId=cast.org, required=False)

    assert answer.status_code == 200
    assert cast.portal.audit("second_factor.not_required") == []


def test_last_factor_cannot_be_removed_while_it_is_required(cast, secured):
    require(cast, days=30)

    wendy = cast.browser("wendy")
    set_up_app(wendy)
    refused = remove_only_factor(wendy)
    cast.api("alice").post(ADDRESS, orgId=cast.org, required=False)
    removed = remove_only_factor(wendy)

    assert (refused.status_code, refused.get_json()["error"]) == (
        409,
        "An organization requires a second factor",
    )
    assert "Northwind" in refused.get_json()["message"]
    assert removed.status_code == 200


def test_last_factor_can_be_removed_if_only_an_invitation_would_require_it(cast, secured):
    browser = cast.browser("ivy")
    set_up_app(browser)
    require(cast)

    assert remove_only_factor(browser).status_code == 200


def test_super_admin_of_a_disabled_account_does_not_count(cast):
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    set_up_app(cast.browser("charlie"))
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.charlie.email))

    refused = cast.api("alice").post(ADDRESS, orgId=cast.org, required=True)

    assert refused.status_code == 409


def test_organization_has_exactly_eight_fields(cast, secured):
    require(cast)

    shown = cast.api("alice").get("/organization/", orgId=cast.org).get_json()["data"]

    assert sorted(shown) == [
        "created_at",
        "created_by",
        "customer_id",
        "id",
        "logo",
        "management_email",
        "name",
        "updated_at",
    ]
