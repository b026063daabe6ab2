"""The members page by keyboard: menus, dialogs, and focus."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browsing import Visitor
from tests.support.portal import Person
from tests.support.teams import menu_button, role, row

pytestmark = pytest.mark.browser


def test_a_menu_opens_moves_and_closes_by_keyboard(ada, team):
    entries, keyboard = open_menu(ada, team.tomas), ada.page.keyboard
    assert entries.count() > 1

    keyboard.press("ArrowDown")
    expect(entries.nth(1)).to_be_focused()
    keyboard.press("End")
    expect(entries.last).to_be_focused()
    keyboard.press("ArrowDown")
    expect(entries.first).to_be_focused()
    keyboard.press("ArrowUp")
    expect(entries.last).to_be_focused()
    keyboard.press("Home")
    expect(entries.first).to_be_focused()
    keyboard.press("Escape")

    expect(entries.first).to_be_hidden()
    expect(menu_button(ada, team.tomas)).to_be_focused()


def test_tabbing_out_of_a_menu_closes_it(ada, team):
    entries = open_menu(ada, team.tomas)

    ada.page.keyboard.press("Tab")

    expect(entries.first).to_be_hidden()


def test_a_member_is_removed_by_keyboard_alone(ada, team):
    dialog = open_removal(ada, team.tomas)
    # Cancel has the focus first.
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()

    ada.page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Remove", exact=True)).to_be_focused()
    ada.page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(row(ada, team.tomas)).to_have_count(0)
    # The opener is gone with its row; focus must not be lost to the top of the page.
    expect(ada.page.locator("main, main *").and_(ada.page.locator(":focus"))).to_have_count(1)
    assert team.portal.role_of(team.org, team.tomas) is None


@pytest.mark.parametrize("leave", ["Escape", "Cancel", "Close"])
def test_closing_a_dialog_returns_focus(ada, leave):
    opener = ada.page.get_by_role("link", name="Invite people")
    opener.focus()
    ada.page.keyboard.press("Enter")
    dialog = ada.page.get_by_role("dialog", name="Invite people")
    expect(dialog.get_by_label("Email address")).to_be_focused()

    if leave == "Escape":
        ada.page.keyboard.press("Escape")
    else:
        dialog.get_by_role("link", name=leave).press("Enter")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_closing_a_dialog_from_a_menu_returns_focus_to_the_row(ada, team):
    dialog = open_removal(ada, team.linus)

    ada.page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(menu_button(ada, team.linus)).to_be_focused()


def test_the_focus_stays_in_an_open_dialog(ada):
    ada.page.get_by_role("link", name="Invite people").click()
    dialog = ada.page.get_by_role("dialog", name="Invite people")
    expect(dialog.get_by_label("Email address")).to_be_focused()

    for _ in range(8):
        ada.page.keyboard.press("Tab")
        inside = ada.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside, ada.page.evaluate("document.activeElement.outerHTML")


def test_a_role_is_changed_by_keyboard(ada, team):
    role(ada, team.tomas).focus()

    ada.page.keyboard.press("ArrowDown")

    expect(ada.page.locator("#flash")).to_contain_text(f"{team.tomas.email} is now upload.")
    expect(role(ada, team.tomas)).to_be_focused()


def test_the_first_tab_offers_to_skip_to_the_content(ada):
    ada.page.keyboard.press("Tab")
    skip = ada.page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()

    ada.page.keyboard.press("Enter")

    expect(ada.page.get_by_role("main")).to_be_focused()


def test_every_focused_control_is_outlined(ada):
    """The focus is visible on every stop."""
    unseen = []
    for _ in range(30):
        ada.page.keyboard.press("Tab")
        outline = ada.page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0"
            " || s.boxShadow !== 'none' ? '' : document.activeElement.outerHTML.slice(0, 120); })()"
        )
        if outline and not outline.startswith("<body"):
            unseen.append(outline)

    assert unseen == []


def open_menu(visitor: Visitor, person: Person) -> Locator:
    """Open the menu of a row by keyboard; return its entries, the first of which has focus."""
    menu_button(visitor, person).press("Enter")
    entries = row(visitor, person).get_by_role("menuitem")
    expect(entries.first).to_be_focused()
    return entries


def open_removal(visitor: Visitor, person: Person) -> Locator:
    """Open the removal dialog from a row's menu, by keyboard."""
    entries = open_menu(visitor, person)
    visitor.page.keyboard.press("End")
    expect(entries.last).to_have_text(re.compile("Remove from organization"))
    visitor.page.keyboard.press("Enter")
    dialog = visitor.page.get_by_role("dialog", name=f"Remove {person.name}?")
    expect(dialog).to_be_visible()
    return dialog
