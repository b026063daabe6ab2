"""A mailed link confirms an account only with its session or password; otherwise it transfers the account.

Anyone can register an address or move an account to it, and its owner must not confirm that by accident.
"""

import pytest

from app.base.permissions import Role
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.second_factors import set_up_app, start_sign_in
from tests.support.sweeping import sweep

OWNER, NEW = "owner@crew.test", "plums in the icebox"


@pytest.fixture
def squatter(portal: Portal) -> Person:
    """An account that a squatter registered with the owner's address. The owner's mailbox has its link."""
    portal.browser().submit("/register/", name="Squatter", email=OWNER, password=PASSWORD)
    with portal.database.reading() as db:
        from app.models import User

        uid = db.query(User).filter_by(email=OWNER).one().id
    return Person(uid, OWNER, "Squatter")


def token(portal: Portal, address: str = OWNER) -> str:
    return portal.link(address).partition("token=")[2]


def confirmed(portal: Portal, person: Person) -> bool:
    answer = portal.browser(person).json("GET", "/account/")
    return bool(answer.get_json()["data"]["confirmed"])


def confirm(portal: Portal, **fields: str):
    return portal.browser().json("POST", "/confirm/", json={"token": token(portal), **fields})


def test_link_alone_confirms_nothing(portal: Portal, squatter: Person):
    refused = confirm(portal)

    answer = refused.get_json()
    assert (refused.status_code, answer["error"], answer["code"]) == (
        403,
        "Password required",
        "password_required",
    )
    assert answer["field"] == "password"
    assert not confirmed(portal, squatter)


@sweep("password", ["", "not the password"])
def test_wrong_password_confirms_nothing(portal: Portal, squatter: Person, password):
    refused = confirm(portal, password=password)

    assert refused.status_code == 403
    assert not confirmed(portal, squatter)


def test_session_of_another_account_confirms_nothing(portal: Portal, squatter: Person):
    other = portal.browser(portal.person("Other"))

    refused = other.json("POST", "/confirm/", json={"token": token(portal)})

    assert refused.status_code == 403
    assert not confirmed(portal, squatter)


def test_key_of_the_account_confirms_nothing(portal: Portal, squatter: Person):
    refused = portal.api(portal.key(squatter)).post("/confirm/", token=token(portal))

    assert refused.status_code == 403
    assert not confirmed(portal, squatter)


def test_password_of_the_account_confirms_it(portal: Portal, squatter: Person):
    answer = confirm(portal, password=PASSWORD)

    assert answer.get_json() == {"status": "OK"}
    assert confirmed(portal, squatter)
    assert portal.audit("account.taken_over") == []


def test_wrong_passwords_at_the_link_lead_to_a_lockout(portal: Portal, squatter: Person):
    guesses = [confirm(portal, password="not the password").status_code for _ in range(6)]

    assert guesses == [403] * 5 + [429]
    assert confirm(portal, password=PASSWORD).status_code == 429


def test_taking_over_ends_every_session_key_link_and_invitation(portal: Portal, squatter: Person):
    invitee, browser = portal.person("Ivy"), portal.browser(squatter)
    organization = portal.organization(squatter, "Squat")
    portal.invite(organization, squatter, invitee, Role.READ)
    invitation = token(portal, invitee.email)
    program = portal.api(portal.key(squatter))
    link = token(portal)
    set_up_app(browser)
    waiting = portal.browser()
    start_sign_in(waiting, OWNER)
    browser.submit("/account/email/", email="squatter@elsewhere.test", password=PASSWORD)
    moved = token(portal, "squatter@elsewhere.test")

    taken = portal.browser().json("POST", "/confirm/", json={"token": link, "new_password": NEW})

    assert taken.status_code == 200
    assert browser.json("GET", "/account/").status_code == 401
    assert program.get("/organization/").status_code == 401
    assert waiting.json("GET", "/login/second/").status_code == 401
    assert portal.role_of(organization, invitee) is None
    for path, ended in (("/account/email/confirm/", moved), ("/invitation/accept/", invitation)):
        late = portal.browser(invitee).json("POST", path, json={"token": ended})
        assert late.status_code == 410
    portal.browser().log_in(OWNER, PASSWORD, status=401)
    portal.browser().log_in(OWNER, NEW)
    (entry,) = portal.audit("account.taken_over")
    assert (entry.actor_id, entry.before) == (squatter.uid, {"factors": ["authenticator app"]})


