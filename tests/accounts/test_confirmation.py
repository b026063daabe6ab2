"""Confirming an address by the mailed link."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.support.portal import Portal
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


GOOD = "plums in the icebox"


NORA = {"name": "Nora", "email": "nora@crew.test", "password": GOOD}


def register(portal):
    """Register an account, and return its signed-in browser and the mailed link."""
    browser = portal.browser()
    browser.submit("/register/", **NORA)
    browser.log_in(NORA["email"], GOOD)
    return browser, portal.link(NORA["email"])


def test_opening_the_confirmation_changes_nothing(portal):
    browser, link = register(portal)

    page = portal.browser().get(link)

    assert page.find(id="confirm") is not None
    assert "n•••@crew.test" in page.main.get_text()
    assert browser.get("/organization/").find(id="unconfirmed") is not None


def test_confirmation_link_works_once(portal):
    browser, link = register(portal)
    token = link.partition("token=")[2]

    browser.submit("/confirm/", token=token)

    assert browser.flash() == "Your address is confirmed."
    assert browser.get("/organization/").find(id="unconfirmed") is None
    browser.submit("/confirm/", token=token, status=410)
    assert browser.get(link, status=410).h1.get_text() == "This link no longer works"
    assert len(portal.audit("account.confirmed")) == 1


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=3, seconds=-1), 200), (timedelta(days=3), 410)])
def test_confirmation_link_works_for_three_days(portal, age, status):
    with time_machine.travel(START, tick=False) as traveller:
        browser, link = register(portal)
        traveller.move_to(START + age)

        answered = browser.json("POST", "/confirm/", json={"token": link.partition("token=")[2]})
        shown = browser.client.get(link, headers={"Accept": "text/html"})

    assert answered.status_code == status
    assert shown.status_code == 410
    assert (len(portal.audit("account.confirmed")) == 1) is (status == 200)


def test_new_link_replaces_the_old_one(portal):
    browser, old = register(portal)

    browser.submit("/confirm/resend/")
    new = portal.link(NORA["email"])

    assert browser.flash() == "We sent a new link to nora@crew.test."
    assert new != old
    browser.submit("/confirm/", token=old.partition("token=")[2], status=410)
    browser.submit("/confirm/", token=new.partition("token=")[2])


def test_api_key_cannot_request_a_new_link(portal):
    nora = portal.person("Nora", confirmed=False)

    refused = portal.api(portal.key(nora)).post("/confirm/resend/")

    assert (refused.status_code, refused.get_json()["error"]) == (
        403,
        "Insufficient permissions to manage the account",
    )
    assert portal.audit("account.confirmation_requested") == []
    assert len(portal.mails(nora.email)) == 0


def test_confirmed_account_is_mailed_no_new_link(portal, cast):
    before = len(portal.mails(cast.wendy.email))

    cast.browser("wendy").submit("/confirm/resend/")

    assert len(portal.mails(cast.wendy.email)) == before


@sweep("token", ["", "x", "crew_" + "0" * 49])
def test_unknown_confirmation_is_refused(portal, token):
    answered = portal.browser().json("POST", "/confirm/", json={"token": token})

    assert answered.status_code == (410 if token else 400)
    assert answered.get_json()["status"] == "KO"


def test_links_come_from_the_base_url(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))
    client, host = portal.app.test_client(), "http://evil.test"
    token = client.get("/login/", base_url=host).get_json()["data"]["csrf_token"]

    for path, body in (("/register/", NORA), ("/reset/", {"email": NORA["email"]})):
        answered = client.post(path, json=body, base_url=host, headers={"X-CSRFToken": token})
        assert answered.status_code == 200

    mails = [mail.as_string() for mail in portal.mails(NORA["email"])]
    assert "https://crew.example.com/confirm/?token=crew_" in mails[0]
    assert "https://crew.example.com/reset/password/?token=crew_" in mails[1]
    assert not any("evil.test" in mail for mail in mails)
    portal.close()
