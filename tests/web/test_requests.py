"""Requests of the browser: double clicks, network failures, and answers that must not be drawn."""

import time

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.support.browsing import Visitor
from tests.support.serving import PASSWORD
from tests.support.teams import menu_entry, role

pytestmark = pytest.mark.browser

UNREACHABLE = "Could not reach Crewroom"


def test_a_double_click_invites_once(ada, team):
    ada.page.get_by_role("link", name="Invite people").click()
    dialog = ada.page.get_by_role("dialog", name="Invite people")
    dialog.get_by_label("Email address").fill(team.zoe.email)
    routes = hold_back_changes(ada)

    click_twice(dialog.get_by_role("button", name="Send invitation"))
    release(ada, routes)

    expect(ada.page.locator("#flash")).to_contain_text(f"{team.zoe.email} is invited.")
    assert sent(ada, routes) == 1


def test_a_double_click_removes_once(ada, team):
    menu_entry(ada, team.tomas, "Remove from organization").click()
    dialog = ada.page.get_by_role("dialog", name=f"Remove {team.tomas.name}?")
    routes = hold_back_changes(ada)

    click_twice(dialog.get_by_role("button", name="Remove", exact=True))
    release(ada, routes)

    expect(ada.page.locator("#flash")).to_contain_text(f"{team.tomas.email} was removed.")
    assert sent(ada, routes) == 1


def test_a_double_click_creates_one_organization(visit, team):
    zoe = visit()
    zoe.enter(team.zoe.email)
    zoe.go("/organization/")
    zoe.page.get_by_role("main").get_by_role("link", name="New organization").click()
    dialog = zoe.page.get_by_role("dialog", name="New organization")
    dialog.get_by_label("Name").fill("Once")
    routes = hold_back_changes(zoe)

    click_twice(dialog.get_by_role("button", name="Create organization"))
    release(zoe, routes)

    expect(zoe.page.get_by_role("heading", name="Once", level=1)).to_be_visible()
    assert sent(zoe, routes) == 1


def test_a_change_that_cannot_be_sent_shows_a_notice(ada, team):
    ada.page.route("**/*", lambda route: route.abort())

    role(ada, team.tomas).select_option("Admin")
    expect(ada.page.locator("#flash")).to_contain_text(UNREACHABLE)
    expect(role(ada, team.tomas)).to_have_value("read")

    ada.page.unroute_all()
    role(ada, team.tomas).select_option("Admin")
    expect(ada.page.locator("#flash")).to_contain_text(f"{team.tomas.email} is now admin.")
    ignore_network_errors(ada)


def test_a_dialog_that_cannot_be_sent_shows_the_error_inside(ada, team):
    ada.page.get_by_role("link", name="Invite people").click()
    dialog = ada.page.get_by_role("dialog", name="Invite people")
    dialog.get_by_label("Email address").fill(team.zoe.email)
    ada.page.route("**/*", lambda route: route.abort())

    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog).to_contain_text(UNREACHABLE)
    expect(dialog.get_by_label("Email address")).to_have_value(team.zoe.email)

    ada.page.unroute_all()
    dialog.get_by_role("button", name="Send invitation").click()
    expect(ada.page.locator("#flash")).to_contain_text(f"{team.zoe.email} is invited.")
    ignore_network_errors(ada)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_shows_a_notice_and_leaves_the_page_intact(ada, team, status):
    broken = {"status": status, "content_type": "text/html", "body": "<h1>Broken</h1>"}
    ada.page.route("**/organization/members/", lambda route: route.fulfill(**broken))

    role(ada, team.tomas).select_option("Admin")

    expect(ada.page.locator("#flash")).to_contain_text(UNREACHABLE)
    expect(role(ada, team.tomas)).to_have_value("read")
    expect(ada.page.get_by_text("Broken")).to_have_count(0)
    ignore_network_errors(ada)


def test_json_is_never_drawn_as_a_page(ada, team):
    hostile = {"status": 200, "content_type": "application/json", "body": '{"a": "<h1>Broken</h1>"}'}
    ada.page.route("**/organization/members/?*", lambda route: route.fulfill(**hostile))

    with ada.page.expect_response("**/organization/members/?*q=grace*"):
        ada.page.get_by_label("Search by name or email").fill("grace")

    expect(ada.page.get_by_text("Broken")).to_have_count(0)
    expect(role(ada, team.tomas)).to_be_visible()


def test_an_ended_session_leads_to_signing_in_and_back(ada, team):
    ada.context.clear_cookies()

    ada.page.get_by_label("Search by name or email").fill("grace")

    expect(ada.page.get_by_role("heading", name="Log in")).to_be_visible()
    ada.page.get_by_label("Email address").fill(team.ada.email)
    ada.page.get_by_label("Password", exact=True).fill(PASSWORD)
    ada.page.get_by_role("button", name="Log in").click()
    expect(ada.page.get_by_role("heading", name="Members", level=1)).to_be_visible()


def hold_back_changes(visitor: Visitor) -> list[Route]:
    """Hold changes back, so that a second click always comes before the answer."""
    routes: list[Route] = []

    def catch(route: Route) -> None:
        if route.request.method == "POST":
            routes.append(route)
        else:
            route.continue_()

    visitor.page.route("**/*", catch)
    return routes


def release(visitor: Visitor, routes: list[Route]) -> None:
    """Wait for a change, then let all of them continue."""
    deadline = time.monotonic() + 10
    while not routes and time.monotonic() < deadline:
        visitor.page.wait_for_timeout(20)
    for route in list(routes):
        route.continue_()


def click_twice(button: Locator) -> None:
    """Send two click events; Chromium drops the second half of a real double click on a form."""
    button.dispatch_event("click")
    button.dispatch_event("click")


def sent(visitor: Visitor, routes: list[Route]) -> int:
    """Count the changes after another round trip, by which time queued requests have been sent."""
    visitor.page.evaluate("fetch('/healthz').then((answer) => answer.status)")
    return len(routes)


def ignore_network_errors(visitor: Visitor) -> None:
    """Discard the console errors caused by the network failure of the test."""
    expected = ("net::ERR_FAILED", "Failed to fetch", "responded with a status of 50")
    visitor.complaints = [text for text in visitor.complaints if not any(part in text for part in expected)]
