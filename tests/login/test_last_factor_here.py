"""After the portal moves to another host, the last factor that works there counts as the last one."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from app.models import Factor, FactorKind
from tests.support.portal import PASSWORD, Portal
from tests.support.second_factors import SECURITY, SoftPasskey, add_passkey, set_up_app, start_sign_in
from tests.support.shared_installation import SharedInstallation

OLD, NEW = "http://old.localhost", "http://new.localhost"
LAST_HERE = (409, "This is your last second factor that works here")


@pytest.fixture
def portal(installation: SharedInstallation) -> Portal:
    """The portal at its first host."""
    return installation.portal(installation.settings(CREWROOM_BASE_URL=OLD))


@pytest.fixture
def moved(installation: SharedInstallation, cast) -> Portal:
    """The portal at its second host. Wendy has an app, and a passkey of the first host."""
    browser = cast.browser("wendy")
    set_up_app(browser)
    add_passkey(browser, SoftPasskey(origin=OLD, rp_id="old.localhost"))
    return installation.portal(installation.settings(CREWROOM_BASE_URL=NEW))


def factor_ids(browser):
    return {each["kind"]: each["id"] for each in browser.json("GET", SECURITY).get_json()["data"]["factors"]}


def remove(browser, kind):
    answer = browser.json("DELETE", SECURITY, json={"id": factor_ids(browser)[kind], "password": PASSWORD})
    return answer.status_code, answer.get_json().get("error")


def test_app_cannot_be_removed_if_only_passkeys_of_another_host_remain(cast, moved):
    browser = moved.browser(cast.wendy)
    codes_left = browser.json("GET", SECURITY).get_json()["data"]["recovery_codes_left"]

    page = browser.get(f"{SECURITY}remove/?id={factor_ids(browser)['totp']}")

    assert "your only second factor that works here" in page.get_text()
    assert remove(browser, "totp") == LAST_HERE
    assert browser.json("GET", SECURITY).get_json()["data"]["recovery_codes_left"] == codes_left
    assert set(factor_ids(browser)) == {"totp", "passkey"}


@pytest.mark.parametrize("base_url", ["http://plain.example.com", "http://192.0.2.7"])
def test_app_cannot_be_removed_where_passkeys_do_not_work(cast, installation, moved, base_url):
    """For example, the portal now uses plain HTTP, or a bare IP address."""
    elsewhere = installation.portal(installation.settings(CREWROOM_BASE_URL=base_url))
    with moved.writing() as db:
        passkey = update(Factor).where(Factor.kind == FactorKind.PASSKEY)
        db.execute(passkey.values(host=urlsplit(base_url).hostname))

    assert remove(elsewhere.browser(cast.wendy), "totp") == LAST_HERE


def test_organization_requirement_is_reported_first(cast, moved):
    alice = moved.browser(cast.alice)
    set_up_app(alice)
    required = {"orgId": cast.org, "required": True, "deadline_days": 30}
    assert alice.json("POST", "/organization/security/", json=required).status_code == 200

    refused = remove(moved.browser(cast.wendy), "totp")

    assert refused == (409, "An organization requires a second factor")


def test_app_can_be_removed_after_the_passkey_of_another_host(cast, moved):
    browser = moved.browser(cast.wendy)

    assert remove(browser, "passkey") == (200, None)
    assert remove(browser, "totp") == (200, None)

    assert browser.json("GET", SECURITY).get_json()["data"] == {"factors": [], "recovery_codes_left": 0}
    moved.browser().log_in(cast.wendy.email, PASSWORD)


def test_app_can_be_removed_if_a_passkey_of_this_host_remains(cast, moved):
    browser = moved.browser(cast.wendy)
    add_passkey(browser, SoftPasskey(origin=NEW, rp_id="new.localhost", handle=b"another"))

    assert remove(browser, "totp") == (200, None)

    second = moved.browser()
    start_sign_in(second, cast.wendy.email)
    assert second.json("GET", "/login/second/").get_json()["data"]["factors"] == ["passkey"]


def test_passkey_of_unknown_host_counts_as_one_of_this_host(cast, moved):
    with moved.writing() as db:
        db.execute(update(Factor).values(host=None))

    assert remove(moved.browser(cast.wendy), "totp") == (200, None)
