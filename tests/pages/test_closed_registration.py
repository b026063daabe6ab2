"""Registration closed by the operator."""

import re

import pytest

from tests.portal import Portal

GOOD = "plums in the icebox"


NORA = {"name": "Nora", "email": "nora@crew.test", "password": GOOD}


@pytest.fixture
def closed(settings_for):
    portal = Portal(settings_for(CREWROOM_REGISTRATION="closed"))
    yield portal
    portal.close()


def test_closed_registration_takes_nobody(closed):
    alice = closed.person("Alice")

    answers = [
        closed.browser().json("POST", "/register/", json={**NORA, "email": email})
        for email in ("nora@crew.test", alice.email)
    ]

    assert answers[0].status_code == 403
    assert answers[0].get_json()["error"] == "Registration is closed"
    assert answers[1].data == answers[0].data
    assert closed.mails() == []


def test_closed_registration_says_so(closed):
    browser = closed.browser()

    page = browser.get("/register/")
    log_in = browser.get("/login/")
    browser.submit("/register/", status=403, **NORA)

    assert page.h1.get_text() == "Registration is closed"
    assert page.find("form", id="register-form") is None
    assert log_in.find("a", href=re.compile("/register/")) is None
    assert browser.page.h1.get_text() == "Registration is closed"
