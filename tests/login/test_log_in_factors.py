"""The audit log names the factors of each sign-in."""

import pytest
from sqlalchemy import update

from app.models import Factor
from tests.support.portal import PASSWORD
from tests.support.second_factors import SoftPasskey, add_passkey, set_up_app, start_sign_in

NEW_PASSWORD = "seven purple elephants"


@pytest.fixture
def portal(named_portal):
    return named_portal


@pytest.fixture
def app(portal, cast):
    """Wendy's authenticator app, with no code used recently."""
    app = set_up_app(cast.browser("wendy"))
    with portal.writing() as db:
        db.execute(update(Factor).values(last_step=0))
    return app


def newest_factors(portal) -> list[str]:
    """Return the factors of the newest sign-in, and check that its entry has the device too."""
    entry = portal.audit("session.opened")[-1]
    assert entry.after.keys() == {"device", "factors"}
    return list(entry.after["factors"])


def second_step(portal, cast, **body) -> None:
    browser = portal.browser()
    start_sign_in(browser, cast.wendy.email)
    answer = browser.json("POST", "/login/second/", json=body)
    assert answer.status_code == 200, answer.text


def test_password_alone_is_recorded_at_sign_in_and_password_change(portal, cast):
    browser = cast.browser("wendy")
    first = newest_factors(portal)

    browser.submit("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD)

    assert first == newest_factors(portal) == ["password"]
    assert len(portal.audit("session.opened")) == 2


def test_code_of_an_app_is_recorded(portal, cast, app):
    second_step(portal, cast, code=app.code())

    assert newest_factors(portal) == ["password", "totp"]


def test_recovery_code_is_recorded(portal, cast, app):
    second_step(portal, cast, code=app.recovery_codes[0])

    assert newest_factors(portal) == ["password", "recovery_code"]


@pytest.mark.parametrize(
    ("path", "factors"),
    [("/login/passkey/", ["passkey"]), ("/login/second/", ["password", "passkey"])],
)
def test_passkey_alone_and_after_a_password_are_recorded(portal, cast, path, factors):
    passkey, browser = SoftPasskey(), portal.browser()
    add_passkey(cast.browser("wendy"), passkey)
    start_sign_in(browser, cast.wendy.email)

    options = browser.json("POST", f"{path}options/").get_json()["data"]
    browser.json("POST", path, json={"credential": passkey.get(options)})

    assert newest_factors(portal) == factors
