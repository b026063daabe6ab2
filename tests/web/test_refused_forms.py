"""Refused forms: the reason appears once, at its field, and nothing covers the form."""

import pytest
from playwright.sync_api import expect

from app.base import clock, identifiers
from app.models import Factor, FactorKind

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}
SMALL_PHONE = {"viewport": {"width": 360, "height": 600}}


def test_wrong_password_on_a_phone_is_shown_only_at_its_field(visit, team):
    visitor = visit(**PHONE)
    visitor.enter(team.grace.email)
    visitor.go("/account/")
    page, form = visitor.page, visitor.page.get_by_role("form", name="Password")

    form.get_by_label("Current password").fill("not my password")
    form.get_by_label("New password").fill("seven plums in the icebox")
    form.get_by_role("button", name="Change password").click()

    expect(form.get_by_text("Wrong password")).to_be_visible()
    expect(form.get_by_label("Current password")).to_be_focused()
    expect(page.locator(".flash")).to_be_hidden()


def test_missing_password_for_a_new_key_is_shown_only_at_its_field(visit, team):
    visitor = visit(**SMALL_PHONE)
    visitor.enter(team.grace.email)
    visitor.go("/apikey/")
    page, dialog = visitor.page, visitor.page.get_by_role("dialog", name="New API key")
    page.get_by_role("link", name="New key").first.click()

    dialog.get_by_label("Name").fill("deploy")
    dialog.get_by_label("Highest role").select_option("admin")
    button = dialog.get_by_role("button", name="Create key")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()

    expect(dialog.locator("#key-password-error")).to_have_text("Password required")
    expect(dialog.get_by_label("Your password")).to_be_focused()
    expect(button).to_be_in_viewport(ratio=1)
    expect(page.locator(".flash")).to_be_hidden()


def test_focus_moves_to_the_refused_field(visit, team):
    visitor = visit()
    visitor.enter(team.grace.email)
    visitor.go("/apikey/")
    page, dialog = visitor.page, visitor.page.get_by_role("dialog", name="New API key")
    page.get_by_role("link", name="New key").first.click()

    dialog.get_by_label("Highest role").select_option("admin")
    dialog.get_by_label("Name").fill("deploy")
    page.keyboard.press("Enter")

    expect(dialog.get_by_label("Your password")).to_be_focused()


@pytest.mark.parametrize("options", [{}, PHONE])
def test_text_of_a_notice_is_beside_its_icon(visit, team, options):
    with team.portal.writing() as db:
        db.add(
            Factor(
                id=identifiers.new("factor"),
                user_id=team.zoe.uid,
                kind=FactorKind.PASSKEY,
                name="Laptop",
                handle=f"handle-of-{team.zoe.uid}",
                public_key=b"key",
                sign_count=0,
                host="a-rather-long-name.crew.test",
                created_at=clock.now(),
            )
        )
    visitor = visit(**options)
    visitor.go("/login/")
    notice = visitor.page.locator("#passkeys-elsewhere")

    icon, text = notice.locator("svg").bounding_box(), notice.locator("span").bounding_box()

    assert icon
    assert text
    assert text["x"] > icon["x"] + icon["width"]
    assert text["y"] < icon["y"] + icon["height"]
