"""API keys in a real browser: the dialogs work, and axe finds no accessibility violations."""

import secrets

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def key_owner(served):
    address = f"{secrets.token_hex(4)}@crew.test"
    key = served.person(address, "Kim Keys")
    created = served.client(key).put("/organization/", json={"name": "Northwind"}).json()
    return address, key, created["id"]


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_key_is_created_renewed_and_blocked(visit, served, options):
    address, _key, org = key_owner(served)
    visitor = visit(reduced_motion="reduce", **options)  # or axe measures colours in mid-transition
    visitor.enter(address)
    page = visitor.page

    visitor.go("/apikey/")
    page.locator("#new-key").click()
    page.get_by_label("Name").fill("deploy")
    assert violations(page) == []
    page.keyboard.press("Enter")
    secret = page.get_by_label("Secret of the key").input_value()
    assert violations(page) == []
    assert served.client(secret).get("/organization/").status_code == 200

    page.get_by_role("button", name="Actions for deploy").click()
    page.get_by_role("menuitem", name="Renew secret").click()
    page.get_by_label("Old secret keeps working").select_option("24")
    page.get_by_role("dialog").get_by_role("button", name="Renew secret").click()
    page.get_by_text("Old secret").wait_for()
    assert page.get_by_label("Secret of the key").input_value() != secret

    visitor.go(f"/organization/keys/policy/?orgId={org}")
    page.get_by_label("Longest lifetime in days").fill("30")
    page.get_by_text("would be shut out from the next request on").wait_for()
    assert violations(page) == []
    visitor.go(f"/organization/keys/?orgId={org}")
    assert violations(page) == []
    page.get_by_role("link", name="Cut off deploy").click()
    page.get_by_role("dialog").get_by_role("button", name="Cut off").click()
    page.get_by_text("It stopped working here at once.").wait_for()
    assert served.client(secret).get("/organization/").json() == {"data": []}
