"""Registration closed by the operator."""

import re

import pytest

from app.base.permissions import Role
from tests.support.portal import Portal

GOOD = "plums in the icebox"


NORA = {"name": "Nora", "email": "nora@crew.test", "password": GOOD}


@pytest.fixture
def closed(settings_for):
    portal = Portal(settings_for(CREWROOM_REGISTRATION="closed"))
    yield portal
    portal.close()


def test_closed_registration_refuses_known_and_unknown_addresses_alike(closed):
    alice = closed.person("Alice")

    answers = [
        closed.browser().json("POST", "/register/", json={**NORA, "email": email})
        for email in ("nora@crew.test", alice.email)
    ]

    assert answers[0].status_code == 403
    assert answers[0].get_json()["error"] == "Registration is closed"
    assert "crewroom user create EMAIL" in answers[0].get_json()["message"]
    assert answers[1].data == answers[0].data
    assert closed.mails() == []


def test_pages_say_that_registration_is_closed(closed):
    browser = closed.browser()

    page = browser.get("/register/")
    sign_in = browser.get("/login/")
    browser.submit("/register/", status=403, **NORA)

    assert page.h1.get_text() == "Registration is closed"
    assert page.find("form", id="register-form") is None
    assert sign_in.find("a", href=re.compile("/register/")) is None
    assert browser.page.h1.get_text() == "Registration is closed"
    for shown in (page, sign_in, browser.page):
        assert "crewroom user create EMAIL" in shown.main.get_text()


def test_inviting_an_unknown_address_names_the_command(closed):
    alice = closed.person("Alice")
    organization = closed.organization(alice)

    refused = closed.api(closed.key(alice)).post(
        "/organization/members/", orgId=organization, email="nora@crew.test", role="read"
    )

    assert (refused.status_code, refused.get_json()["error"]) == (404, "Member not found")
    assert "crewroom user create EMAIL" in refused.get_json()["message"]
    assert "/register/" not in refused.get_data(as_text=True)


def test_invitation_link_works_and_names_the_command_to_create_an_account(closed):
    alice, bob = closed.person("Alice"), closed.person("Bob")
    organization = closed.organization(alice)
    closed.invite(organization, alice, bob, Role.READ)
    link = closed.link(bob.email)

    page = closed.browser().get(link)
    joined = closed.browser(bob).json(
        "POST", "/invitation/accept/", json={"token": link.partition("token=")[2]}
    )

    assert "crewroom user create EMAIL" in page.main.get_text()
    assert page.find("a", href=re.compile("/register/")) is None
    assert joined.status_code == 200
