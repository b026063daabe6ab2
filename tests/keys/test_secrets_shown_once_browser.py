"""A secret in a real browser: neither a reload nor the back button brings it back or makes a second key."""

import pytest

from tests.support.portal import PASSWORD

pytestmark = pytest.mark.browser


def test_secret_of_a_key_is_gone_after_a_reload_and_on_the_way_back(visit, served):
    zoe = served.portal.person("Zoe")
    visitor = visit()
    visitor.enter(zoe.email)
    page, secret = visitor.page, visitor.page.get_by_label("Secret of the key")
    visitor.go("/apikey/new/")  # a page of its own, whose form the browser sends itself
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
