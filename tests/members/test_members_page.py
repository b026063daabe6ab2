"""The members page in a real browser: search, roles, bulk changes, invitations."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.base import clock
from app.base.permissions import Role
from app.models import Invitation, Membership
from app.services.accounts import accounts
from app.text import email_addresses
from tests.support.browsing import Visitor
from tests.support.teams import Team, menu_entry, role, row, select

pytestmark = pytest.mark.browser


def test_searching_shows_matching_members(ada, team):
    ada.page.get_by_label("Search by name or email").fill("gRaCe")

    expect_people(ada, team.grace)
    expect(ada.page).to_have_url(re.compile("q=gRaCe"))

    ada.page.get_by_label("Search by name or email").fill("nobody like this")
    expect(ada.page.get_by_role("heading", name="No one matches")).to_be_visible()

    ada.page.get_by_role("link", name="Clear the search").click()
    expect_people(ada, team.ada, team.grace, team.linus, team.tomas, team.sofia)


def test_searching_keeps_the_cursor_in_the_field(ada, team):
    field = ada.page.get_by_label("Search by name or email")
    field.press_sequentially("tom")
    expect_people(ada, team.tomas)

    field.press_sequentially("as")

    expect(field).to_have_value("tomas")
    expect(field).to_be_focused()


def test_filtering_by_role_shows_members_and_no_invitees(ada, team):
    ada.page.get_by_label("Role", exact=True).select_option("Write")

    expect_people(ada, team.linus)

    ada.page.get_by_label("Role", exact=True).select_option("All roles")
    expect_people(ada, team.ada, team.grace, team.linus, team.tomas, team.sofia)


def test_going_back_restores_the_filter(ada, team):
    ada.page.get_by_label("Search by name or email").fill("linus")
    expect_people(ada, team.linus)
    ada.page.get_by_role("link", name="Roles").click()
    expect(ada.page.get_by_role("table", name="What each role can do")).to_be_visible()

    ada.page.go_back()

    expect(ada.page.get_by_label("Search by name or email")).to_have_value("linus")
    expect_people(ada, team.linus)


def test_a_changed_role_is_saved(ada, team):
    role(ada, team.tomas).focus()
    role(ada, team.tomas).select_option("Upload")

    expect(ada.page.locator("#flash")).to_contain_text(f"{team.tomas.email} is now upload.")
    expect(role(ada, team.tomas)).to_have_value("upload")
    expect(role(ada, team.tomas)).to_be_focused()
    assert team.portal.role_of(team.org, team.tomas) == "upload"


def test_a_refused_role_change_is_undone_on_the_page(ada, team):
    role(ada, team.ada).select_option("Admin")

    expect(ada.page.locator("#flash")).to_contain_text("Cannot remove the last admin from the organization")
    expect(role(ada, team.ada)).to_have_value("super_admin")
    assert team.portal.role_of(team.org, team.ada) == "super_admin"


def test_selecting_members_shows_the_bulk_bar(ada, team):
    bar = ada.page.get_by_role("form", name="Selected people")
    expect(bar).to_be_hidden()

    select(ada, team.tomas, team.linus)
    expect(bar).to_contain_text("2 selected")

    ada.page.get_by_label("Select all").check()
    expect(bar).to_contain_text("5 selected")

    ada.page.get_by_role("button", name="Clear the selection").click()
    expect(bar).to_be_hidden()
    expect(row(ada, team.tomas).get_by_role("checkbox")).not_to_be_checked()


def test_several_roles_change_at_once(ada, team):
    select(ada, team.tomas, team.grace)

    ada.page.get_by_label("Role for the selected people").select_option("Upload")
    ada.page.get_by_role("button", name="Change role").click()

    expect(ada.page.locator("#flash")).to_contain_text("2 changed to upload.")
    expect(role(ada, team.tomas)).to_have_value("upload")
    expect(role(ada, team.grace)).to_have_value("upload")


def test_several_members_are_removed_after_one_confirmation(ada, team):
    select(ada, team.tomas, team.sofia)
    bar = ada.page.get_by_role("form", name="Selected people")

    bar.get_by_role("button", name="Remove").click()
    question = ada.page.get_by_role("dialog", name="Remove 2 people?")
    expect(question).to_contain_text(team.tomas.email)
    expect(question).to_contain_text(team.sofia.email)
    expect(question).not_to_contain_text(team.linus.email)
    question.get_by_role("link", name="Cancel").click()
    expect(question).to_be_hidden()
    expect_people(ada, team.ada, team.grace, team.linus, team.tomas, team.sofia)

    bar.get_by_role("button", name="Remove").click()
    question.get_by_role("button", name="Remove 2").click()

    expect(question).to_be_hidden()
    expect_people(ada, team.ada, team.grace, team.linus)
    assert team.portal.role_of(team.org, team.sofia) is None


def test_an_old_invitation_can_be_sent_again(ada, team):
    menu_entry(ada, team.sofia, "Resend invitation").click()
    expect(ada.page.locator("#flash")).to_contain_text("Member already exists in organization")

    make_older(team, timedelta(minutes=6))
    menu_entry(ada, team.sofia, "Resend invitation").click()

    expect(ada.page.locator("#flash")).to_contain_text(f"{team.sofia.email} is invited.")
    expect(ada.page.get_by_label("Link to pass on")).to_have_value(
        re.compile(r"^http://127\.0\.0\.1:\d+/invitation/accept/\?token=\w+")
    )


def test_an_invitation_is_cancelled_after_a_confirmation(ada, team):
    menu_entry(ada, team.sofia, "Cancel invitation").click()
    question = ada.page.get_by_role("dialog", name="Cancel invitation?")
    expect(question).to_contain_text(team.sofia.email)

    question.get_by_role("button", name="Cancel invitation").click()

    expect_people(ada, team.ada, team.grace, team.linus, team.tomas)


def test_an_address_is_copied(ada, team):
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])

    menu_entry(ada, team.linus, "Copy email address").click()

    expect(ada.page.locator("#announcer")).to_have_text("Copied")
    assert ada.page.evaluate("navigator.clipboard.readText()") == team.linus.email


def test_a_long_list_loads_more(ada, team):
    add_people(team, 100)
    ada.page.reload()
    rows = ada.page.get_by_role("table").locator("tbody").get_by_role("row")
    expect(rows).to_have_count(100)

    ada.page.get_by_role("link", name="Show more").click()

    expect(rows).to_have_count(105)
    expect(ada.page.get_by_role("link", name="Show more")).to_have_count(0)


def test_reader_sees_members_and_can_only_leave(visit, team):
    tomas = visit()
    tomas.enter(team.tomas.email)
    tomas.go(team.members)

    expect_people(tomas, team.ada, team.grace, team.linus, team.tomas, team.sofia)
    assert tomas.page.get_by_role("row").get_by_role("combobox").count() == 0
    assert tomas.page.get_by_role("checkbox").count() == 0
    expect(tomas.page.locator("#invite-people, #invite-first")).to_have_count(0)
    expect(menu_entry(tomas, team.tomas, "Leave organization")).to_be_visible()


def expect_people(visitor: Visitor, *people) -> None:
    """Expect the rows of these people, in this order."""
    texts = [re.compile(re.escape(person.email)) for person in people]
    expect(visitor.page.get_by_role("table").locator("tbody").get_by_role("row")).to_have_text(texts)


def add_people(team: Team, number: int) -> None:
    with team.portal.writing() as db:
        for place in range(number):
            user = accounts.create(
                email_addresses.parse(f"{place}.{team.org}@crew.test"), name="", password_hash=None
            )
            db.add(
                Membership(
                    organization_id=team.org,
                    user_id=user.id,
                    role=Role.READ,
                    pending=False,
                    added_at=clock.now(),
                )
            )


def make_older(team: Team, age: timedelta) -> None:
    with team.portal.writing() as db:
        sent = update(Invitation).where(Invitation.organization_id == team.org)
        db.execute(sent.values(created_at=clock.now() - age))
