"""When sessions expire: after seven days without use, or thirty days after sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.services.login import sessions
from tests.support.documented_commands import ROOT
from tests.support.sweeping import sweep

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wendy(clock, portal, cast):
    """A function that sends requests with Wendy's cookie, which never expires by itself."""
    browser = cast.browser("wendy")
    cookie = browser.cookie()
    client = portal.app.test_client(use_cookies=False)

    def use(path="/organization/", **headers):
        with client.get(path, headers={"Cookie": f"{cookie.key}={cookie.value}", **headers}) as answer:
            return answer

    return use


@sweep("idle, status", [(7 * DAY - SECOND, 200), (7 * DAY, 401)])
def test_session_expires_after_seven_days_without_use(clock, wendy, idle, status):
    clock.shift(3 * DAY)
    wendy()

    clock.shift(idle)

    assert wendy().status_code == status


@sweep("idle, status", [(7 * DAY - SECOND, 200), (7 * DAY, 401)])
def test_session_that_was_never_used_expires_seven_days_after_sign_in(clock, wendy, idle, status):
    clock.shift(idle)

    assert wendy().status_code == status


@sweep("age, status", [(30 * DAY - SECOND, 200), (30 * DAY, 401)])
def test_session_expires_after_thirty_days_even_if_used(clock, wendy, age, status):
    for day in range(6, 30, 6):
        clock.move_to(START + day * DAY)
        assert wendy().status_code == 200
    clock.move_to(START + 30 * DAY - 2 * SECOND)
    wendy()

    clock.move_to(START + age)

    assert wendy().status_code == status


def test_session_in_use_is_kept_although_use_is_recorded_once_a_minute(clock, wendy):
    for _ in range(15):
        clock.shift(timedelta(seconds=59))
        assert wendy().status_code == 200
    for _ in range(4):
        clock.shift(7 * DAY - timedelta(minutes=1))
        assert wendy().status_code == 200


def test_expired_session_is_not_listed(clock, cast):
    idle, busy = cast.browser("wendy"), cast.browser("wendy")
    clock.shift(4 * DAY)
    busy.client.get("/account/").close()
    clock.shift(3 * DAY)

    (listed,) = busy.json("GET", "/account/sessions/").get_json()["data"]
    preview = cast.browser("alice").get(
        f"/organization/members/remove/?orgId={cast.org}&email={cast.wendy.email}"
    )

    assert listed["current"]
    assert listed["expires_at"] == "2026-03-13T09:00:00Z"
    assert idle.client.get("/account/").status_code == 401
    assert "the hold of 1 session on" in preview.get_text()


def test_shown_expiry_is_the_earlier_of_the_two(clock, wendy):
    shown = []
    for day in range(0, 30, 6):
        clock.move_to(START + day * DAY)
        wendy()
        answer = wendy("/account/sessions/")
        shown += [row["expires_at"][:10] for row in answer.get_json()["data"]]

    assert shown == ["2026-03-09", "2026-03-15", "2026-03-21", "2026-03-27", "2026-04-01"]


def test_lifetimes_are_documented_with_their_reasons():
    page = (ROOT / "docs" / "security" / "facts.md").read_text()
    reasons = next((ROOT / "docs" / "decisions").glob("0096*")).read_text()

    assert (
        f"not used for {sessions.IDLE.days} days, and {sessions.LIFETIME.days} days after the sign-in" in page
    )
    assert f"**{sessions.IDLE.days} days**" in reasons
    assert f"**{sessions.LIFETIME.days} days**" in reasons
    assert "NIST SP 800-63B" in reasons


def test_page_says_when_sessions_expire(cast):
    page = cast.browser("wendy").get("/account/sessions/")

    assert "ends after 7 days without use, and 30 days after its log-in" in page.get_text()


def test_unused_api_key_does_not_expire(clock, cast):
    api = cast.api("wendy")

    clock.shift(400 * DAY)

    assert api.get("/organization/").status_code == 200
    clock.shift(400 * DAY)
    assert api.get("/organization/").status_code == 200
