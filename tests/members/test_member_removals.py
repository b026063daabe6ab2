"""`DELETE /organization/members/`: remove, cancel, leave, and what ends with a membership."""

import pytest

from app.base import clock
from app.base.permissions import Role
from app.models import User
from tests.support.answers import assert_names_field, assert_refused, audit_entry_of, changes_of
from tests.support.sweeping import sweep

PATH = "/organization/members/"
LAST = "Cannot remove the last admin from the organization"
NOT_MEMBERS = "Insufficient permissions to manage members"
CLOSED = "You cannot access this organization"
DONE = (200, {"status": "OK"})


def remove(cast, email, name="alice"):
    return cast.api(name).delete(PATH, orgId=cast.org, email=email)


def outcome(answer):
    return answer.status_code, answer.get_json()


def test_removed_member_loses_access_immediately(cast):
    wendy, browser = cast.api("wendy"), cast.browser("wendy")
    assert wendy.get(PATH, orgId=cast.org).status_code == 200

    assert outcome(remove(cast, "WENDY@crew.test", "adam")) == DONE

    assert cast.portal.role_of(cast.org, cast.wendy) is None
    assert_refused(wendy.get(PATH, orgId=cast.org), 403, CLOSED)
    assert_refused(browser.json("GET", PATH, query_string={"orgId": cast.org}), 403, CLOSED)
    assert wendy.get("/organization/").get_json() == {"data": []}


def test_an_invitation_is_cancelled(cast):
    link = cast.portal.link(cast.ivy.email)

    assert outcome(remove(cast, cast.ivy.email, "adam")) == DONE

    ivy = cast.browser("ivy")
    assert ivy.json("GET", link).status_code == 410
    assert ivy.json("GET", "/invitation/").get_json() == {"data": []}
    assert cast.portal.role_of(cast.org, cast.ivy) is None


def test_non_member_and_unknown_address_get_the_same_answer(cast):
    stranger, unknown = remove(cast, cast.charlie.email), remove(cast, "nobody@crew.test")

    assert_refused(stranger, 404, "Member not found")
    assert (stranger.status_code, stranger.data) == (unknown.status_code, unknown.data)
    assert changes_of(cast.portal, stranger) == []


@sweep("absent", ["orgId", "email"])
def test_missing_field_is_named(cast, absent):
    body = {"orgId": cast.org, "email": "no address"}
    del body[absent]

    assert_names_field(cast.api("alice").delete(PATH, **body), absent)
    assert_refused(remove(cast, "no address", "rita"), 400, "Invalid email format", "email")


@sweep("name", ["wendy", "uma", "rita", "ivy", "charlie"])
def test_only_admins_remove_others(cast, name):
    for email in (cast.adam.email, cast.alice.email, "nobody@crew.test"):
        assert_refused(remove(cast, email, name), 403, NOT_MEMBERS)
    assert cast.portal.role_of(cast.org, cast.adam) == "admin"


def test_admin_cannot_remove_a_super_admin(cast):
    assert_refused(remove(cast, cast.alice.email, "adam"), 403, NOT_MEMBERS)

    cast.api("alice").post(PATH, orgId=cast.org, email=cast.charlie.email, role="super_admin")
    assert_refused(remove(cast, cast.charlie.email, "adam"), 403, NOT_MEMBERS)
    assert cast.portal.role_of(cast.org, cast.charlie) == "invite_super_admin"


def test_the_last_super_admin_cannot_leave_or_step_down(cast):
    change = {"orgId": cast.org, "email": cast.alice.email, "role": "admin"}

    left, lowered = remove(cast, cast.alice.email), cast.api("alice").post(PATH, **change)

    assert_refused(left, 409, LAST)
    assert_refused(lowered, 409, LAST)
    assert changes_of(cast.portal, left) == changes_of(cast.portal, lowered) == []
    assert cast.portal.role_of(cast.org, cast.alice) == "super_admin"


def test_one_of_two_super_admins_can_be_removed(cast):
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)

    assert outcome(remove(cast, cast.alice.email, "charlie")) == DONE

    assert_refused(remove(cast, cast.charlie.email, "charlie"), 409, LAST)


@pytest.mark.parametrize("state", ["invited", "disabled"])
def test_only_active_super_admins_count(cast, state):
    if state == "invited":
        cast.portal.invite(cast.org, cast.alice, cast.charlie, Role.SUPER_ADMIN)
    else:
        cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
        with cast.portal.writing() as db:
            db.get_one(User, cast.charlie.uid).disabled_at = clock.now()

    assert_refused(remove(cast, cast.alice.email), 409, LAST)


