"""Addresses that browsers refuse in `type="email"` can be typed on every page that asks for one."""

import pytest

from tests.support.portal import PASSWORD

PAGES = [
    "/login/",
    "/register/",
    "/reset/",
    "/account/",
    "/organization/members/invite/",
    "/organization/settings/",
]


def test_no_page_lets_the_browser_decide_what_an_address_is(cast):
    browser = cast.browser("alice")
    visitor = cast.portal.browser()

    for path in PAGES:
        asked = visitor if path in {"/login/", "/register/", "/reset/"} else browser
        page = asked.get(path if asked is visitor else f"{path}?orgId={cast.org}")
        types = {field.get("type") for field in page.select("input[inputmode=email]")}
        assert types == {"text"}, path
        assert not page.select("input[type=email]"), path


@pytest.mark.parametrize("typed", ["jörg@example.com", "JÖRG@EXAMPLE.COM"])
def test_an_account_of_the_command_line_signs_in_on_the_page(portal, typed):
    portal.person("Jörg", "jörg@example.com")
    browser = portal.browser()

    browser.log_in(typed, PASSWORD)

    assert browser.page.select_one("#login-email") is None
