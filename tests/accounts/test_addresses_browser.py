"""Addresses that Chromium refuses in `type="email"` can be typed to sign in."""

import pytest
from playwright.sync_api import expect

from tests.support.portal import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("jörg@example.com", "JÖRG@example.com"),
        ("ада@пример.example", "ада@пример.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("o'neil+crew@example.com", "O'Neil+crew@example.com"),
    ],
)
def test_sign_in_accepts_every_address_that_the_command_line_accepts(visit, served, stored, typed):
    served.person(stored)
    visitor = visit()
    visitor.go("/login/")

    visitor.page.locator("#login-email").fill(typed)
    visitor.page.locator("input[type=password]").fill(PASSWORD)
    visitor.page.locator("form:has(#login-email) button[type=submit]").first.click()

    expect(visitor.page.locator("#login-email")).to_have_count(0)


def test_malformed_address_is_refused_by_the_server(visit):
    visitor = visit()
    visitor.go("/reset/")

    visitor.page.locator("#forgot-email").fill("nobody")
    visitor.page.locator("form:has(#forgot-email) button[type=submit]").first.click()

    expect(visitor.page.locator("#forgot-email-error")).to_contain_text("Invalid email format")
