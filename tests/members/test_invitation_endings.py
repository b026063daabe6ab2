"""Each way a mailed invitation can end has its own page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


UNKNOWN = "/invitation/accept/?token=crew_" + "0" * 49


def use(portal, cast):
    token = portal.link(cast.ivy.email).partition("token=")[2]
    cast.browser("ivy").submit("/invitation/accept/", token=token)


def decline(portal, cast):
    cast.browser("ivy").submit("/invitation/", method="DELETE", orgId=cast.org)


def cancel(portal, cast):
    cast.api("alice").delete("/organization/members/", orgId=cast.org, email=cast.ivy.email)


def change_role(portal, cast):
    portal.invite(cast.org, cast.alice, cast.ivy, Role.READ)


def remove_inviter(portal, cast):
    portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    cast.api("charlie").delete("/organization/members/", orgId=cast.org, email=cast.alice.email)


def delete_organization(portal, cast):
    cast.api("alice").delete("/organization/", orgId=cast.org, name="Northwind")


ENDINGS = [
    (use, 410, "This invitation has been used", "Invitation used", "invitation_used"),
    (cancel, 410, "This invitation was cancelled", "Invitation cancelled", "invitation_cancelled"),
    (change_role, 410, "There is a newer invitation", "Invitation replaced", "invitation_replaced"),
    (remove_inviter, 410, "This invitation was cancelled", "Invitation cancelled", "invitation_cancelled"),
    (
        delete_organization,
        404,
        "This invitation does not exist",
        "Invitation not found",
        "invitation_not_found",
    ),
]


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize(("end", "status", "title", "error", "code"), ENDINGS)
def test_each_ending_has_its_page(portal, cast, end, status, title, error, code, signed_in):
    link = portal.link(cast.ivy.email)
    end(portal, cast)
    browser = cast.browser("ivy") if signed_in else portal.browser()

    page = browser.get(link, status=status)

    assert page.h1.get_text() == title
    assert page.find(id="accept") is None
    answer = browser.client.get(link)
    assert (answer.status_code, answer.get_json()) == (
        status,
        {"error": error, "status": "KO", "code": code},
    )


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(("end", "status", "title", "error", "code"), ENDINGS)
def test_ended_link_cannot_be_accepted_or_declined(portal, cast, end, status, title, error, code, method):
    token = portal.link(cast.ivy.email).partition("token=")[2]
    end(portal, cast)
    before = portal.role_of(cast.org, cast.ivy)

    refused = cast.browser("ivy").json(method, "/invitation/accept/", json={"token": token})

    assert (refused.status_code, refused.get_json()["error"]) == (status, error)
    assert refused.get_json()["code"] == code
    assert portal.role_of(cast.org, cast.ivy) == before


def test_page_of_a_declined_link_does_not_call_it_unknown(portal, cast):
    link = portal.link(cast.ivy.email)
    decline(portal, cast)

    page = cast.browser("ivy").get(link, status=410)

    assert page.h1.get_text() != "This invitation does not exist"
    assert "may be incomplete" not in page.get_text()


def test_link_expires_after_seven_days(portal, cast):
    with time_machine.travel(START, tick=False) as traveller:
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
        link = portal.link(cast.charlie.email)
        traveller.move_to(START + timedelta(days=7, seconds=-1))
        portal.browser().get(link)
        traveller.move_to(START + timedelta(days=7))

        browser = cast.browser("charlie")
        page = browser.get(link, status=410)
        refused = browser.json("POST", "/invitation/accept/", json={"token": link.partition("token=")[2]})

    assert page.h1.get_text() == "This invitation has expired"
    assert (refused.status_code, refused.get_json()["error"]) == (410, "Invitation expired")
    assert portal.role_of(cast.org, cast.charlie) == "invite_read"


def test_sending_again_replaces_the_link(portal, cast):
    with time_machine.travel(START, tick=False) as traveller:
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
        old = portal.link(cast.charlie.email)
        traveller.shift(timedelta(minutes=5))
        portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
        new = portal.link(cast.charlie.email)
        browser = cast.browser("charlie")

        replaced = browser.get(old, status=410).h1.get_text()
        browser.submit("/invitation/accept/", token=new.partition("token=")[2])

    assert old != new
    assert replaced == "There is a newer invitation"
    assert portal.role_of(cast.org, cast.charlie) == "read"


@sweep("token", ["crew_" + "0" * 49, "x", "%00", "%F0%9F%98%80", "a" * 2000, "' OR 1=1 --"])
def test_unknown_and_malformed_links_are_refused(portal, token):
    answered = portal.browser().client.get(
        f"/invitation/accept/?token={token}", headers={"Accept": "text/html"}
    )

    assert answered.status_code in {400, 404}
    assert answered.mimetype == "text/html"


def test_page_of_an_unknown_link_says_what_to_do(portal):
    page = portal.browser().get(UNKNOWN, status=404)

    assert page.h1.get_text() == "This invitation does not exist"
    assert "ask the person who invited you" in page.get_text()


def test_link_of_another_kind_is_not_accepted_as_an_invitation(portal):
    portal.browser().submit(
        "/register/", name="Nora", email="nora@crew.test", password="a long enough sentence"
    )
    token = portal.link("nora@crew.test").partition("token=")[2]

    page = portal.browser().get(f"/invitation/accept/?token={token}", status=404)

    assert page.h1.get_text() == "This invitation does not exist"
