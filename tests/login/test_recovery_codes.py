"""Recovery codes: each works once, and new ones replace the old."""

from datetime import timedelta

import pytest
import time_machine

from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, set_up_app, start_sign_in


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-20T09:00:05Z", tick=False) as traveller:
        yield traveller


def codes_left(browser):
    return browser.json("GET", SECURITY).get_json()["data"]["recovery_codes_left"]


def test_code_signs_in_once_and_its_owner_is_mailed(clock, cast):
    owner = cast.browser("wendy")
    code = set_up_app(owner).recovery_codes[3]
    first, second = cast.portal.browser(), cast.portal.browser()
    start_sign_in(first, cast.wendy.email)
    start_sign_in(second, cast.wendy.email)

    answer = first.json("POST", "/login/second/", json={"code": code})
    replayed = second.json("POST", "/login/second/", json={"code": code})

    assert answer.get_json() == {"status": "OK"}
    assert (replayed.status_code, replayed.get_json()["error"]) == (401, "Invalid code")
    assert codes_left(owner) == 9
    used = cast.portal.audit("recovery_code.used")
    assert [(entry.actor_id, entry.target, entry.after) for entry in used] == [
        (cast.wendy.uid, cast.wendy.uid, {"left": 9})
    ]
    assert cast.portal.mails(cast.wendy.email)[-1]["Subject"] == "A recovery code was used"


def test_code_can_be_typed_with_spaces_capitals_and_lookalikes(clock, cast):
    code = set_up_app(cast.browser("wendy")).recovery_codes[0]
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    typed = f" {code.replace('-', ' ').upper().replace('0', 'O').replace('1', 'L')} "

    answer = browser.json("POST", "/login/second/", json={"code": typed})

    assert answer.get_json() == {"status": "OK"}


def test_code_of_another_account_is_refused(clock, cast):
    set_up_app(cast.browser("wendy"))
    code = set_up_app(cast.browser("rita")).recovery_codes[0]
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    assert browser.json("POST", "/login/second/", json={"code": code}).status_code == 401


def test_new_codes_end_the_old_ones(clock, cast):
    owner = cast.browser("wendy")
    old = set_up_app(owner).recovery_codes

    new = owner.json("POST", f"{SECURITY}recovery/", json={"password": PASSWORD}).get_json()

    assert new == {"status": "OK", "recovery_codes": new["recovery_codes"]}
    assert len(set(new["recovery_codes"]) - set(old)) == 10
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)
    assert browser.json("POST", "/login/second/", json={"code": old[0]}).status_code == 401
    assert browser.json("POST", "/login/second/", json={"code": new["recovery_codes"][0]}).status_code == 200


def test_new_codes_need_the_password(clock, cast):
    owner = cast.browser("wendy")
    set_up_app(owner)

    wrong = owner.json("POST", f"{SECURITY}recovery/", json={"password": "not my password"})
    absent = owner.json("POST", f"{SECURITY}recovery/", json={})

    assert (wrong.status_code, wrong.get_json()["error"]) == (403, "Wrong password")
    assert (absent.status_code, absent.get_json()["error"]) == (400, "Password is required")
    assert len(cast.portal.audit("recovery_codes.made")) == 1


def test_codes_without_a_factor_are_refused(cast):
    refused = cast.browser("wendy").json("POST", f"{SECURITY}recovery/", json={"password": PASSWORD})

    assert (refused.status_code, refused.get_json()["error"]) == (409, "Set up a second factor first")


def test_codes_end_with_the_last_factor(clock, cast):
    owner = cast.browser("wendy")
    set_up_app(owner)
    factor = owner.json("GET", SECURITY).get_json()["data"]["factors"][0]

    owner.json("DELETE", SECURITY, json={"id": factor["id"], "password": PASSWORD})

    assert codes_left(owner) == 0
    clock.shift(timedelta(minutes=1))
    again = set_up_app(owner)
    assert len(again.recovery_codes) == 10
