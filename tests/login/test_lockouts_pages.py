"""A locked account: how its owner can still sign in, what they are mailed, and what is audited."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.models import Job, Lockout, User
from app.services.login import lockout_reports, lockouts
from app.web.request import cookies
from tests.support.clients import Browser
from tests.support.password_attempts import WRONG, attempt, attempt_from, lock_out, right_password_status
from tests.support.portal import PASSWORD, Portal, text_of
from tests.support.second_factors import set_up_app

NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
NEW_PASSWORD = "seven purple elephants"
SUBJECT = "Too many wrong passwords"
ELSEWHERE = "198.51.100.7"
SETTLED = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(portal):
    return portal.person("Alice")


@pytest.fixture
def known(portal, alice) -> Browser:
    """A browser that Alice has signed in with."""
    browser: Browser = portal.browser()
    browser.log_in(alice.email, PASSWORD)
    return browser


def count_mails(portal: Portal, address: str) -> int:
    """Count the mails to an owner about wrong passwords."""
    return len([mail for mail in portal.mails(address) if mail["Subject"] == SUBJECT])


def test_owner_is_not_locked_out_on_a_known_device(portal, alice, known):
    known.submit("/logout/")
    lock_out(portal, alice.email)

    assert right_password_status(portal, alice.email) == 429
    assert attempt_from(known, alice.email, PASSWORD).status_code == 200


def test_a_device_becomes_known_after_the_second_step(portal, alice, noon):
    app = set_up_app(portal.browser(alice))
    noon.shift(timedelta(minutes=1))
    browser = portal.browser()
    assert attempt_from(browser, alice.email, PASSWORD).get_json() == {"status": "SECOND_FACTOR_REQUIRED"}
    lock_out(portal, alice.email, peer=ELSEWHERE)
    assert attempt_from(browser, alice.email, PASSWORD).status_code == 429, (
        "the password alone does not make a device known"
    )

    assert browser.json("POST", "/login/second/", json={"code": app.code()}).status_code == 200

    assert attempt_from(browser, alice.email, PASSWORD).status_code == 200


def test_a_known_device_has_its_own_five_guesses(portal, alice, known):
    statuses = [attempt_from(known, alice.email).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]
    assert right_password_status(portal, alice.email) == 200


def test_a_device_is_known_only_to_accounts_that_signed_in_with_it(portal, alice, known):
    bob, carol = portal.person("Bob"), portal.person("Carol")
    known.log_in(bob.email, PASSWORD)
    for person in (alice, bob, carol):
        lock_out(portal, person.email)

    statuses = [attempt_from(known, person.email, PASSWORD).status_code for person in (alice, bob, carol)]

    assert statuses == [200, 200, 429]


@pytest.mark.parametrize("forged", ["", "x", "ü", "gAAAAA=="])
def test_a_forged_device_cookie_is_ignored(portal, alice, forged):
    browser = portal.browser()
    lock_out(portal, alice.email)

    browser.client.set_cookie(cookies.name(portal.config, "crewroom-device"), forged)

    assert attempt_from(browser, alice.email, PASSWORD).status_code == 429


def test_a_new_password_by_mail_ends_the_lockout(portal, alice):
    lock_out(portal, alice.email)
    browser = portal.browser()
    browser.submit("/reset/", email=alice.email)
    token = portal.link(alice.email).partition("token=")[2]

    browser.submit("/reset/password/", token=token, password=NEW_PASSWORD)

    assert attempt(portal, alice.email, NEW_PASSWORD).status_code == 200
    lock_out(portal, alice.email, peer=ELSEWHERE)
    assert attempt_from(browser, alice.email, NEW_PASSWORD).status_code == 200, (
        "this browser is now a known device"
    )


def test_lockout_is_mailed_and_audited_once_a_day(portal, alice, noon):
    lock_out(portal, alice.email)
    for _ in range(3):
        noon.shift(timedelta(hours=1))
        attempt(portal, alice.email)

    noon.shift(SETTLED)
    assert count_mails(portal, alice.email) == 1
    (entry,) = portal.audit("account.locked")
    assert (entry.organization_id, entry.target, entry.actor_id) == (None, alice.uid, None)

    noon.shift(timedelta(days=1))
    lock_out(portal, alice.email)
    noon.shift(SETTLED)
    assert count_mails(portal, alice.email) == 2


def test_right_password_at_the_last_guess_sends_no_mail(portal, alice, noon):
    for _ in range(4):
        attempt(portal, alice.email)
    with portal.writing():
        for _ in range(49 - 4):
            lockouts.count((lockouts.Subject(lockouts.NETWORK, "192.0.2.1"),))

    assert right_password_status(portal, alice.email) == 200

    noon.shift(SETTLED)
    assert count_mails(portal, alice.email) == 0
    assert portal.audit("account.locked", "network.locked") == []
    assert attempt(portal, "nobody@crew.test").status_code == 401
    noon.shift(SETTLED)
    portal.run_jobs()
    assert len(portal.audit("network.locked")) == 1, "a later wrong guess is reported"


def test_the_mail_has_a_reset_link_and_no_ip_address(portal, alice, noon):
    lock_out(portal, alice.email)
    noon.shift(SETTLED)

    text = text_of(portal.mails(alice.email)[-1])

    assert f"{portal.config.base_url}/reset/" in text
    assert "192.0.2" not in text


def test_unknown_and_disabled_accounts_get_no_mail(portal, alice, noon):
    with portal.writing() as db:
        db.get_one(User, alice.uid).disabled_at = NOON
    lock_out(portal, alice.email)
    lock_out(portal, "nobody@crew.test")
    noon.shift(SETTLED)

    assert portal.mails() == []
    assert portal.audit("account.locked") == []


def test_lockout_of_a_network_is_audited_without_its_address(portal, noon):
    with portal.writing():
        for _ in range(50):
            lockouts.count((lockouts.Subject(lockouts.NETWORK, "192.0.2.1"),))

    noon.shift(SETTLED)
    portal.run_jobs()

    (entry,) = portal.audit("network.locked")
    assert entry.target.startswith("network ")
    assert "192.0.2" not in repr(entry)


def test_the_page_says_how_long_to_wait(portal, alice):
    browser = portal.browser()
    for _ in range(5):
        browser.submit("/login/", email=alice.email, password=WRONG, status=401)

    browser.submit("/login/", email=alice.email, password=PASSWORD, status=429)

    assert "Too many wrong passwords" in browser.flash()
    assert "Wait 1 minute and try again" in browser.flash()
    assert browser.page.find("input", {"name": "email"})["value"] == alice.email


def test_a_stolen_session_has_five_guesses_at_the_password(portal, alice, noon):
    browser, colleague = portal.browser(alice), portal.browser(alice)
    body = {"current_password": WRONG, "password": NEW_PASSWORD}

    statuses = [browser.json("POST", "/account/password/", json=body).status_code for _ in range(6)]
    elsewhere = colleague.json("POST", "/account/security/recovery/", json={"password": PASSWORD})

    assert statuses == [403] * 5 + [429]
    assert elsewhere.status_code == 429
    assert "Forgot password" not in elsewhere.text
    noon.shift(SETTLED)
    assert count_mails(portal, alice.email) == 1
    assert right_password_status(portal, alice.email) == 200, "sign-in is counted separately"


def test_wrong_sign_ins_do_not_lock_the_account_pages(portal, alice):
    browser = portal.browser(alice)
    lock_out(portal, alice.email)

    browser.submit("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD)

    assert attempt(portal, alice.email, NEW_PASSWORD).status_code == 200, "a new password ends the lockout"


def test_forgiven_guesses_are_deleted_by_the_worker(portal, alice, noon):
    attempt(portal, alice.email)
    noon.shift(timedelta(hours=1))
    portal.run_jobs()
    assert len(stored(portal, Lockout)) == 0

    lock_out(portal, alice.email)
    assert len(scheduled(portal)) == 1
    noon.shift(timedelta(hours=2))
    portal.run_jobs()
    assert len(stored(portal, Lockout)) == 1
    assert len(scheduled(portal)) == 1, "it is scheduled again while rows remain"

    for _ in range(25):
        noon.shift(timedelta(hours=1))
        portal.run_jobs()
    assert (stored(portal, Lockout), scheduled(portal)) == ([], [])


def stored(portal: Portal, table) -> list:
    with portal.database.reading() as db:
        return list(db.scalars(select(table)))


def scheduled(portal: Portal) -> list[Job]:
    return [job for job in stored(portal, Job) if job.kind == lockout_reports.SWEEP and job.done_at is None]
