"""Requests that wait for an account or an organization which another transaction is about to change.

Each test keeps the other transaction open until the request waits for it, so the order is always the bad one.
"""

import pytest
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes

from app.base.permissions import Action, Role
from app.models import Credential, CredentialKind, Factor, Organization, User
from app.services.accounts import accounts, email_change, registration
from app.services.core import credentials, locks, organization_access, users
from app.services.login import passkeys, sessions
from app.services.members import members
from app.services.organizations import organizations
from app.storage.database import db
from app.text import email_addresses, links
from app.text.links import Purpose
from tests.support import databases
from tests.support.lock_contention import blocked_requests
from tests.support.portal import PASSWORD, Person, Portal, password_hash
from tests.support.second_factors import SECURITY, AuthenticatorApp, SoftPasskey, add_passkey, begin_passkey

pytestmark = databases.only_postgres("on SQLite all changes are serial")

LOG_IN = "/login/passkey/"


@pytest.fixture
def portal(named_portal: Portal) -> Portal:
    return named_portal


def squatter_with_passkey(portal: Portal) -> tuple[Person, SoftPasskey]:
    """Return an account registered with the address of another person, and its passkey."""
    squatter = portal.person("Squatter", "owner@crew.test", confirmed=False)
    passkey = SoftPasskey()
    add_passkey(portal.browser(squatter), passkey)
    return squatter, passkey


def confirmation(portal: Portal, person: Person) -> str:
    """Return the token that the owner of the mailbox receives."""
    with portal.writing() as db:
        user = db.get_one(User, person.uid)
        link = users.issue_link(user, CredentialKind.CONFIRMATION, registration.LIFETIME)
    return links.secret(portal.config, *link)


def live_credentials(portal: Portal, person: Person, kind: CredentialKind) -> list[str]:
    found = select(Credential.id).where(
        Credential.user_id == person.uid, Credential.kind == kind, credentials.alive()
    )
    with portal.database.reading() as db:
        return list(db.scalars(found))


def test_a_passkey_cannot_sign_in_while_its_account_is_handed_over(portal: Portal):
    squatter, passkey = squatter_with_passkey(portal)
    token, browser = confirmation(portal, squatter), portal.browser()
    asked = browser.json("POST", f"{LOG_IN}options/").get_json()["data"]
    body = {"credential": passkey.get(asked)}

    with blocked_requests(portal, lambda: browser.json("POST", LOG_IN, json=body)) as answers:
        registration.reclaim_by_link(token, password_hash())

    assert [answer.status_code for answer in answers] == [401]
    assert live_credentials(portal, squatter, CredentialKind.SESSION) == []


def test_a_handover_ends_a_session_that_a_passkey_is_opening(portal: Portal):
    squatter, passkey = squatter_with_passkey(portal)
    token, browser = confirmation(portal, squatter), portal.browser()
    asked = browser.json("POST", f"{LOG_IN}options/").get_json()["data"]
    body = {"token": token, "new_password": "plums in the icebox"}

    with blocked_requests(portal, lambda: browser.json("POST", "/confirm/", json=body)) as answers:
        user_id = passkeys.verify(base64url_to_bytes(asked["challenge"]), passkey.get(asked))
        sessions.open_session(user_id, device="a browser", by=["passkey"])

    assert [answer.status_code for answer in answers] == [200]
    assert live_credentials(portal, squatter, CredentialKind.SESSION) == []


def test_a_handover_locks_the_organization_that_the_account_is_creating(portal: Portal):
    """Otherwise an invitation sent by that organization could outlive the handover."""
    squatter = portal.person("Squatter", "owner@crew.test", confirmed=False)
    wendy, browser = portal.person("Wendy"), portal.browser()
    body = {"token": confirmation(portal, squatter), "new_password": "plums in the icebox"}

    with blocked_requests(portal, lambda: browser.json("POST", "/confirm/", json=body)) as answers:
        organization = organizations.create(portal.actor(squatter), name="Northwind").id
    portal.invite(organization, squatter, wendy, Role.ADMIN)

    assert [answer.status_code for answer in answers] == [503]
    assert browser.json("POST", "/confirm/", json=body).status_code == 200
    assert portal.role_of(organization, wendy) is None


@pytest.mark.parametrize("link", ["confirmation", "reset"])
def test_a_handover_cancels_an_invitation_being_sent(portal: Portal, link):
    squatter = portal.person("Squatter", "owner@crew.test", confirmed=False)
    wendy, browser = portal.person("Wendy"), portal.browser()
    organization = portal.organization(squatter)
    path, body = "/confirm/", {"token": confirmation(portal, squatter), "new_password": "plums in the icebox"}
    if link == "reset":
        browser.json("POST", "/reset/", json={"email": squatter.email})
        token = portal.link(squatter.email).partition("token=")[2]
        path, body = "/reset/password/", {"token": token, "password": "plums in the icebox"}

    with blocked_requests(portal, lambda: browser.json("POST", path, json=body)) as answers:
        access = organization_access.require(
            portal.actor(squatter), organization, Action.MEMBERS_MANAGE, changing=True
        )
        members.invite(access, email_addresses.parse(wendy.email), Role.ADMIN)

    assert [answer.status_code for answer in answers] == [200], answers[0].text
    assert portal.role_of(organization, wendy) is None


