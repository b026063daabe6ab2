"""An account registered with another person's address: a reset gives it to the owner and to no one else."""

import pytest

from tests.support.portal import Person, Portal
from tests.support.second_factors import set_up_app

NEW = "plums in the icebox"


@pytest.fixture
def squatter(portal: Portal) -> Person:
    return portal.person("Squatter", "owner@crew.test", confirmed=False)


def take_over(portal: Portal, person: Person) -> None:
    """Set a new password by mail, as the owner of the mailbox."""
    portal.browser().submit("/reset/", email=person.email)
    portal.run_jobs()
    token = portal.link(person.email).partition("token=")[2]
    portal.browser().submit("/reset/password/", token=token, password=NEW)


def test_reset_ends_every_key_session_and_link_of_the_squatter(portal: Portal, squatter: Person):
    browser, program = portal.browser(squatter), portal.api(portal.key(squatter))
    set_up_app(browser)
    browser.submit("/account/email/", email="squatter@elsewhere.test", password="correct horse battery")
    portal.run_jobs()
    moves = [
        portal.link(address).partition("token=")[2] for address in (squatter.email, "squatter@elsewhere.test")
    ]

    take_over(portal, squatter)

    assert program.get("/organization/").status_code == 401
    assert browser.json("GET", "/account/").status_code == 401
    for token in moves:
        refused = portal.browser().json("POST", "/account/email/confirm/", json={"token": token})
        assert refused.status_code == 410
    owner = portal.browser()
    owner.log_in(squatter.email, NEW)
    assert owner.json("GET", "/account/").get_json()["data"]["confirmed"] is True
    (entry,) = portal.audit("account.taken_over")
    assert (entry.actor_id, entry.before) == (squatter.uid, {"factors": ["authenticator app"]})


def test_reset_of_a_confirmed_account_keeps_its_keys_and_factors(portal: Portal):
    zoe = portal.person("Zoe")
    program = portal.api(portal.key(zoe))
    set_up_app(portal.browser(zoe))

    take_over(portal, zoe)

    assert program.get("/organization/").status_code == 200
    answer = portal.browser().json("POST", "/login/", json={"email": zoe.email, "password": NEW})
    assert answer.get_json() == {"status": "SECOND_FACTOR_REQUIRED"}
    assert portal.audit("account.taken_over") == []
