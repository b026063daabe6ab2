"""`POST /organization/members/`: what happens, by the address's account and the role."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.answers import assert_refused, audit_entry_of, changes_of
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


@sweep("role", Role)
def test_an_address_without_an_account_is_not_found(cast, role):
    answer = invite(cast, "nobody@crew.test", role)

    assert_refused(answer, 404, "Member not found")
    assert "/register/" in answer.get_json()["message"]
    assert changes_of(cast.portal, answer) == []
    assert cast.portal.mails("nobody@crew.test") == []


@pytest.mark.parametrize("role", Role)
def test_an_account_is_invited_by_mail(cast, role):
    answer = invite(cast, " Charlie@CREW.test ", role)

    assert (answer.status_code, answer.get_json()) == (200, member_answer(cast.charlie, f"invite_{role}"))
    assert cast.portal.role_of(cast.org, cast.charlie) == f"invite_{role}"
    (mail,) = cast.portal.mails("charlie@crew.test")
    assert "Northwind" in mail["Subject"]
    assert cast.browser("charlie").json("GET", cast.portal.link("charlie@crew.test")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.WRITE])
def test_a_members_role_changes_immediately(cast, role):
    answer = invite(cast, cast.wendy.email, role)

    assert (answer.status_code, answer.get_json()) == (200, member_answer(cast.wendy, role))
    assert cast.portal.role_of(cast.org, cast.wendy) == role
    assert len(cast.portal.mails(cast.wendy.email)) == 1


def test_giving_a_member_their_current_role_is_a_conflict(cast):
    answer = invite(cast, cast.wendy.email, "write")

    assert_refused(answer, 409, ALREADY)
    assert changes_of(cast.portal, answer) == []
    assert cast.portal.mails(cast.wendy.email) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.WRITE])
def test_an_invitee_gets_a_new_invitation_for_another_role(cast, role):
    old = cast.portal.link(cast.ivy.email)

    answer = invite(cast, cast.ivy.email, role)

    assert (answer.status_code, answer.get_json()) == (200, member_answer(cast.ivy, f"invite_{role}"))
    assert len(cast.portal.mails(cast.ivy.email)) == 2
    ivy = cast.browser("ivy")
    assert ivy.json("GET", old).status_code == 410
    assert ivy.json("GET", cast.portal.link(cast.ivy.email)).get_json()["data"]["role"] == role


AGES = [
    (timedelta(0), False),
    (timedelta(minutes=4, seconds=59, milliseconds=999), False),
    (timedelta(minutes=5), True),
    (timedelta(days=6, hours=23), True),
    (timedelta(days=7), True),
    (timedelta(days=30), True),
]


@pytest.mark.parametrize(("age", "again"), AGES, ids=str)
def test_the_same_invitation_is_sent_again_after_five_minutes(cast, age, again):
    with time_machine.travel(NOON, tick=False) as traveller:
        assert invite(cast, cast.charlie.email, "read").status_code == 200
        old = cast.portal.link(cast.charlie.email)
        traveller.shift(age)

        answer = invite(cast, cast.charlie.email, "read")

        charlie = cast.browser("charlie")
        (invitation,) = charlie.json("GET", "/invitation/").get_json()["data"]
        mails = cast.portal.mails(cast.charlie.email)
        if not again:
            assert_refused(answer, 409, ALREADY)
            assert (len(mails), invitation["expires_at"]) == (1, "2026-06-08T12:00:00Z")
            assert charlie.json("GET", old).status_code == 200
            assert changes_of(cast.portal, answer) == []
        else:
            assert (answer.status_code, answer.get_json()) == (
                200,
                member_answer(cast.charlie, "invite_read"),
            )
            ends = (NOON + age + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
            assert (len(mails), invitation["expires_at"]) == (2, ends)
            assert charlie.json("GET", old).status_code == 410
            assert charlie.json("GET", cast.portal.link(cast.charlie.email)).status_code == 200


RECORDED = {
    "charlie": ("member.invited", None, {"email": "charlie@crew.test", "role": "invite_read"}),
    "ivy": ("invitation.resent", {"role": "invite_write"}, {"email": "ivy@crew.test", "role": "invite_read"}),
    "wendy": ("member.role_changed", {"role": "write"}, {"role": "read"}),
}


@sweep("name", RECORDED)
def test_each_change_is_recorded(cast, name):
    adam, person = cast.api("adam"), getattr(cast, name)

    answer = invite(cast, person.email, "read", "adam")

    action, before, after = RECORDED[name]
    assert audit_entry_of(cast.portal, adam, answer) == {
        "actor_id": cast.adam.uid,
        "organization_id": cast.org,
        "action": action,
        "target": person.uid,
        "before": before,
        "after": after,
    }
