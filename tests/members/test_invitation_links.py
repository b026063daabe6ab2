"""The page of a mailed invitation: who sees what, and who can answer."""

import pytest

from app.base.permissions import Role
from tests.support.clients import Browser
from tests.support.sweeping import sweep


def heading(browser: Browser) -> str:
    assert browser.page is not None
    assert browser.page.h1 is not None
    return browser.page.h1.get_text(" ", strip=True)


def test_signed_out_visitor_is_asked_to_sign_in(portal, cast):
    link = portal.link(cast.ivy.email)

    page = portal.browser().get(link)

    text = page.main.get_text()
    assert page.h1.get_text() == "Join Northwind"
    assert "Alice invites you to Northwind with the role Write." in text
    assert "This invitation is for i•••@crew.test." in text
    assert cast.ivy.email not in text
    assert page.find(id="accept") is None
    links = [a["href"].partition("?")[0] for a in page.find_all("a", class_="button")]
    assert links == ["/login/", "/register/"]


def test_signing_in_leads_back_to_the_link(portal, cast):
    link = portal.link(cast.ivy.email)
    browser = portal.browser()
    sign_in = browser.get(link).find("a", string="Log in to accept")["href"]

    browser.submit(sign_in, email=cast.ivy.email, password="correct horse battery")

    assert heading(browser) == "Join Northwind"
    assert browser.page.find(id="accept") is not None
    assert browser.page.find(id="decline") is not None


def test_accepting_by_link(portal, cast):
    token = portal.link(cast.ivy.email).partition("token=")[2]
    browser = cast.browser("ivy")

    browser.submit("/invitation/accept/", token=token, role="super_admin", status=400)
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"
    browser.submit("/invitation/accept/", token=token)

    assert browser.flash() == "Welcome to the team."
    assert portal.role_of(cast.org, cast.ivy) == "write"


def test_declining_by_link(portal, cast):
    token = portal.link(cast.ivy.email).partition("token=")[2]
    browser = cast.browser("ivy")

    browser.submit("/invitation/accept/", method="DELETE", token=token)

    assert browser.flash() == "The invitation is declined."
    assert portal.role_of(cast.org, cast.ivy) is None


@pytest.mark.parametrize("name", [None, "ivy", "charlie"])
def test_opening_the_link_changes_nothing(portal, cast, name):
    una = portal.person("Una", confirmed=False)
    portal.invite(cast.org, cast.alice, una, Role.READ)
    link = portal.link(una.email)
    browser = cast.browser(name) if name else portal.browser()
    before = portal.audit()

    for _ in range(2):
        browser.client.get(link, headers={"Accept": "text/html"})
        browser.client.head(link)

    assert portal.role_of(cast.org, una) == "invite_read"
    assert portal.audit() == before
    mine = portal.browser(una)
    assert mine.get(link).find(id="accept") is not None
    assert mine.get("/organization/").find(id="unconfirmed") is not None


def test_wrong_account_sees_the_masked_invitee_and_can_switch(portal, cast):
    link = portal.link(cast.ivy.email)
    browser = cast.browser("charlie")

    page = browser.get(link, status=403)

    text = page.main.get_text(" ", strip=True)
    assert page.h1.get_text() == "This invitation is for another account"
    assert "i•••@crew.test" in text
    assert cast.ivy.email not in page.get_text()
    assert "Northwind" not in page.get_text()
    form = page.find(id="switch-account").find_parent("form")
    browser.submit(form["action"], next=form.find("input", attrs={"name": "next"})["value"])
    assert heading(browser) == "Log in"
    sign_in = browser.page.find(id="login-form")["action"]
    browser.submit(sign_in, email=cast.ivy.email, password="correct horse battery")
    assert heading(browser) == "Join Northwind"


@sweep("method", ["POST", "DELETE"])
def test_wrong_account_cannot_answer(portal, cast, method):
    token = portal.link(cast.ivy.email).partition("token=")[2]

    refused = cast.browser("charlie").json(method, "/invitation/accept/", json={"token": token})

    assert refused.status_code == 403
    assert refused.get_json()["error"] == "This invitation is for another account"
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"
    assert portal.role_of(cast.org, cast.charlie) is None


def test_signed_out_visitor_cannot_answer(portal, cast):
    token = portal.link(cast.ivy.email).partition("token=")[2]

    redirect = portal.browser().submit("/invitation/accept/", token=token, status=303, follow=False)

    assert redirect.location.startswith("/login/?next=")
    assert portal.role_of(cast.org, cast.ivy) == "invite_write"
