"""`POST /organization/members/`: what is refused, and in which order."""

from datetime import UTC, datetime

from app.base.permissions import Role
from tests.support.answers import assert_names_field, assert_refused
from tests.support.sweeping import sweep

PATH = "/organization/members/"
ALREADY = "Member already exists in organization"
LAST = "Cannot remove the last admin from the organization"
NOT_MEMBERS = "Insufficient permissions to manage members"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def invite(cast, email, role, name="alice"):
    return cast.api(name).post(PATH, orgId=cast.org, email=email, role=role)


def member_answer(person, role):
    data = {"uid": person.uid, "email": person.email, "role": role, "image_url": None}
    return {"status": "OK", "data": data}


@sweep(
    "role",
    [
        "owner",
        "Admin",
        "ADMIN",
        "invite_read",
        "invite_super_admin",
        "super-admin",
        " admin",
        "read,write",
        "none",
        3,
        True,
        ["read"],
        {"read": 1},
    ],
    ids=str,
)
def test_only_the_five_roles_are_accepted(cast, role):
    assert_refused(invite(cast, cast.charlie.email, role), 400, "Invalid role specified", "role")
    assert cast.portal.role_of(cast.org, cast.charlie) is None


@sweep(
    "email",
    [
        "x",
        "x@",
        "@x.test",
        "a b@crew.test",
        "a@b@crew.test",
        "a@crew..test",
        "Alice <alice@crew.test>",
        5,
        True,
        ["charlie@crew.test"],
        {"x": 1},
        "a@crew.test\nBcc: b@crew.test",
        "a@" + "b." * 130 + "test",
    ],
    ids=lambda email: str(email)[:24],
)
def test_malformed_addresses_are_refused(cast, email):
    assert_refused(invite(cast, email, "read"), 400, "Invalid email format", "email")


@sweep("absent", ["orgId", "email", "role"])
@sweep("blank", [None, "", " ", "absent"])
def test_missing_field_is_reported_before_an_invalid_one(cast, absent, blank):
    body = {"orgId": cast.org, "email": "no address", "role": "no role", absent: blank}
    if blank == "absent":
        del body[absent]

    assert_names_field(cast.api("alice").post(PATH, **body), absent)


def test_checks_run_in_a_fixed_order(cast):
    assert_refused(cast.portal.api("bad").post(PATH), 401, "Invalid API key")
    assert_refused(invite(cast, "no address", "read", "rita"), 400, "Invalid email format", "email")
    assert_refused(invite(cast, "nobody@crew.test", "owner", "rita"), 400, "Invalid role specified", "role")
    assert_refused(invite(cast, "nobody@crew.test", "super_admin", "rita"), 403, NOT_MEMBERS)
    assert_refused(invite(cast, "nobody@crew.test", "super_admin", "adam"), 404, "Member not found")
    assert_refused(invite(cast, cast.alice.email, "super_admin", "adam"), 403, NOT_MEMBERS)
    assert_refused(invite(cast, cast.alice.email, "read", "adam"), 403, NOT_MEMBERS)
    assert_refused(invite(cast, cast.alice.email, "read", "alice"), 409, LAST)
    assert_refused(invite(cast, cast.alice.email, "super_admin", "alice"), 409, ALREADY)


def test_members_can_lower_their_own_role_but_not_raise_it(cast):
    assert_refused(invite(cast, cast.adam.email, "super_admin", "adam"), 403, NOT_MEMBERS)

    assert invite(cast, cast.adam.email, "write", "adam").get_json() == member_answer(cast.adam, "write")
    assert_refused(invite(cast, cast.adam.email, "admin", "adam"), 403, NOT_MEMBERS)
    assert cast.portal.role_of(cast.org, cast.adam) == "write"


def test_a_key_grants_no_more_than_its_ceiling(cast):
    capped = cast.portal.api(cast.portal.key(cast.alice, Role.ADMIN))

    above = capped.post(PATH, orgId=cast.org, email=cast.charlie.email, role="super_admin")

    assert_refused(above, 403, NOT_MEMBERS)
    assert capped.post(PATH, orgId=cast.org, email=cast.charlie.email, role="admin").status_code == 200


def test_unknown_fields_of_an_invitation_are_ignored(cast):
    foreign = {
        "uid": cast.alice.uid,
        "pending": False,
        "image_url": "https://x.test/",
        "invited_by": cast.rita.uid,
    }

    answer = cast.api("adam").post(PATH, orgId=cast.org, email=cast.charlie.email, role="read", **foreign)

    assert answer.get_json() == member_answer(cast.charlie, "invite_read")
    (invitation,) = cast.browser("charlie").json("GET", "/invitation/").get_json()["data"]
    assert invitation["invited_by"] == "Adam"
