"""`/organization/members/bulk/`: limits on the number of members, and the rate."""

import pytest

from app.base.permissions import Role
from tests.support.sweeping import sweep

BULK, MEMBERS = "/organization/members/bulk/", "/organization/members/"
TOO_MANY = {
    "error": "Select at most 100 people at once",
    "status": "KO",
    "code": "too_many_values",
    "field": "email",
}


def change_to_read(api, org, emails):
    return api.post(BULK, orgId=org, email=emails, action="role", role="read")


@sweep("number", [101, 3500])
def test_more_than_a_hundred_are_refused_before_any_is_looked_up(cast, number):
    answer = change_to_read(cast.api("alice"), cast.org, [f"no one {place}" for place in range(number)])

    assert (answer.status_code, answer.get_json()) == (400, TOO_MANY)


def test_a_hundred_are_looked_up(cast):
    answer = change_to_read(cast.api("alice"), cast.org, [f"p{place}@crew.test" for place in range(100)])

    assert (answer.status_code, answer.get_json()["error"]) == (404, "Member not found")


def test_member_named_several_times_is_changed_once(cast):
    spellings = [cast.wendy.email, cast.wendy.email.upper(), f" {cast.wendy.email} "]

    answer = change_to_read(cast.api("alice"), cast.org, spellings * 600)
    removed = cast.api("alice").post(BULK, orgId=cast.org, email=spellings, action="remove", confirmed="1")

    assert (answer.status_code, removed.status_code) == (200, 200)
    assert len(cast.portal.audit("member.role_changed")) == 1
    assert cast.portal.role_of(cast.org, cast.wendy) is None


def test_form_with_too_many_fields_is_refused_with_a_reason(cast):
    fields = {"orgId": cast.org, "email": [f"p{place}@crew.test" for place in range(200)]}

    answer = cast.api("alice").send("POST", BULK, data=fields)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "The form has more than 200 fields")


@pytest.mark.long
def test_each_member_of_a_bulk_change_counts_against_the_rate_limit(limited, noon):
    portal = limited(100_000)
    alice, bob, carol = (portal.person(name) for name in ("Alice", "Bob", "Carol"))
    org, api = portal.organization(alice), portal.api(portal.key(alice))
    for person in (bob, carol):
        portal.invite(org, alice, person, Role.WRITE)
    for _ in range(298):
        api.post(MEMBERS, orgId=org, email=alice.email, role="super_admin")

    both, again = [change_to_read(api, org, [bob.email, carol.email]) for _ in range(2)]
    other = portal.api(portal.key(alice))
    one_more = other.post(BULK, orgId=org, email=[bob.email, carol.email], action="role", role="upload")

    assert [answer.status_code for answer in (both, again, one_more)] == [200, 200, 429]
    assert one_more.headers["RateLimit-Limit"] == "300"
    assert portal.role_of(org, bob) == "invite_read"


def two_super_admins(cast):
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    return cast.browser("charlie")


@sweep("others", [[], ["wendy", "uma"]], ids=["alone", "with others"])
def test_admin_who_removes_themselves_in_bulk_no_longer_sees_members(cast, others):
    """One's own row has a checkbox too. The answer used to be drawn with the access that had just ended."""
    browser = two_super_admins(cast)
    emails = [getattr(cast, name).email for name in others]

    answer = browser.htmx(
        BULK, orgId=cast.org, email=[cast.charlie.email, *emails], action="remove", confirmed="true"
    )

    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, "/organization/")
    assert cast.alice.email not in answer.text
    assert browser.get("/organization/").select_one(".flash").text.split()[:3] == [
        "You",
        "left",
        "Northwind.",
    ]
    assert [cast.portal.role_of(cast.org, getattr(cast, name)) for name in ("charlie", *others)] == [
        None,
        *(None for _ in others),
    ]


@pytest.mark.parametrize("path", [BULK, MEMBERS])
def test_admin_who_lowers_their_own_role_sees_members_with_the_new_role(cast, path):
    browser = two_super_admins(cast)
    fields = {"action": "role"} if path == BULK else {}
    answer = browser.htmx(path, orgId=cast.org, email=[cast.charlie.email], role="read", **fields)

    assert answer.status_code == 200
    assert cast.alice.email in answer.text
    assert "Remove from organization" not in answer.text
    assert "bulk" not in answer.text
