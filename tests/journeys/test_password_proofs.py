"""A password that another session replaces while it is compared proves nothing, even if sessions are kept."""

import pytest

from app.models import CredentialKind, User
from app.services.accounts import profile, registration
from app.services.core import users
from app.text import links
from tests.support import databases
from tests.support.lock_contention import blocked_requests
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.second_factors import (
    SECURITY,
    AuthenticatorApp,
    SoftPasskey,
    begin_passkey,
    set_up_app,
    start_sign_in,
)

pytestmark = pytest.mark.short

KEYS = "/apikey/"
NEW = "plums in the icebox"
while_it_is_compared = databases.only_postgres("on SQLite the password is compared after the change")


@pytest.fixture
def portal(named_portal: Portal) -> Portal:
    return named_portal


@pytest.fixture
def wendy(portal: Portal) -> Person:
    return portal.person("Wendy")


def factor(browser):
    set_up_app(browser)
    (found,) = browser.json("GET", SECURITY).get_json()["data"]["factors"]
    return found["id"]


def key(browser):
    wanted = {"name": "ci", "role": "admin", "password": PASSWORD}
    return browser.json("POST", KEYS, json=wanted).get_json()["data"]["id"]


def set_up(browser):
    started = browser.json("GET", f"{SECURITY}totp/").get_json()["data"]
    return {"setup": started["setup"], "code": AuthenticatorApp(started["secret"], []).code()}


def recovery(browser):
    set_up_app(browser)
    return {}


PROVEN = {
    "a powerful key": ("POST", KEYS, lambda _: {"name": "ci", "role": "admin"}),
    "its renewal": ("PUT", KEYS, lambda browser: {"id": key(browser), "regenerate": True}),
    "a new address": ("POST", "/account/email/", lambda _: {"email": "moved@crew.test"}),
    "removal of a factor": ("DELETE", SECURITY, lambda browser: {"id": factor(browser)}),
    "an app": ("POST", f"{SECURITY}totp/", set_up),
    "a passkey": ("POST", f"{SECURITY}passkeys/options/", lambda _: {}),
    "recovery codes": ("POST", f"{SECURITY}recovery/", recovery),
    "erasure": ("DELETE", "/account/", lambda _: {"email": "wendy@crew.test"}),
}


def replace_password(portal: Portal, person: Person) -> None:
    """Change the password in another session, and keep all sessions."""
    profile.change_password(portal.actor(person), "another hash", device="a browser", keep_sessions=True)


@while_it_is_compared
@pytest.mark.parametrize("wanted", PROVEN)
def test_password_replaced_during_the_comparison_proves_nothing(portal: Portal, wendy: Person, wanted):
    method, path, fields = PROVEN[wanted]
    browser = portal.browser(wendy)
    body = {"password": PASSWORD, **fields(browser)}

    with blocked_requests(portal, lambda: browser.json(method, path, json=body)) as answers:
        replace_password(portal, wendy)

    assert [answer.get_json() for answer in answers] == [
        {"error": "Wrong password", "field": "password", "status": "KO", "code": "wrong_password"}
    ]
    assert browser.json("GET", "/account/").status_code == 200


@while_it_is_compared
def test_old_password_does_not_replace_the_new_one(portal: Portal, wendy: Person):
    browser = portal.browser(wendy)
    body = {"current_password": PASSWORD, "password": NEW}

    with blocked_requests(portal, lambda: browser.json("POST", "/account/password/", json=body)) as answers:
        replace_password(portal, wendy)

    assert [answer.get_json()["field"] for answer in answers] == ["current_password"]
    portal.browser().log_in(wendy.email, NEW, status=401)


@while_it_is_compared
def test_old_password_cannot_confirm_an_account(portal: Portal):
    squatter = portal.person("Squatter", confirmed=False)
    with portal.writing() as db:
        user = db.get_one(User, squatter.uid)
        link = users.issue_link(user, CredentialKind.CONFIRMATION, registration.LIFETIME)
    body = {"token": links.secret(portal.config, *link), "password": PASSWORD}
    browser = portal.browser()

    with blocked_requests(portal, lambda: browser.json("POST", "/confirm/", json=body)) as answers:
        replace_password(portal, squatter)

    assert [(answer.status_code, answer.get_json()["error"]) for answer in answers] == [
        (403, "Wrong password")
    ]


def test_old_password_cannot_complete_a_sign_in_or_add_a_passkey(portal: Portal, wendy: Person):
    """Both start with the password and end with something else some minutes later."""
    browser, half = portal.browser(wendy), portal.browser()
    app = set_up_app(browser)
    start_sign_in(half, wendy.email)
    credential = SoftPasskey().create(begin_passkey(browser))

    with portal.writing():
        replace_password(portal, wendy)

    refused = half.json("POST", "/login/second/", json={"code": app.code(steps=1)})
    added = browser.json("POST", f"{SECURITY}passkeys/", json={"name": "Mine", "credential": credential})
    assert (refused.status_code, added.status_code) == (401, 400)
