"""Somebody registers an address that is not theirs: its owner gets the account, and nothing else opens it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app import links
from app.models import Invitation
from app.permissions import Role
from tests.portal import Person, Portal
from tests.second_factors import set_up_app

NEW = "plums in the icebox"


@pytest.fixture
def squatted(portal: Portal) -> Person:
    return portal.person("Squatter", "owner@crew.test", confirmed=False)


def take_over(portal: Portal, person: Person) -> None:
    """The owner of the mailbox chooses a password."""
    portal.browser().submit("/reset/", email=person.email)
    portal.run_jobs()
    token = portal.link(person.email).partition("token=")[2]
    portal.browser().submit("/reset/password/", token=token, password=NEW)


def test_what_a_squatter_made_opens_nothing_for_the_squatter(portal: Portal, squatted: Person):
    browser, program = portal.browser(squatted), portal.api(portal.key(squatted))
    set_up_app(browser)
    browser.submit("/account/email/", email="squatter@elsewhere.test", password="correct horse battery")
    portal.run_jobs()
    moves = [
        portal.link(address).partition("token=")[2] for address in (squatted.email, "squatter@elsewhere.test")
    ]

    take_over(portal, squatted)

    assert program.get("/organization/").status_code == 401
    assert browser.json("GET", "/account/").status_code == 401
    for token in moves:
        refused = portal.browser().json("POST", "/account/email/confirm/", json={"token": token})
        assert refused.status_code == 410
    owner = portal.browser()
    owner.log_in(squatted.email, NEW)
    assert owner.json("GET", "/account/").get_json()["data"]["confirmed"] is True
    (entry,) = portal.audit("account.taken_over")
    assert (entry.actor_id, entry.before) == (squatted.uid, {"factors": ["authenticator app"]})


def test_a_confirmed_account_keeps_its_keys_and_factors(portal: Portal):
    zoe = portal.person("Zoe")
    program = portal.api(portal.key(zoe))
    set_up_app(portal.browser(zoe))

    take_over(portal, zoe)

    assert program.get("/organization/").status_code == 200
    answer = portal.browser().json("POST", "/login/", json={"email": zoe.email, "password": NEW})
    assert answer.get_json() == {"status": "SECOND_FACTOR_REQUIRED"}
    assert portal.audit("account.taken_over") == []


def test_a_link_that_the_inviter_saw_confirms_no_address(portal: Portal, cast, squatted: Person):
    """Without a mail server the page shows a link to pass on; whoever has it may be anybody."""
    accomplice = portal.browser(portal.person("Mallory"))
    accomplice.submit("/organization/", name="Trap", method="PUT")
    org = accomplice.json("GET", "/organization/").get_json()["data"][0]["id"]
    invited = accomplice.htmx("/organization/members/", orgId=org, email=squatted.email, role="read")
    (shown,) = BeautifulSoup(invited.text, "html.parser").select("#flash input")
    (token,) = parse_qs(urlsplit(str(shown["value"])).query)["token"]
    portal.invite(cast.org, cast.alice, squatted, Role.ADMIN)

    squatter = portal.browser(squatted)
    joined = squatter.json("POST", "/invitation/accept/", json={"token": token})
    tried = squatter.json("POST", "/invitation/", json={"orgId": cast.org})

    assert joined.status_code == 200
    assert (tried.status_code, tried.get_json()["error"]) == (403, "Confirm your email address first")
    assert portal.role_of(cast.org, squatted) == "invite_admin"
    mailed = portal.link(squatted.email).partition("token=")[2]
    assert mailed != token
    assert squatter.json("POST", "/invitation/accept/", json={"token": mailed}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [lambda token: token[:-1], lambda token: token.partition(".")[0] + ".", lambda token: "." + token],
)
def test_a_link_that_is_not_quite_one_is_unknown(portal: Portal, cast, change):
    with portal.database.reading() as session:
        (identifier,) = session.scalars(select(Invitation.id).where(Invitation.user_id == cast.ivy.uid))
    token = links.passed_on_token(portal.config, identifier)

    assert cast.browser("ivy").json("GET", f"/invitation/accept/?token={token}").status_code == 200
    assert cast.browser("ivy").json("GET", f"/invitation/accept/?token={change(token)}").status_code == 404
