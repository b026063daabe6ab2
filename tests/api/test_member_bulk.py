"""`/organization/members/bulk/`: how many at once, and how often."""

import pytest

from app.permissions import Role

BULK, MEMBERS = "/organization/members/bulk/", "/organization/members/"
TOO_MANY = {"error": "Select at most 100 people at once", "status": "KO", "field": "email"}


def to_read(api, org, emails):
    return api.post(BULK, orgId=org, email=emails, deed="role", role="read")


@pytest.mark.parametrize("number", [101, 3500])
def test_more_than_a_hundred_are_refused_before_any_is_looked_at(cast, number):
    answer = to_read(cast.api("alice"), cast.org, [f"no one {place}" for place in range(number)])

    assert (answer.status_code, answer.get_json()) == (400, TOO_MANY)


def test_a_hundred_are_looked_at(cast):
    answer = to_read(cast.api("alice"), cast.org, [f"p{place}@crew.test" for place in range(100)])

    assert (answer.status_code, answer.get_json()["error"]) == (404, "Member not found")


def test_somebody_who_is_named_often_is_changed_once(cast):
    spellings = [cast.wendy.email, cast.wendy.email.upper(), f" {cast.wendy.email} "]

    answer = to_read(cast.api("alice"), cast.org, spellings * 600)
    removed = cast.api("alice").post(BULK, orgId=cast.org, email=spellings, deed="remove", confirmed="1")

    assert (answer.status_code, removed.status_code) == (200, 200)
    assert len(cast.portal.audit("member.role_changed")) == 1
    assert cast.portal.role_of(cast.org, cast.wendy) is None


def test_a_form_with_too_many_fields_is_told_so(cast):
    fields = {"orgId": cast.org, "email": [f"p{place}@crew.test" for place in range(200)]}

    answer = cast.api("alice").send("POST", BULK, data=fields)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "The form has more than 200 fields")


def test_each_change_of_many_counts_as_one(limited, noon):
    portal = limited(100_000)
    alice, bob, carol = (portal.person(name) for name in ("Alice", "Bob", "Carol"))
    org, api = portal.organization(alice), portal.api(portal.key(alice))
    for person in (bob, carol):
        portal.invite(org, alice, person, Role.WRITE)
    for _ in range(298):
        api.post(MEMBERS, orgId=org, email=alice.email, role="super_admin")

    both, again = [to_read(api, org, [bob.email, carol.email]) for _ in range(2)]
    other = portal.api(portal.key(alice))
    one_more = other.post(BULK, orgId=org, email=[bob.email, carol.email], deed="role", role="upload")

    assert [answer.status_code for answer in (both, again, one_more)] == [200, 200, 429]
    assert one_more.headers["RateLimit-Limit"] == "300"
    assert portal.role_of(org, bob) == "invite_read"
