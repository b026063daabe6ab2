"""What ends an invitation, and what remains afterwards."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.clients import Browser

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


NOT_FOUND = {"error": "Invitation not found", "status": "KO", "code": "invitation_not_found"}


def invitations(browser: Browser):
    return browser.json("GET", "/invitation/").get_json()["data"]


def answer(browser: Browser, method: str, **body):
    return browser.json(method, "/invitation/", json=body)


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=7, seconds=-1), 200), (timedelta(days=7), 410)])
def test_invitations_are_valid_for_seven_days(portal, cast, age, status):
    with time_machine.travel(START, tick=False) as traveller:
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
        traveller.move_to(START + age)

        answered = answer(cast.browser("charlie"), "POST", orgId=cast.org)

    assert answered.status_code == status
    assert portal.role_of(cast.org, cast.charlie) == ("read" if status == 200 else "invite_read")


def test_expired_invitation_can_be_sent_again(portal, cast):
    with time_machine.travel(START, tick=False) as traveller:
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
        traveller.shift(timedelta(days=8))
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)

        accepted = answer(cast.browser("charlie"), "POST", orgId=cast.org)

    assert accepted.status_code == 200
    assert portal.role_of(cast.org, cast.charlie) == "read"


def test_deleting_an_organization_ends_its_invitations(portal, cast):
    ivy = cast.browser("ivy")
    assert cast.api("alice").delete("/organization/", orgId=cast.org, name="Northwind").status_code == 200

    refused = answer(ivy, "POST", orgId=cast.org)

    assert (refused.status_code, refused.get_json()) == (404, NOT_FOUND)
    assert invitations(ivy) == []


@pytest.mark.parametrize("remover", ["alice", "adam"])
def test_invitations_end_when_their_sender_is_removed_or_leaves(portal, cast, remover):
    portal.invite(cast.org, cast.adam, cast.charlie, Role.READ)

    removed = cast.api(remover).delete("/organization/members/", orgId=cast.org, email=cast.adam.email)

    assert removed.status_code == 200
    charlie = cast.browser("charlie")
    assert invitations(charlie) == []
    assert answer(charlie, "POST", orgId=cast.org).status_code == 404
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"


def test_concurrent_accepts_create_one_membership(portal, cast):
    browsers = [cast.browser("ivy") for _ in range(4)]
    tokens = [browser.token() for browser in browsers]
    barrier, statuses = threading.Barrier(4), []

    def accept(browser: Browser, token: str) -> None:
        barrier.wait()
        answered = browser.client.post(
            "/invitation/", json={"orgId": cast.org}, headers={"X-CSRFToken": token}
        )
        statuses.append(answered.status_code)

    threads = [threading.Thread(target=accept, args=pair) for pair in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 409, 409, 409]
    assert portal.role_of(cast.org, cast.ivy) == "write"
    assert len(portal.audit("invitation.accepted")) == 1


def test_member_who_is_invited_again_does_not_regain_old_keys(portal, cast):
    answer(cast.browser("ivy"), "POST", orgId=cast.org)
    limited = portal.api(portal.key(cast.ivy, Role.WRITE, cast.org))
    assert limited.get("/organization/", orgId=cast.org).status_code == 200
    cast.api("alice").delete("/organization/members/", orgId=cast.org, email=cast.ivy.email)

    invited = cast.api("alice").post(
        "/organization/members/", orgId=cast.org, email=cast.ivy.email, role="read"
    )

    assert invited.get_json()["data"]["role"] == "invite_read"
    assert limited.get("/organization/", orgId=cast.org).status_code == 401
    assert answer(cast.browser("ivy"), "POST", orgId=cast.org).status_code == 200
    assert portal.role_of(cast.org, cast.ivy) == "read"
    assert limited.get("/organization/", orgId=cast.org).status_code == 401
