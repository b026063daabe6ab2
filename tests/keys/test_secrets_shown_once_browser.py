"""A secret in a real browser: a reload or the back button neither shows it again nor creates a second key."""

import pytest

from tests.support.portal import PASSWORD

pytestmark = pytest.mark.browser


def test_secret_is_not_shown_again_after_a_reload_or_going_back(visit, served):
    zoe = served.portal.person("Zoe")
    visitor = visit()
    visitor.enter(zoe.email)
    page, secret = visitor.page, visitor.page.get_by_label("Secret of the key")
    visitor.go("/apikey/new/")  # a separate page, whose form is sent without htmx
    page.get_by_label("Name").fill("deploy")
    page.get_by_label("Highest role").select_option("admin")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Create key").click()
    shown = secret.input_value()
    keys = page.locator("#keys tbody tr")
    assert keys.count() == 1

    visitor.go("/organization/")
    page.go_back()
    page.get_by_role("heading", name="API keys", exact=True).wait_for()
    back = page.content()
    page.reload()
    page.get_by_role("heading", name="API keys", exact=True).wait_for()

    assert shown not in back
    assert shown not in page.content()
    assert keys.count() == 1
