"""Password hashes with weaker parameters are replaced at the next sign-in."""

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
CURRENT = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture
def weak(cast) -> str:
    """Store and return a hash of Wendy's password with weaker parameters."""
    stored = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1, type=Type.ID).hash(PASSWORD)
    store(cast, stored)
    return stored


def store(cast, password_hash: str) -> None:
    with cast.portal.writing() as db:
        db.execute(update(User).where(User.id == cast.wendy.uid).values(password_hash=password_hash))


def stored_hash(cast) -> str:
    with cast.portal.database.reading() as db:
        return str(db.scalar(select(User.password_hash).where(User.id == cast.wendy.uid)))


def verify_password(cast) -> sessions.VerifiedPassword:
    with cast.portal.database.reading():
        found = sessions.account_of(email_addresses.parse(cast.wendy.email))
    return sessions.verify(found, PASSWORD)


def test_sign_in_replaces_a_weaker_hash(cast, weak):
    browser = cast.portal.browser()

    browser.log_in(cast.wendy.email, PASSWORD)
    renewed = stored_hash(cast)
    cast.portal.browser(cast.wendy)

    assert renewed.startswith(CURRENT)
    assert stored_hash(cast) == renewed
    assert browser.client.get("/account/").status_code == 200


def test_right_password_replaces_the_hash_before_the_second_step(cast, weak):
    set_up_app(cast.browser("wendy"))
    store(cast, weak)

    start_sign_in(cast.portal.browser(), cast.wendy.email)

    assert stored_hash(cast).startswith(CURRENT)


def test_wrong_password_does_not_replace_the_hash(cast, weak):
    cast.portal.browser().log_in(cast.wendy.email, "not the password", status=401)

    assert stored_hash(cast) == weak


def test_current_hash_is_not_replaced(cast):
    before = stored_hash(cast)

    cast.portal.browser(cast.wendy)

    assert stored_hash(cast) == before


def test_password_changed_during_a_sign_in_is_not_overwritten(cast, weak):
    proven = verify_password(cast)
    changed = passwords.hashed("plums in the icebox")
    store(cast, changed)

    with pytest.raises(NotAuthenticated), cast.portal.writing():
        sessions.check_unchanged(proven)

    assert proven.renewed
    assert stored_hash(cast) == changed


def test_second_of_two_sign_ins_must_verify_the_replaced_hash_again(cast, weak):
    proven = [verify_password(cast) for _ in range(2)]

    with cast.portal.writing():
        sessions.check_unchanged(proven[0])
        sessions.store_renewed_hash(proven[0])
    with pytest.raises(sessions.HashReplaced), cast.portal.writing():
        sessions.check_unchanged(proven[1])
    again = verify_password(cast)
    with cast.portal.writing():
        sessions.check_unchanged(again)

    assert again.renewed is None
    assert stored_hash(cast) == proven[0].renewed != proven[1].renewed


@databases.only_postgres("SQLite runs one change at a time")
def test_two_concurrent_sign_ins_that_replace_one_hash_both_succeed(cast, weak):
    browsers = [cast.portal.browser() for _ in range(2)]
    body = {"email": cast.wendy.email, "password": PASSWORD}

    sign_ins = [lambda browser=each: browser.json("POST", "/login/", json=body) for each in browsers]
    with blocked_requests(cast.portal, *sign_ins) as answers:
        locks.account(cast.wendy.uid)

    assert [answer.get_json() for answer in answers] == [{"status": "OK"}] * 2
    assert stored_hash(cast).startswith(CURRENT)
    assert {browser.json("GET", "/account/").status_code for browser in browsers} == {200}


def test_account_disabled_during_a_sign_in_is_refused(cast, weak):
    proven = verify_password(cast)
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.wendy.email))

    with pytest.raises(NotAuthenticated), cast.portal.writing():
        sessions.check_unchanged(proven)
