"""Passwords made of familiar names are refused: the person's, the portal's, the host's, an organization's."""

import pytest

from app.base.errors import InvalidInput
from app.base.permissions import Role
from app.services.login import passwords
from tests.support.commands import refused
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep

EASY = "Password is too easy to guess"
NAMES = ("alice.liddell@mail.test", "Alice Liddell", "Crewroom", "crew.example.com", "Northwind Labs")


@pytest.fixture
def portal(settings_for):
    """A portal whose host name could be used as a password."""
    portal = Portal(settings_for(CREWROOM_BASE_URL="http://houseboat.localhost"))
    yield portal
    portal.close()


@sweep(
    "password",
    [
        "Crewroom2026!",
        "crewroomcrewroom",
        "crew.example.com",
        "Northwind2026!",
        "northwindlabs12",
        "LABS northwind LABS",
        "alice@northwind1",
        "crewroom-northwind-example",
        "NORTHWIND password",
    ],
)
def test_password_made_of_familiar_words_is_refused(password):
    with pytest.raises(InvalidInput) as refusal:
        passwords.check(password, *NAMES)

    assert (refusal.value.error, refusal.value.field) == (EASY, "password")


@sweep("password", ["plums in the northwind icebox", "crewroom kx81vq plum", "correct horse battery"])
def test_familiar_word_among_others_is_accepted(password):
    assert passwords.check(password, *NAMES) == password


@sweep("password", ["Crewroom2026!", "houseboat2026!"])
def test_registration_refuses_the_names_of_product_and_host(portal, password):
    browser = portal.browser()

    answer = browser.submit("/register/", status=400, email="nora@crew.test", password=password, name="Nora")

    assert EASY in answer.text
    assert portal.empty()


def test_password_change_refuses_the_names_of_ones_organizations(portal, cast):
    portal.organization(cast.wendy, "Tangerine Dreams")
    browser, change = cast.browser("wendy"), {"current_password": PASSWORD}

    own = browser.json("POST", "/account/password/", json={**change, "password": "TangerineDreams1"})
    foreign = cast.browser("rita").json(
        "POST", "/account/password/", json={**change, "password": "TangerineDreams1"}
    )

    assert (own.status_code, own.get_json()["error"]) == (400, EASY)
    assert foreign.status_code == 200


def test_reset_refuses_the_names_of_inviting_organizations(portal, cast):
    tangerine = portal.organization(cast.alice, "Tangerine Dreams")
    portal.invite(tangerine, cast.alice, cast.charlie, Role.READ)
    browser = portal.browser()
    browser.submit("/reset/", email=cast.charlie.email)
    portal.run_jobs()
    token = portal.link(cast.charlie.email).partition("token=")[2]

    answer = browser.submit("/reset/password/", status=400, token=token, password="TangerineDreams1")

    assert EASY in answer.text
    browser.submit("/reset/password/", token=token, password="plums in the icebox")


def test_command_line_refuses_the_names_of_product_and_host(crewroom):
    crewroom.variables["CREWROOM_BASE_URL"] = "https://houseboat.example.com"

    for password in ("crewroom-2026", "houseboat-2026"):
        created = crewroom.run("user", "create", "nora@crew.test", "--password-stdin", given=password)
        assert refused(created).startswith(EASY)
