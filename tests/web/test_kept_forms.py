"""A form that fails through no fault of its fields keeps their values, for browsers without scripts."""

import pytest

from app.storage import engines
from tests.support.databases import on_postgres
from tests.support.portal import PASSWORD

KEY = {"name": "nightly report", "role": "read", "expires_in_days": "30"}


@pytest.fixture
def alice(installation):
    """Return Alice's browser, in a portal where she may create no more keys or organizations."""
    limits = {"CREWROOM_MAX_KEYS_PER_USER": "1", "CREWROOM_MAX_ORGANIZATIONS_PER_USER": "1"}
    portal = installation.portal(installation.settings(**limits))
    alice = portal.person("Alice")
    portal.organization(alice)
    portal.key(alice)
    return portal.browser(alice)


def value(browser, name):
    (field,) = browser.page.select(f"main [name={name}]")
    return field["value"]


def test_limit_of_keys_keeps_the_form(alice):
    alice.submit("/apikey/", status=409, **KEY)

    assert "API key limit reached" in alice.flash()
    assert value(alice, "name") == KEY["name"]
    assert alice.page.select_one("[name=role] option[selected]")["value"] == "read"


def test_limit_of_organizations_keeps_the_form(alice):
    alice.submit("/organization/", method="PUT", status=409, name="Southwind")

    assert "Organization limit reached" in alice.flash()
    assert value(alice, "name") == "Southwind"


def test_too_many_passwords_keep_the_form_without_the_password(cast):
    browser = cast.browser("wendy")
    wanted = {"email": "moved@crew.test", "password": "not the password"}

    statuses = [browser.submit("/account/email/", status=403, **wanted).status_code for _ in range(5)]
    browser.submit("/account/email/", status=429, **wanted)

    assert statuses == [403] * 5
    (form,) = browser.page.select("#email-form")
    assert form.select_one("[name=email]")["value"] == "moved@crew.test"
    assert form.select_one("[name=password]").get("value") is None


@pytest.mark.skipif(on_postgres(), reason="there, changes lock rows instead of the database")
def test_busy_database_keeps_the_form(cast, monkeypatch):
    browser = cast.browser("wendy")
    csrf = browser.token()
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)

    with cast.portal.write_lock_held():
        browser.token = lambda: csrf  # its request would wait too
        browser.submit("/account/", status=503, name="Wendy Darling")

    assert value(browser, "name") == "Wendy Darling"


def test_expired_form_is_not_prefilled(alice):
    """Otherwise another site could prefill a form."""
    answer = alice.client.post("/apikey/", data=KEY, headers={"Accept": "text/html"})

    assert answer.status_code == 403
    assert KEY["name"] not in answer.text


def test_form_is_not_drawn_without_the_right_to_use_it(cast):
    browser = cast.browser("rita")
    wanted = {"orgId": cast.org, "email": cast.charlie.email, "role": "read"}

    browser.submit("/organization/members/", status=403, **wanted)

    assert browser.page.select("main form [name=email]") == []


def test_password_is_required_again(alice):
    alice.submit("/account/password/", status=403, current_password="not the password", password=PASSWORD)

    assert "Wrong password" in alice.page.get_text()
