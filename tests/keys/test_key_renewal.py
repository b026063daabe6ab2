"""`PUT /apikey/` with `regenerate`: a new secret, an overlap for the old one, a new term."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from app.models import OldSecret
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
RENEWED = {
    "error": "Invalid API key",
    "message": "This key was renewed on 22 Nov 2026; use its new secret.",
    "status": "KO",
    "code": "invalid_key",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(cast):
    return cast.browser("alice")


@pytest.fixture
def key(alice):
    body = {"name": "ci", "role": "write", "expires_in_days": 10}
    return alice.json("POST", "/apikey/", json=body).get_json()["data"]


def renew(alice, key, **body):
    return alice.json(
        "PUT", "/apikey/", json={"id": key["id"], "regenerate": True, "password": PASSWORD, **body}
    )


def works(cast, secret):
    response = cast.portal.api(secret).get("/organization/")
    response.close()  # closing the response records the use
    return response.status_code == 200


def test_old_secret_stops_working_immediately(cast, alice, key):
    answer = renew(alice, key).get_json()

    secret = answer["data"]["key"]
    assert answer == {"status": "OK", "data": {**key, "prefix": secret[:12], "key": secret}}
    assert secret != key["key"]
    assert works(cast, secret)
    refused = cast.portal.api(key["key"]).get("/organization/")
    assert (refused.status_code, refused.get_json()) == (401, RENEWED)


def test_old_secret_works_during_the_overlap_and_shows_its_last_use(cast, alice, key, clock):
    new = renew(alice, key, overlap_hours=24).get_json()["data"]["key"]

    clock.shift(timedelta(hours=2))
    assert works(cast, key["key"])
    page = alice.get("/apikey/")
    assert key["prefix"] in page.get_text()
    assert "Just now" in page.find(class_="key__old").get_text()
    listed = alice.json("GET", "/apikey/").get_json()["data"][0]
    assert listed["last_used_at"] == "2026-11-22T11:00:00Z"
    clock.shift(timedelta(hours=21, minutes=59))
    assert works(cast, key["key"])
    clock.shift(timedelta(minutes=1))
    assert not works(cast, key["key"])
    assert cast.portal.api(key["key"]).get("/organization/").get_json() == RENEWED
    assert works(cast, new)


def test_overlap_ends_with_the_old_term_and_with_the_key(cast, alice, key, clock):
    clock.shift(timedelta(days=9, hours=12))
    alice = cast.browser("alice")
    new = renew(alice, key, overlap_hours=48, expires_in_days=30).get_json()["data"]

    assert new["expires_at"] == "2026-12-31T21:00:00Z"
    assert works(cast, key["key"])
    clock.shift(timedelta(hours=12))
    assert not works(cast, key["key"])
    assert works(cast, new["key"])

    newer = renew(alice, key, overlap_hours=48).get_json()["data"]["key"]
    alice.json("DELETE", f"/apikey/{key['id']}")
    for secret in (key["key"], new["key"], newer):
        answer = cast.portal.api(secret).get("/organization/").get_json()
        assert answer["message"] == "This key was revoked on 2 Dec 2026."


def test_old_secret_ends_with_the_new_term_and_is_not_revived_by_another_renewal(cast, alice, key, clock):
    second = renew(alice, key, overlap_hours=168, expires_in_days=1).get_json()["data"]["key"]

    clock.shift(timedelta(hours=23, minutes=59))
    assert [works(cast, secret) for secret in (key["key"], second)] == [True, True]
    clock.shift(timedelta(minutes=1))
    assert [works(cast, secret) for secret in (key["key"], second)] == [False, False]
    alice = cast.browser("alice")
    assert alice.get("/apikey/").find(class_="key__old") is None
    last = renew(alice, key, overlap_hours=168, expires_in_days=30).get_json()["data"]["key"]
    assert [works(cast, secret) for secret in (key["key"], second, last)] == [False, False, True]


def test_old_secret_stored_with_a_later_end_than_its_key_ends_with_the_key(cast, alice, key, clock):
    renew(alice, key, overlap_hours=168, expires_in_days=1)
    with cast.portal.writing() as db:
        db.execute(update(OldSecret).values(expires_at=START + timedelta(days=7)))

    assert works(cast, key["key"])
    clock.shift(timedelta(days=1))
    assert not works(cast, key["key"])
    assert cast.browser("alice").get("/apikey/").find(class_="key__old") is None


@sweep("overlap", [{}, {"overlap_hours": 0}])
def test_renewing_without_overlap_ends_every_older_secret(cast, alice, key, overlap):
    """Renewing a leaked key must end every copy of it, whatever overlap earlier renewals allowed."""
    second = renew(alice, key, overlap_hours=168).get_json()["data"]["key"]
    third = renew(alice, key, overlap_hours=168).get_json()["data"]["key"]
    last = renew(alice, key, **overlap).get_json()["data"]["key"]

    secrets = (key["key"], second, third, last)
    assert [works(cast, secret) for secret in secrets] == [False, False, False, True]
    assert alice.get("/apikey/").find(class_="key__old") is None


def test_renewing_with_overlap_again_leaves_only_the_secret_just_replaced(cast, alice, key, clock):
    second = renew(alice, key, overlap_hours=48).get_json()["data"]["key"]
    third = renew(alice, key, overlap_hours=1).get_json()["data"]["key"]

    assert [works(cast, secret) for secret in (key["key"], second, third)] == [False, True, True]
    assert len(alice.get("/apikey/").find_all(class_="key__old")) == 1
    clock.shift(timedelta(hours=1))
    assert [works(cast, secret) for secret in (key["key"], second, third)] == [False, False, True]


def test_a_longer_overlap_does_not_revive_an_ended_secret(cast, alice, key, clock):
    second = renew(alice, key, overlap_hours=1).get_json()["data"]["key"]
    clock.shift(timedelta(hours=2))
    renew(alice, key, overlap_hours=168)

    assert [works(cast, secret) for secret in (key["key"], second)] == [False, True]


@sweep("body", [{}, {"regenerate": False}, {"regenerate": "false"}])
def test_changing_a_key_needs_a_name_or_regenerate(cast, alice, key, body):
    response = alice.json("PUT", "/apikey/", json={"id": key["id"], **body})

    assert (response.status_code, response.get_json()["error"]) == (400, "name or regenerate is required")
    assert works(cast, key["key"])


def test_renewing_an_expired_key_needs_a_new_term(cast, alice, key, clock):
    clock.shift(timedelta(days=11))
    alice = cast.browser("alice")

    refused = renew(alice, key)
    renewed = renew(alice, key, expires_in_days=5, overlap_hours=24)

    assert (refused.status_code, refused.get_json()["field"]) == (400, "expires_in_days")
    assert works(cast, renewed.get_json()["data"]["key"])
    assert not works(cast, key["key"])


@sweep(
    "body, field",
    [
        ({"regenerate": "perhaps"}, "regenerate"),
        ({"regenerate": 1.5}, "regenerate"),
        ({"overlap_hours": -1}, "overlap_hours"),
        ({"overlap_hours": 169}, "overlap_hours"),
        ({"regenerate": False, "overlap_hours": 1}, "overlap_hours"),
        ({"regenerate": False, "expires_in_days": 30}, "expires_in_days"),
        ({"expires_in_days": 0}, "expires_in_days"),
    ],
)
def test_invalid_renewal_is_refused_and_changes_nothing(cast, alice, key, body, field):
    response = renew(alice, key, **body)

    assert (response.status_code, response.get_json()["field"]) == (400, field)
    assert works(cast, key["key"])
    assert cast.portal.audit("key.renewed") == []


def test_renewal_is_audited(cast, alice, key):
    new = renew(alice, key, overlap_hours=24).get_json()["data"]

    (entry,) = cast.portal.audit("key.renewed")
    term = {"expires_at": key["expires_at"]}
    assert entry.before == {**term, "prefix": key["prefix"]}
    assert entry.after == {**term, "prefix": new["prefix"], "overlap_hours": 24}