@sweep("name", ["adam", "wendy", "uma", "rita"])
def test_any_member_can_leave(cast, name):
    person = getattr(cast, name)

    answer = cast.browser(name).json("DELETE", PATH, json={"orgId": cast.org, "email": person.email.upper()})

    assert outcome(answer) == DONE
    assert cast.portal.role_of(cast.org, person) is None


@pytest.mark.parametrize("ceiling", Role)
@pytest.mark.parametrize("name", ["rita", "adam"])
def test_key_needs_the_write_ceiling_to_leave(cast, name, ceiling):
    person = getattr(cast, name)
    api = cast.portal.api(cast.portal.key(person, ceiling))

    answer = api.delete(PATH, orgId=cast.org, email=person.email)

    if ceiling in {"read", "upload"}:
        assert_refused(answer, 403, NOT_MEMBERS)
        assert cast.portal.role_of(cast.org, person) is not None
    else:
        assert outcome(answer) == DONE
        assert cast.portal.role_of(cast.org, person) is None


@sweep("name", ["charlie", "ivy"])
def test_strangers_and_invitees_cannot_leave(cast, name):
    assert_refused(remove(cast, getattr(cast, name).email, name), 403, NOT_MEMBERS)
    assert cast.portal.role_of(cast.org, cast.ivy) == "invite_write"


def invite_as_adam(cast):
    dora = cast.portal.person("Dora")
    cast.portal.invite(cast.org, cast.adam, dora, Role.READ)
    return dora, cast.portal.link(dora.email)


@pytest.mark.parametrize("by", ["alice", "adam"])
def test_keys_and_sent_invitations_end_with_the_membership(cast, by):
    dora, link = invite_as_adam(cast)
    limited = cast.portal.api(cast.portal.key(cast.adam, organization=cast.org))
    other = cast.portal.organization(cast.charlie, "Elsewhere")
    cast.portal.join(other, cast.adam, Role.READ)
    elsewhere = cast.portal.api(cast.portal.key(cast.adam, organization=other))

    assert outcome(remove(cast, cast.adam.email, by)) == DONE

    assert_refused(limited.get("/organization/"), 401, "Invalid API key")
    assert_refused(cast.api("adam").get(PATH, orgId=cast.org), 403, CLOSED)
    assert elsewhere.get(PATH, orgId=other).status_code == 200
    assert cast.portal.role_of(cast.org, dora) is None
    assert cast.portal.browser(dora).json("GET", link).status_code == 410
    assert cast.portal.role_of(cast.org, cast.ivy) == "invite_write"


def test_member_invited_again_regains_no_keys_or_invitations(cast):
    limited = cast.portal.api(cast.portal.key(cast.adam, organization=cast.org))
    dora, _ = invite_as_adam(cast)
    remove(cast, cast.adam.email)

    cast.api("alice").post(PATH, orgId=cast.org, email=cast.adam.email, role="read")
    accepted = cast.browser("adam").json("POST", "/invitation/", json={"orgId": cast.org})

    assert accepted.status_code == 200
    assert cast.portal.role_of(cast.org, cast.adam) == "read"
    assert_refused(limited.get("/organization/"), 401, "Invalid API key")
    assert cast.portal.role_of(cast.org, dora) is None
    listed = cast.api("adam").get(PATH, orgId=cast.org).get_json()["data"]
    assert listed[-1]["uid"] == cast.adam.uid


RECORDED = {
    "removed": ("alice", "wendy", "member.removed", "write"),
    "left": ("wendy", "wendy", "member.left", "write"),
    "cancelled": ("alice", "ivy", "invitation.cancelled", "invite_write"),
}


@pytest.mark.parametrize("case", RECORDED)
def test_each_kind_of_removal_is_audited(cast, case):
    by, removed, action, role = RECORDED[case]

    answer = remove(cast, getattr(cast, removed).email, by)

    assert audit_entry_of(cast.portal, cast.api(by), answer) == {
        "actor_id": getattr(cast, by).uid,
        "organization_id": cast.org,
        "action": action,
        "target": getattr(cast, removed).uid,
        "before": {"role": role},
        "after": None,
    }


def test_invitations_that_end_with_a_membership_are_audited_too(cast):
    dora, _ = invite_as_adam(cast)

    answer = remove(cast, cast.adam.email)

    entries = changes_of(cast.portal, answer)
    ended = {(entry.action, entry.target, entry.actor_id) for entry in entries}
    assert ended >= {
        ("member.removed", cast.adam.uid, cast.alice.uid),
        ("invitation.cancelled", dora.uid, cast.alice.uid),
    }
    assert {entry.before["role"] for entry in entries if entry.target == dora.uid} == {"invite_read"}
