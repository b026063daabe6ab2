"""Pages without JavaScript, on a phone."""

import time

import pytest
from sqlalchemy import update

from app.models import Invitation
from tests.support.portal import Person
from tests.support.teams import Team

pytestmark = pytest.mark.browser

WIDTH = 390
PHONE = {"viewport": {"width": WIDTH, "height": 844}, "java_script_enabled": False}


def test_row_of_an_undelivered_invitation_fits_a_phone(visit, team):
    refuse_mail(team, team.sofia)
    visitor = visit(**PHONE)
    visitor.enter(team.ada.email)
    visitor.go(team.members)

    row = visitor.page.locator(f"#row-{team.sofia.uid}")
    status = row.get_by_text("Not delivered", exact=True).bounding_box()

    assert status
    assert status["x"] + status["width"] <= WIDTH


def refuse_mail(team: Team, person: Person) -> None:
    """Record that an invitation mail was refused, after the server has written its mails to files."""
    change = update(Invitation).where(Invitation.user_id == person.uid, Invitation.mailed_at.is_not(None))
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with team.portal.writing() as db:
            if db.execute(change.values(undelivered="There is no mailbox with this address.")).rowcount:
                return
        time.sleep(0.05)
    raise AssertionError("the invitation was not mailed")


def test_page_without_a_notice_has_no_gap_at_the_top(visit, team):
    visitor = visit(**PHONE)
    visitor.enter(team.ada.email)
    visitor.go(team.members)

    page = visitor.page.locator(".app").bounding_box()

    assert page
    assert page["y"] == 0