@pytest.mark.parametrize("written", ["ada@xn--bcher-kva.example", "Ada@BÜCHER.example"])
def test_erasing_an_account_waits_for_a_change_of_contact(portal: Portal, written):
    """The contact address may be written in any form; the account belongs to no organization."""
    alice, ada = portal.person("Alice"), portal.person("Ada", "ada@bücher.example")
    organization = portal.organization(alice)
    name_contact(portal, organization, written)
    body = {"email": ada.email, "password": PASSWORD}
    browser = portal.browser(ada)

    with blocked_requests(portal, lambda: browser.json("DELETE", "/account/", json=body)) as answers:
        locks.organization(organization)
        db.get_one(Organization, organization).management_email = "office@crew.test"

    assert [answer.status_code for answer in answers] == [200], answers[0].text
    with portal.database.reading():
        assert db.get_one(Organization, organization).management_email == "office@crew.test"


def name_contact(portal: Portal, organization: str, written: str) -> None:
    with portal.writing() as current:
        current.get_one(Organization, organization).management_email = written


def test_adding_an_authenticator_app_twice_at_once_adds_it_once(portal: Portal):
    wendy = portal.person("Wendy")
    browsers = [portal.browser(wendy) for _ in range(2)]
    started = browsers[0].json("GET", f"{SECURITY}totp/").get_json()["data"]
    code = AuthenticatorApp(started["secret"], []).code()
    body = {"setup": started["setup"], "code": code, "password": PASSWORD}

    adding = [lambda browser=each: browser.json("POST", f"{SECURITY}totp/", json=body) for each in browsers]
    with blocked_requests(portal, *adding) as answers:
        locks.account(wendy.uid)

    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize("owners", [("Wendy", "Wendy"), ("Wendy", "Rita")], ids=["one", "two"])
def test_registering_a_passkey_twice_at_once_adds_it_once(portal: Portal, owners):
    people = {name: portal.person(name) for name in set(owners)}
    passkey, browsers = SoftPasskey(), [portal.browser(people[name]) for name in owners]
    bodies = [{"name": "Key", "credential": passkey.create(begin_passkey(each))} for each in browsers]

    adding = [
        lambda browser=each, body=body: browser.json("POST", f"{SECURITY}passkeys/", json=body)
        for each, body in zip(browsers, bodies, strict=True)
    ]
    with blocked_requests(portal, *adding) as answers:
        for person in sorted(people.values(), key=lambda person: person.uid):
            locks.account(person.uid)

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    with portal.database.reading() as db:
        assert len(db.scalars(select(Factor.id)).all()) == 1


def test_the_old_address_gets_no_reset_link_during_an_email_change(portal: Portal):
    wendy = portal.person("Wendy")
    portal.browser().json("POST", "/reset/", json={"email": wendy.email})
    tokens = request_email_change(portal, wendy, "moved@crew.test")

    with blocked_requests(portal, portal.run_jobs):
        for token in tokens:
            email_change.consent(token)

    assert live_credentials(portal, wendy, CredentialKind.RESET) == []
    assert "reset" not in " ".join(str(mail["Subject"]).lower() for mail in portal.mails(wendy.email))


def request_email_change(portal: Portal, person: Person, address: str) -> list[str]:
    with portal.writing():
        actor = portal.actor(person)
        email_change.request(actor, email_addresses.parse(address))
        change = email_change.pending(actor)
        assert change
        sides = (Purpose.OLD_ADDRESS, Purpose.NEW_ADDRESS)
        return [links.secret(portal.config, side, change.id) for side in sides]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_account_being_disabled_cannot_answer_an_invitation(portal: Portal, method):
    alice, wendy = portal.person("Alice"), portal.person("Wendy")
    org = portal.organization(alice)
    portal.invite(org, alice, wendy, Role.ADMIN)
    browser = portal.browser(wendy)

    with blocked_requests(
        portal, lambda: browser.json(method, "/invitation/", json={"orgId": org})
    ) as answers:
        accounts.disable(email_addresses.parse(wendy.email))

    assert [answer.status_code for answer in answers] == [401]
    assert portal.role_of(org, wendy) == "invite_admin"


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_session_being_ended_cannot_answer_a_link(portal: Portal, method):
    alice, wendy = portal.person("Alice"), portal.person("Wendy")
    org = portal.organization(alice)
    portal.invite(org, alice, wendy, Role.ADMIN)
    thief, token = portal.browser(wendy), portal.link(wendy.email).partition("token=")[2]
    body = {"token": token}

    with blocked_requests(portal, lambda: thief.json(method, "/invitation/accept/", json=body)) as answers:
        locks.account_and_organizations(wendy.uid)
        sessions.close_all(wendy.uid)

    assert [answer.status_code for answer in answers] == [401]
    assert portal.role_of(org, wendy) == "invite_admin"
