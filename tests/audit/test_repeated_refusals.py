"""Repeats of a refused attempt within ten minutes leave two entries: the first, and one with the count."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from app.base.permissions import Role
from app.models import RefusedAttempt
from app.services.audit_log import verification
from tests.support.portal import Portal

MEMBERS, ORGANIZATION = "/organization/members/", "/organization/"
ERROR = "Insufficient permissions to manage members"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as traveller:
        yield traveller


def refusals(cast):
    return [entry for entry in cast.portal.audit() if entry.outcome == "refused"]


def attempt(cast, who="rita", email="wendy@crew.test", **body):
    return cast.api(who).delete(MEMBERS, orgId=cast.org, email=email, **body)


def test_three_hundred_repeats_are_two_entries(cast, clock):
    """For example, a cron job in a loop whose key lost its role."""
    for _ in range(299):
        attempt(cast)
        clock.shift(timedelta(seconds=0.03))
    refused = attempt(cast)
    (first,) = refusals(cast)
    clock.shift(timedelta(minutes=10))
    cast.portal.run_jobs()

    assert refusals(cast)[0] == first
    assert first.after == {"error": ERROR}
    _, counted = refusals(cast)
    assert counted.after == {
        "error": ERROR,
        "times": 300,
        "first_at": "2026-11-20T09:00:00Z",
        "last_at": "2026-11-20T09:00:08Z",
    }
    same = ("action", "actor_id", "credential_id", "target", "organization_id")
    assert [getattr(counted, name) for name in same] == [getattr(first, name) for name in same]
    assert counted.request_id == refused.headers["X-Request-Id"]
    cast.portal.run_jobs()
    assert len(refusals(cast)) == 2
    with cast.portal.database.reading():
        verification.verify(cast.org)


def test_single_attempt_stays_one_entry(cast, clock):
    attempt(cast)
    clock.shift(timedelta(hours=1))
    cast.portal.run_jobs()

    assert len(refusals(cast)) == 1


def test_same_attempt_after_ten_minutes_is_a_new_entry(cast, clock):
    for minutes in (0, 9, 2, 0):
        clock.shift(timedelta(minutes=minutes))
        attempt(cast)
    cast.portal.run_jobs()
    assert [entry.after.get("times") for entry in refusals(cast)] == [None, 2, None]

    clock.shift(timedelta(minutes=11))
    cast.portal.run_jobs()
    assert [entry.after.get("times") for entry in refusals(cast)] == [None, 2, None, 2]


@pytest.mark.parametrize(
    "other",
    [
        lambda cast: attempt(cast, email="uma@crew.test"),
        lambda cast: attempt(cast, who="uma"),
        lambda cast: cast.portal.api(cast.portal.key(cast.rita, Role.READ)).delete(
            MEMBERS, orgId=cast.org, email="wendy@crew.test"
        ),
        lambda cast: cast.browser("rita").json(
            "DELETE", MEMBERS, json={"orgId": cast.org, "email": "wendy@crew.test"}
        ),
        lambda cast: cast.api("rita").post(ORGANIZATION, orgId=cast.org, name="Mine"),
    ],
    ids=["another target", "another person", "another key", "a session", "another action"],
)
def test_different_attempt_has_its_own_entry(cast, other):
    attempt(cast)
    assert other(cast).status_code == 403

    assert len(refusals(cast)) == 2


def test_attempts_at_many_targets_are_bounded(cast, clock):
    """For example, a member tries a list of addresses."""
    for number in range(100):
        attempt(cast, email=f"person{number}@crew.test")
    clock.shift(timedelta(minutes=10))
    cast.portal.run_jobs()

    found = refusals(cast)
    assert len(found) == 22
    assert (found[-1].target, found[-1].after["times"]) == (cast.org, 80)


def test_attempt_counted_before_an_upgrade_keeps_its_earlier_name(cast, clock):
    """Before the event table, attempts were named after their route: `member.remove`."""
    for _ in range(2):
        attempt(cast)
    with cast.portal.writing() as db:
        db.execute(update(RefusedAttempt).values(action="member.remove"))
    clock.shift(timedelta(minutes=10))
    cast.portal.run_jobs()

    assert [(entry.action, entry.after.get("times")) for entry in refusals(cast)] == [
        ("member.removed", None),
        ("member.remove", 2),
    ]


def test_processes_share_one_count(cast, installation, clock):
    other = Portal(cast.portal.config)
    try:
        attempt(cast)
        for _ in range(3):
            other.api(cast.api("rita").headers["Authorization"]).delete(
                MEMBERS, orgId=cast.org, email="wendy@crew.test"
            )
        clock.shift(timedelta(minutes=10))
        other.run_jobs()
    finally:
        other.close()

    assert [entry.after.get("times") for entry in refusals(cast)] == [None, 4]


def test_deleting_the_organization_ends_the_count(cast, clock):
    attempt(cast)
    attempt(cast)
    cast.api("alice").delete(ORGANIZATION, orgId=cast.org, name="Northwind")
    clock.shift(timedelta(minutes=10))

    cast.portal.run_jobs()

    assert len(refusals(cast)) == 1


def test_refused_key_creation_is_counted_in_the_log_of_the_portal(cast, clock):
    for _ in range(5):
        assert cast.api("rita").post("/apikey/", name="more", role="read").status_code == 403
    clock.shift(timedelta(minutes=10))
    cast.portal.run_jobs()

    assert [(entry.organization_id, entry.after.get("times")) for entry in refusals(cast)] == [
        (None, None),
        (None, 5),
    ]