def test_easy_password_cannot_take_over_an_account(portal: Portal, squatter: Person):
    refused = confirm(portal, new_password="Owner@2026!!")

    assert (refused.status_code, refused.get_json()["field"]) == (400, "new_password")
    assert not confirmed(portal, squatter)


def test_used_link_cannot_take_over_a_confirmed_account(portal: Portal, squatter: Person):
    link = token(portal)
    confirm(portal, password=PASSWORD)

    late = portal.browser().json("POST", "/confirm/", json={"token": link, "new_password": NEW})

    assert late.status_code == 410
    portal.browser().log_in(OWNER, PASSWORD)


def test_page_offers_a_takeover_only_to_visitors_without_the_session(portal: Portal, squatter: Person):
    link = portal.link(OWNER)

    anonymous, own = portal.browser().get(link), portal.browser(squatter).get(link)

    assert [form["id"] for form in anonymous.find_all("form")] == ["confirm-form", "take-over-form"]
    assert [form["id"] for form in own.find_all("form")] == ["confirm-form"]
    assert own.find("input", attrs={"type": "password"}) is None
    assert not confirmed(portal, squatter)


def test_owner_of_a_new_address_cannot_confirm_another_accounts_move_there(portal: Portal):
    """The account's own address confirms the move; the mailbox of the new address is another person's."""
    mover = portal.person("Mover")
    portal.browser(mover).submit("/account/email/", email=OWNER, password=PASSWORD)
    portal.browser().json("POST", "/account/email/confirm/", json={"token": token(portal, mover.email)})
    link = token(portal)

    refused = portal.browser().json("POST", "/account/email/confirm/", json={"token": link})
    stranger = portal.browser(portal.person("Other")).json(
        "POST", "/account/email/confirm/", json={"token": link}
    )

    assert (refused.status_code, refused.get_json()["code"]) == (403, "password_required")
    assert stranger.status_code == 403
    portal.browser().log_in(OWNER, PASSWORD, status=401)
    confirmation = portal.browser(mover).json("POST", "/account/email/confirm/", json={"token": link})
    assert confirmation.get_json() == {"status": "OK", "changed": True}


def test_invitations_for_the_owner_do_not_follow_the_account(portal: Portal, squatter: Person, cast):
    """The owner may confirm that the account leaves, but their invitations must not leave with it."""
    portal.invite(cast.org, cast.alice, squatter, Role.ADMIN)
    browser, new = portal.browser(squatter), "squatter@elsewhere.test"
    browser.submit("/account/email/", email=new, password=PASSWORD)
    portal.browser().json("POST", "/account/email/confirm/", json={"token": token(portal)})
    browser.json("POST", "/account/email/confirm/", json={"token": token(portal, new)})

    accepted = browser.json("POST", "/invitation/", json={"orgId": cast.org})

    assert accepted.status_code == 404
    assert portal.role_of(cast.org, squatter) is None


def test_reset_of_an_unconfirmed_account_transfers_it_to_the_owner(portal: Portal, squatter: Person):
    invitee = portal.person("Ivy")
    organization = portal.organization(squatter, "Squat")
    portal.invite(organization, squatter, invitee, Role.READ)
    portal.browser().submit("/reset/", email=OWNER)
    portal.run_jobs()

    body = {"token": token(portal), "password": NEW}
    assert portal.browser().json("POST", "/reset/password/", json=body).status_code == 200

    assert portal.role_of(organization, invitee) is None
    assert len(portal.audit("account.taken_over")) == 1


def test_new_password_ends_a_pending_change_of_address(portal: Portal):
    """A person who knew the old password may have requested it."""
    zoe = portal.person("Zoe")
    browser = portal.browser(zoe)
    browser.submit("/account/email/", email="zoe@new.test", password=PASSWORD)
    link = token(portal, "zoe@new.test")

    browser.submit("/account/password/", current_password=PASSWORD, password=NEW)

    refused = portal.browser(zoe).json("POST", "/account/email/confirm/", json={"token": link})
    assert refused.status_code == 410
