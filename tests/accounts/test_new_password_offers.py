"""A new password can also end API keys and other sessions: sessions end by default, keys do not."""

import pytest

from app.base.permissions import Role
from tests.support.portal import PASSWORD, Person, Portal

NEW = "plums in the icebox"


@pytest.fixture
def zoe(portal: Portal) -> Person:
    return portal.person("Zoe")


def change(browser, **fields):
    return browser.json(
        "POST", "/account/password/", json={"current_password": PASSWORD, "password": NEW, **fields}
    )


def reset(portal: Portal, person: Person, **fields):
    portal.browser().submit("/reset/", email=person.email)
    portal.run_jobs()
    token = portal.link(person.email).partition("token=")[2]
    return portal.browser().json("POST", "/reset/password/", json={"token": token, "password": NEW, **fields})


@pytest.mark.parametrize(
    ("fields", "status"), [({}, 200), ({"end_keys": False}, 200), ({"end_keys": True}, 401)]
)
@pytest.mark.parametrize("way", ["change", "reset"])
def test_keys_end_only_on_request(portal: Portal, zoe: Person, way, fields, status):
    organization = portal.organization(zoe)
    keys = [portal.key(zoe), portal.key(zoe, Role.READ, organization)]
    other = portal.key(portal.person("Other"))

    answer = change(portal.browser(zoe), **fields) if way == "change" else reset(portal, zoe, **fields)

    assert answer.status_code == 200
    assert [portal.api(key).get("/organization/").status_code for key in keys] == [status] * 2
    assert portal.api(other).get("/organization/").status_code == 200
    revoked = portal.audit("key.revoked")
    assert [entry.actor_id for entry in revoked] == ([zoe.uid] * 2 if status == 401 else [])
    assert {entry.organization_id for entry in revoked} == ({None, organization} if status == 401 else set())


@pytest.mark.parametrize(
    ("fields", "status"), [({}, 401), ({"keep_sessions": False}, 401), ({"keep_sessions": True}, 200)]
)
def test_other_sessions_end_unless_kept(portal: Portal, zoe: Person, fields, status):
    browser, elsewhere = portal.browser(zoe), portal.browser(zoe)

    assert change(browser, **fields).status_code == 200

    assert elsewhere.json("GET", "/account/").status_code == status
    assert browser.json("GET", "/account/").status_code == 200


def test_old_cookie_of_this_session_ends_even_if_others_are_kept(portal: Portal, zoe: Person):
    browser = portal.browser(zoe)
    name = portal.app.config["SESSION_COOKIE_NAME"]
    stolen = browser.client.get_cookie(name)
    assert stolen is not None

    change(browser, keep_sessions=True)

    thief = portal.browser()
    thief.client.set_cookie(name, stolen.value)
    assert thief.json("GET", "/account/").status_code == 401


def test_forms_list_the_keys_and_keep_them_by_default(portal: Portal, zoe: Person):
    portal.key(zoe)
    portal.browser().submit("/reset/", email=zoe.email)
    portal.run_jobs()

    pages = portal.browser(zoe).get("/account/"), portal.browser().get(portal.link(zoe.email))

    for page in pages:
        (hint,) = page.select("#end-keys-hint")
        assert "test (crew_" in hint.get_text()
        assert len(page.select("#end-keys:not([checked])")) == 1
    assert len(pages[0].select("#keep-sessions:not([checked])")) == 1


def test_account_form_without_keys_has_no_option_to_end_them(portal: Portal, zoe: Person):
    assert portal.browser(zoe).get("/account/").find(id="end-keys") is None
