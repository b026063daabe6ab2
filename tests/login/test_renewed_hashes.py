"""Hashes of passwords that were made with weaker parameters are made anew at the next log-in."""

import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import select, update

from app.base.errors import NotAuthenticated
from app.models import User
from app.services.accounts import accounts
from app.services.core import locks
from app.services.login import passwords, sessions
from app.text import email_addresses
from tests.support import databases
from tests.support.lock_contention import blocked_requests
from tests.support.portal import PASSWORD
from tests.support.second_factors import set_up_app, start_sign_in

pytestmark = pytest.mark.usefixtures("real_hashes")
NOW = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture
def weak(cast) -> str:
    """The hash that Wendy's password has, from a time of weaker parameters."""
    stored = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1, type=Type.ID).hash(PASSWORD)
    keep(cast, stored)
    return stored


def keep(cast, password_hash: str) -> None:
    with cast.portal.writing() as db:
        db.execute(update(User).where(User.id == cast.wendy.uid).values(password_hash=password_hash))


def kept(cast) -> str:
    with cast.portal.database.reading() as db:
        return str(db.scalar(select(User.password_hash).where(User.id == cast.wendy.uid)))


def verified(cast) -> sessions.VerifiedPassword:
    with cast.portal.database.reading():
        found = sessions.account_of(email_addresses.parse(cast.wendy.email))
    return sessions.verify(found, PASSWORD)


def test_log_in_renews_a_weaker_hash(cast, weak):
    browser = cast.portal.browser()

    browser.log_in(cast.wendy.email, PASSWORD)
    renewed = kept(cast)
    cast.portal.browser(cast.wendy)

    assert renewed.startswith(NOW)
    assert kept(cast) == renewed
    assert browser.client.get("/account/").status_code == 200


def test_right_password_is_enough_where_a_second_step_follows(cast, weak):
    set_up_app(cast.browser("wendy"))
    keep(cast, weak)

    start_sign_in(cast.portal.browser(), cast.wendy.email)

    assert kept(cast).startswith(NOW)


def test_wrong_password_renews_nothing(cast, weak):
    cast.portal.browser().log_in(cast.wendy.email, "not the password", status=401)

    assert kept(cast) == weak


def test_hash_that_is_up_to_date_stays(cast):
    before = kept(cast)

    cast.portal.browser(cast.wendy)

    assert kept(cast) == before


def test_password_that_was_changed_meanwhile_stays(cast, weak):
    proven = verified(cast)
    changed = passwords.hashed("plums in the icebox")
    keep(cast, changed)

    with pytest.raises(NotAuthenticated), cast.portal.writing():
        sessions.check_unchanged(proven)

    assert proven.renewed
    assert kept(cast) == changed


def test_two_log_ins_at_once_may_both_renew_it(cast, weak):
    proven = [verified(cast) for _ in range(2)]

    with cast.portal.writing():
        sessions.check_unchanged(proven[0])
        sessions.store_renewed_hash(proven[0])
    with pytest.raises(sessions.HashReplaced), cast.portal.writing():
        sessions.check_unchanged(proven[1])
    again = verified(cast)
    with cast.portal.writing():
        sessions.check_unchanged(again)

    assert again.renewed is None
    assert kept(cast) == proven[0].renewed != proven[1].renewed


@databases.only_postgres("on SQLite changes go one at a time")
def test_two_log_ins_that_renew_one_hash_at_once_are_both_let_in(cast, weak):
    browsers = [cast.portal.browser() for _ in range(2)]
    body = {"email": cast.wendy.email, "password": PASSWORD}

    entering = [lambda browser=each: browser.json("POST", "/login/", json=body) for each in browsers]
    with blocked_requests(cast.portal, *entering) as answers:
        locks.account(cast.wendy.uid)

    assert [answer.get_json() for answer in answers] == [{"status": "OK"}] * 2
    assert kept(cast).startswith(NOW)
    assert {browser.json("GET", "/account/").status_code for browser in browsers} == {200}


def test_account_that_was_disabled_meanwhile_is_refused(cast, weak):
    proven = verified(cast)
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.wendy.email))

    with pytest.raises(NotAuthenticated), cast.portal.writing():
        sessions.check_unchanged(proven)
