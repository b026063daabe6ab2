"""The documentation page, in a real browser, under the content security policy of every page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.support.browsing import Visitor

pytestmark = pytest.mark.browser

# axe's findings in Swagger UI's own markup, which cannot be fixed from outside: buttons inside its
# summaries, a heading level that it skips, and an introduction outside of its main element.
SWAGGER_UI = {"nested-interactive", "heading-order", "region"}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def documentation(visit) -> Visitor:
    """Return the page, fully drawn."""
    visitor: Visitor = visit()
    open_page(visitor)
    return visitor


def open_page(visitor: Visitor) -> None:
    visitor.go("/docs/")
    visitor.page.get_by_role("button", name="Authorize").first.wait_for()


def operation(page: Page, name: str) -> Locator:
    """Return an operation, expanded and ready to be tried."""
    found = page.locator(f"[id$='-{name}']")
    found.locator(".opblock-summary-control").click()
    found.get_by_role("button", name="Try it out").click()
    return found


def authorize(page: Page, key: str) -> None:
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("input").fill(key)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.locator(".btn-done").click()


def test_an_operation_can_be_tried_with_a_key(documentation, served):
    key = served.portal.key(served.portal.person("Dora", "dora@crew.test"))
    page = documentation.page

    authorize(page, key)
    creating = operation(page, "organizations_create")
    creating.get_by_role("button", name="Execute").click()

    answer = creating.locator(".live-responses-table")
    expect(answer).to_contain_text("Organization created")
    assert [mine["name"] for mine in served.portal.api(key).get("/organization/").get_json()["data"]] == [
        "New Organization"
    ]


def test_tried_requests_carry_no_cookie(visit, served):
    visitor = visit()
    visitor.enter(served.portal.person("Dana", "dana@crew.test").email)
    open_page(visitor)

    listing = operation(visitor.page, "organizations_index")
    listing.get_by_role("button", name="Execute").click()

    expect(listing.locator(".live-responses-table")).to_contain_text("Invalid API key")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_loads_only_from_the_portal(visit, served, scheme):
    visitor = visit(viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))

    open_page(visitor)

    page = visitor.page
    assert page.locator(".opblock-summary-path").count() > 70
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    dark = page.evaluate("document.documentElement.classList.contains('dark-mode')")
    assert dark is (scheme == "dark")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert {broken["id"] for broken in found} - SWAGGER_UI == set()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((f"{served.url}/", "data:"))] == []


def test_without_javascript_the_operations_are_listed(visit):
    visitor = visit(java_script_enabled=False)
    visitor.go("/docs/")

    expect(visitor.page.get_by_text("POST /organization/members/", exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("link", name="openapi.json")).to_be_visible()
