"""After signing out, nothing of the session remains in the browser: history, other tabs, storage."""

import pytest
from playwright.sync_api import expect

from tests.support.browsing import Visitor

pytestmark = pytest.mark.browser


def sign_out(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Account of").click()
    visitor.page.get_by_role("menuitem", name="Log out").click()
    expect(visitor.page.locator("#flash")).to_contain_text("You are logged out.")


def expect_sign_in_page(page, team) -> None:
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    for person in (team.ada, team.grace, team.tomas):
        assert person.email not in page.content()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_back_button_shows_nothing_of_the_session(visit, team, script):
    ada = visit(java_script_enabled=script)
    ada.enter(team.ada.email)
    ada.go(team.members)
    ada.go("/account/")
    ada.go("/logout/")
    ada.page.get_by_role("button", name="Log out").click()
    expect(ada.page.get_by_role("heading", name="Log in")).to_be_visible()

    for _ in range(3):
        ada.page.go_back()
        assert team.ada.email not in ada.page.content()
    expect_sign_in_page(ada.page, team)


def test_storage_is_cleared_and_other_cookies_are_kept(ada):
    ada.page.evaluate("localStorage.setItem('left', 'behind')")
    ada.context.add_cookies([{"name": "other", "value": "kept", "url": ada.served.url}])

    sign_out(ada)

    assert ada.page.evaluate("localStorage.length") == 0
    assert "other" in {cookie["name"] for cookie in ada.context.cookies()}


def test_other_tabs_leave_with_the_session(ada, team):
    other = ada.open_tab()
    other.goto(ada.served.url + team.members)
    expect(other.get_by_text(team.tomas.email)).to_be_visible()

    sign_out(ada)

    expect_sign_in_page(other, team)


def test_page_whose_session_ended_elsewhere_leaves_when_it_becomes_visible(ada, team):
    ada.served.run("user", "log-out", team.ada.email)

    ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect_sign_in_page(ada.page, team)


def test_page_with_a_valid_session_is_unchanged_when_it_becomes_visible(ada, team):
    ada.page.get_by_label("Search by name or email").fill("nobody of that name")

    with ada.page.expect_response("**/login/?next=/"):
        ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(ada.page.get_by_label("Search by name or email")).to_have_value("nobody of that name")
    expect(ada.page.get_by_role("heading", name="Members", level=1)).to_be_visible()
