"""The audit log in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.base.permissions import Role

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def scene(served):
    """An organization with a short log that includes a refused attempt."""
    ada = served.client(served.person("ada@audit.test", "Ada"))
    reader = served.portal.person("Rita", "rita@audit.test")
    org = ada.put("/organization/", json={"name": "Northwind"}).json()["id"]
    served.portal.join(org, reader, Role.READ)
    rita = served.client(served.portal.key(reader))
    rita.request("DELETE", "/organization/", json={"orgId": org, "name": "Northwind"})
    for number in range(5):
        ada.post("/organization/", json={"orgId": org, "name": f"N{number}"})
    return org


def open_log(visit, org: str, query: str = "", **options):
    visitor = visit(**options)
    visitor.enter("ada@audit.test")
    visitor.go(f"/organization/audit/?orgId={org}{query}")
    return visitor


def violations(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}],
    ids=["light", "dark", "phone"],
)
def test_log_is_accessible_and_fits_the_screen(visit, scene, options):
    page = open_log(visit, scene, **options).page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Export").click()
    assert violations(page) == []

    page.goto(f"{page.url}&q=nothing")
    page.get_by_role("heading", name="Nothing matches").wait_for()
    assert violations(page) == []


def test_show_more_adds_older_entries(visit, scene):
    page = open_log(visit, scene, "&action=organization&limit=3").page
    assert page.locator("#audit-rows > tr").count() == 3

    page.get_by_role("link", name="Show more").click()
    page.get_by_text("Organization created").wait_for()

    assert page.locator("#audit-rows > tr").count() == 7
    assert page.get_by_role("link", name="Show more").count() == 0


def test_typing_filters_the_log_and_updates_the_url(visit, scene):
    page = open_log(visit, scene).page
    page.get_by_label("Search in everything").press_sequentially("refused")
    page.locator("#audit-rows > tr").nth(1).wait_for(state="detached")

    assert page.locator("#audit-rows > tr").inner_text().startswith("Organization deleted\nRefused")
    assert "q=refused" in page.url
    assert page.evaluate("document.activeElement.id") == "filter-q"

    page.get_by_role("link", name="Clear", exact=True).click()
    page.locator("#audit-rows > tr").nth(1).wait_for()
    assert page.get_by_label("Search in everything").input_value() == ""


def test_log_works_without_javascript(visit, scene):
    page = open_log(visit, scene, java_script_enabled=False).page
    page.get_by_label("Search in everything").fill("refused")
    page.get_by_label("Search in everything").press("Enter")
    assert page.locator("#audit-rows > tr").count() == 1

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Spreadsheet (CSV)").click()
    assert download.value.suggested_filename == "audit.csv"
    assert "organization.deleted" in download.value.path().read_text()
