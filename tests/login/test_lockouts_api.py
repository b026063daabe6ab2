"""Too many wrong passwords: when sign-in is locked, for which accounts and networks, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.models import Lockout
from app.services.login import lockouts
from tests.support.answers import assert_refused
from tests.support.password_attempts import attempt, lock_out, right_password_status
from tests.support.portal import PASSWORD, Portal

NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
LOCKED = "Too many wrong passwords"
UNKNOWN = "nobody@crew.test"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(portal):
    return portal.person("Alice")


def lockout_rows(portal: Portal) -> list[Lockout]:
    with portal.database.reading() as db:
        return list(db.scalars(select(Lockout)))


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(portal, alice, noon):
    lock_out(portal, alice.email)

    refused = attempt(portal, alice.email, PASSWORD)
    assert_refused(refused, 429, LOCKED)
    assert refused.headers["Retry-After"] == "60"
    wait = "Wait 1 minute and try again, or choose a new password with “Forgot password?”."
    assert refused.get_json()["message"] == wait

    noon.shift(timedelta(seconds=60))
    assert right_password_status(portal, alice.email) == 200


def count_from(peer: str, portal: Portal, times: int) -> None:
    """Count wrong guesses against a network without sending them."""
    with portal.writing():
        for _ in range(times):
            lockouts.count((lockouts.Subject(lockouts.NETWORK, peer),))


def test_right_password_after_four_wrong_ones_resets_the_count(portal, alice):
    for _ in range(3):
        for _ in range(4):
            assert attempt(portal, alice.email).status_code == 401
        assert right_password_status(portal, alice.email) == 200

    (network,) = lockout_rows(portal)
    assert network.forgiven_at == NOON + timedelta(minutes=2 * 12)


def test_each_further_guess_doubles_the_wait_up_to_an_hour(portal, alice, noon):
    lock_out(portal, alice.email)
    waits = []

    for _ in range(9):
        waits.append(int(attempt(portal, alice.email).headers["Retry-After"]) // 60)
        noon.shift(timedelta(minutes=waits[-1]))
        assert attempt(portal, alice.email).status_code == 401

    assert waits == [1, 2, 4, 8, 16, 32, 32, 60, 60], "one guess an hour is forgiven in between"


def test_each_hour_forgives_one_guess(portal, alice, noon):
    lock_out(portal, alice.email)

    noon.shift(timedelta(hours=1))
    assert [attempt(portal, alice.email).status_code for _ in range(2)] == [401, 429]
    noon.shift(timedelta(hours=5))

    assert [attempt(portal, alice.email).status_code for _ in range(6)] == [401] * 5 + [429]


def test_unknown_address_is_locked_in_the_same_way(portal, alice, noon):
    answers = {email: [attempt(portal, email) for _ in range(7)] for email in (alice.email, UNKNOWN)}

    one, other = (
        [(a.status_code, a.data, a.headers.get("Retry-After")) for a in answers[e]] for e in answers
    )
    assert one == other
    assert [status for status, _, _ in one] == [401] * 5 + [429] * 2
    noon.shift(timedelta(seconds=5))
    assert {email: len(portal.mails(email)) for email in (alice.email, UNKNOWN)} == {
        alice.email: 1,
        UNKNOWN: 0,
    }


@pytest.mark.parametrize("spelling", ["ALICE@CREW.TEST", " alice@crew.test ", "Alice@Crew.Test"])
def test_spelling_the_address_differently_does_not_avoid_the_lockout(portal, alice, spelling):
    lock_out(portal, alice.email)

    assert attempt(portal, spelling).status_code == 429


def test_lockout_applies_from_every_network_to_that_account_only(portal, alice):
    bob = portal.person("Bob")
    lock_out(portal, alice.email)

    assert right_password_status(portal, alice.email, peer="198.51.100.7") == 429
    assert right_password_status(portal, bob.email) == 200


def test_fifty_wrong_passwords_lock_a_network_for_every_account(portal, alice):
    for number in range(50):
        assert attempt(portal, f"p{number}@crew.test").status_code == 401

    assert_refused(attempt(portal, alice.email, PASSWORD), 429, LOCKED)
    assert right_password_status(portal, alice.email, peer="192.0.2.2") == 200


def test_signing_in_to_ones_own_account_does_not_clear_the_network_count(portal, alice):
    count_from("192.0.2.1", portal, 48)

    assert [right_password_status(portal, alice.email) for _ in range(3)] == [200] * 3
    assert [attempt(portal, f"p{number}@crew.test").status_code for number in range(3)] == [401, 401, 429]
    assert right_password_status(portal, alice.email) == 429


def test_right_passwords_do_not_count_for_the_network(portal, alice):
    assert {right_password_status(portal, alice.email) for _ in range(3)} == {200}

    assert [count.forgiven_at for count in lockout_rows(portal)] == [NOON]


def test_a_right_password_just_below_the_limit_does_not_lock_the_network(portal, alice):
    count_from("192.0.2.1", portal, 49)

    assert [right_password_status(portal, alice.email) for _ in range(2)] == [200, 200]


def networks(portal: Portal, *guessed: tuple[str, dict[str, str]]) -> int:
    """Guess once from each peer with its headers; return how many networks are counted."""
    for peer, headers in guessed:
        assert attempt(portal, UNKNOWN, peer=peer, **headers).status_code == 401
    return len(lockout_rows(portal)) - 1


@pytest.mark.parametrize(
    ("peers", "counted"),
    [
        (["2001:db8:1:1::1", "2001:db8:1:1:ffff::2"], 1),
        (["2001:db8:1:1::1", "2001:db8:1:2::1"], 2),
        (["192.0.2.9", "::ffff:192.0.2.9"], 1),
        (["192.0.2.9", "192.0.2.10"], 2),
    ],
)
def test_network_is_an_ipv4_address_or_an_ipv6_64_prefix(portal, peers, counted):
    assert networks(portal, *((peer, {}) for peer in peers)) == counted


def test_rotating_x_forwarded_for_does_not_avoid_the_lockout(portal):
    guessed = [("192.0.2.1", {"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(3)]

    assert networks(portal, *guessed) == 1


def test_behind_a_trusted_proxy_the_nearest_hop_is_counted(settings_for):
    portal = Portal(settings_for(CREWROOM_TRUSTED_PROXIES="192.0.2.1"))
    hops = ["198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7", "203.0.113.8"]

    assert networks(portal, *(("192.0.2.1", {"X-Forwarded-For": hop}) for hop in hops)) == 2
    portal.close()


def test_lockouts_survive_a_restart(portal, alice):
    lock_out(portal, alice.email)

    restarted = Portal(portal.config)

    assert right_password_status(restarted, alice.email) == 429
    restarted.close()


def test_the_table_has_no_addresses_in_plain_text(portal, alice):
    lock_out(portal, alice.email)

    with portal.database.reading() as db:
        rows = repr(db.execute(Lockout.__table__.select()).all())
    assert "alice" not in rows
    assert "192.0.2" not in rows


def test_the_answer_reports_the_limit_that_was_reached(settings_for):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1000"))
    lock_out(portal, UNKNOWN)

    refused = attempt(portal, UNKNOWN)

    reported = {name: refused.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")}
    assert reported == {"Limit": "5", "Remaining": "0", "Reset": "60"}
    assert refused.headers["Retry-After"] == "60"
    portal.close()
