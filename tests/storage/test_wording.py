"""Wording of moments, waits and names for people."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from app.base import clock
from app.text import humanize
from tests.support.sweeping import sweep

NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW, tick=False):
        yield


@sweep(
    "age, written",
    [
        (timedelta(0), "Just now"),
        (timedelta(seconds=59), "Just now"),
        (timedelta(seconds=-5), "Just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "Today, 13:30"),
        (timedelta(hours=14, minutes=30), "Today, 00:00"),
        (timedelta(hours=14, minutes=31), "Yesterday"),
        (timedelta(hours=38, minutes=30), "Yesterday"),
        (timedelta(hours=38, minutes=31), "2 days ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "3 Mar 2026"),
        (timedelta(days=365), "10 Mar 2025"),
    ],
)
def test_past_moments_in_words(age, written):
    assert humanize.ago(NOW - age) == written


def test_a_missing_moment_is_never():
    assert humanize.ago(None) == "Never"


@sweep(
    "ahead, written",
    [
        (timedelta(days=7), "Expires in 7 days"),
        (timedelta(days=2), "Expires in 2 days"),
        (timedelta(days=1), "Expires tomorrow"),
        (timedelta(hours=9, minutes=30), "Expires tomorrow"),
        (timedelta(hours=9, minutes=29), "Expires today, 23:59"),
        (timedelta(seconds=1), "Expires today, 14:30"),
        (timedelta(0), "Expired"),
        (timedelta(days=-1), "Expired"),
    ],
)
def test_future_moments_in_words(ahead, written):
    assert humanize.until(NOW + ahead) == written


@sweep(
    "text, letters",
    [
        ("Alice", "A"),
        ("Alice Liddell", "AL"),
        ("Ada King Lovelace", "AL"),
        ("alice@example.com", "A"),
        ("alice.liddell@example.com", "AL"),
        ("émile zola", "ÉZ"),
        ("", "?"),
        ("<>", "?"),
        ("<b> x", "X"),
    ],
)
def test_initials(text, letters):
    assert humanize.initials(text) == letters


def test_colour_depends_on_the_text():
    hues = [humanize.hue(f"person {number}") for number in range(200)]

    assert set(hues) == set(range(humanize.HUES))
    assert hues == [humanize.hue(f"person {number}") for number in range(200)]


def test_moments_are_written_in_utc_whole_seconds():
    tokyo = timezone(timedelta(hours=9))

    assert clock.rfc3339(datetime(2026, 3, 10, 23, 30, 0, 999999, tzinfo=tokyo)) == "2026-03-10T14:30:00Z"
    assert clock.now() == NOW


@sweep(
    "seconds, written",
    [
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3540, "59 minutes"),
        (3541, "1 hour"),
        (3600, "1 hour"),
        (3601, "2 hours"),
    ],
)
def test_a_wait_is_rounded_up(seconds, written):
    assert humanize.span(seconds) == written
