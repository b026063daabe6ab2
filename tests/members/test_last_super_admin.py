"""An organization always keeps an active super admin, and one with two-factor where it is required."""

from datetime import timedelta

import pytest
import time_machine

from app.base.errors import Conflict
from app.base.permissions import Role
from app.services.accounts import accounts, two_factor_reset
from app.text import email_addresses
from tests.support.portal import PASSWORD
from tests.support.second_factors import SECURITY, SoftPasskey, add_passkey, set_up_app
from tests.support.sweeping import sweep

MEMBERS, POLICY = "/organization/members/", "/organization/security/"
FACTOR = "/organization/members/second-factor/"
LAST = "Cannot remove the last admin from the organization"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def portal(named_portal):
    return named_portal


@pytest.fixture
def alice(cast):
    """Alice's browser. She has the required second factor; Charlie, the other super admin, has none."""
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    browser = cast.browser("alice")
    set_up_app(browser)
    require(cast, days=30)
    return browser


def require(cast, days):
    answer = cast.api("alice").post(POLICY, orgId=cast.org, required=True, deadline_days=days)
    assert answer.status_code == 200, answer.text


def leave(cast, browser):
    return cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.alice.email)


def step_down(cast, browser):
    return cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.alice.email, role="admin")


def be_removed(cast, browser):
    return cast.api("charlie").delete(MEMBERS, orgId=cast.org, email=cast.alice.email)


def be_lowered(cast, browser):
    return cast.api("charlie").post(MEMBERS, orgId=cast.org, email=cast.alice.email, role="read")


def be_removed_with_others(cast, browser):
    body = {
        "orgId": cast.org,
        "email": [cast.rita.email, cast.alice.email],
        "action": "remove",
        "confirmed": "1",
    }
    return cast.browser("charlie").json("POST", f"{MEMBERS}bulk/", json=body)


def erase_the_account(cast, browser):
    return browser.json("DELETE", "/account/", json={"email": cast.alice.email, "password": PASSWORD})


def remove_the_only_factor(cast, browser):
    factor = browser.json("GET", SECURITY).get_json()["data"]["factors"][0]
    return browser.json("DELETE", SECURITY, json={"id": factor["id"], "password": PASSWORD})


def have_the_factor_reset(cast, browser):
    return cast.browser("charlie").json("DELETE", FACTOR, json={"orgId": cast.org, "email": cast.alice.email})


WAYS = [
    leave,
    step_down,
    be_removed,
    be_lowered,
    be_removed_with_others,
    erase_the_account,
    remove_the_only_factor,
    have_the_factor_reset,
]


@sweep("way", WAYS, ids=lambda way: way.__name__)
def test_the_only_super_admin_with_a_second_factor_cannot_be_lost(cast, alice, way):
    """Charlie could act until the deadline, but after it no super admin could, so this is refused now."""
    refused = way(cast, alice)

    assert (refused.status_code, refused.get_json()["error"]) == (409, LAST), refused.text
    assert cast.portal.role_of(cast.org, cast.alice) == "super_admin"
    assert cast.portal.role_of(cast.org, cast.rita) == "read"
    assert cast.portal.audit("member.removed", "member.left", "account.erased", "factors.reset") == []
    assert len(alice.json("GET", SECURITY).get_json()["data"]["factors"]) == 1


@sweep(
    "way", [erase_the_account, remove_the_only_factor, have_the_factor_reset], ids=lambda way: way.__name__
)
def test_a_refusal_names_the_organization_and_a_way_out(cast, alice, way):
    message = way(cast, alice).get_json()["message"]

    assert message.startswith(f"No other super admin can act in Northwind ({cast.org}). ")
    advice = "Make another member super admin" if way is erase_the_account else "Have another super admin"
    assert advice in message
    assert "--last-super-admin" not in message  # an option of the operator's command


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_is_allowed_with_a_second_able_super_admin(cast, alice, way):
    set_up_app(cast.browser("charlie"))

    answer = way(cast, alice)

    if way is remove_the_only_factor:
        assert answer.get_json()["error"] == "An organization requires a second factor"
    else:
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "way", [leave, step_down, erase_the_account, remove_the_only_factor], ids=lambda way: way.__name__
)
def test_a_super_admin_whose_account_is_disabled_does_not_count(cast, alice, way):
    set_up_app(cast.browser("charlie"))
    with cast.portal.writing():
        accounts.disable(email_addresses.parse(cast.charlie.email))

    refused = way(cast, alice)

    assert (refused.status_code, refused.get_json()["error"]) == (409, LAST)


def test_one_of_two_factors_can_be_removed(cast, alice):
    add_passkey(alice, SoftPasskey())

    assert remove_the_only_factor(cast, alice).status_code == 200
    assert remove_the_only_factor(cast, alice).get_json()["error"] == LAST


def test_operator_cannot_disable_or_reset_the_only_able_super_admin(cast, alice):
    address = email_addresses.parse(cast.alice.email)

    with pytest.raises(Conflict, match=LAST), cast.portal.writing():
        accounts.disable(address)
    with pytest.raises(Conflict, match=LAST) as refusal, cast.portal.writing():
        two_factor_reset.reset_by_operator(address)
    assert f"No other super admin can act in Northwind ({cast.org})." in str(refusal.value.message)
    assert "--last-super-admin" in str(refusal.value.message)
    with cast.portal.writing():
        two_factor_reset.reset_by_operator(address, allow_last=True)

    assert alice.json("GET", SECURITY).get_json()["data"]["factors"] == []


def test_a_super_admin_without_a_factor_can_be_removed_after_the_deadline(cast, alice, clock):
    clock.shift(timedelta(days=31))

    removed = cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.charlie.email)

    assert removed.status_code == 200


def test_super_admin_can_leave_when_no_second_factor_is_required(cast):
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)

    assert leave(cast, None).status_code == 200


def test_an_invited_super_admin_does_not_count(cast):
    invited = cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="super_admin")

    assert invited.status_code == 200
    assert leave(cast, None).get_json()["error"] == LAST


def test_removal_form_says_that_it_will_be_refused_only_if_no_other_can_act(cast, alice):
    """Charlie is a super admin too, but has no second factor yet, so Alice is not "the only super admin"."""
    form = f"/organization/members/remove/?orgId={cast.org}&email={{}}"
    warning = "No other super admin can act here, so this will be refused."

    assert warning in alice.get(form.format(cast.alice.email)).get_text()
    assert warning not in alice.get(form.format(cast.charlie.email)).get_text()
    set_up_app(cast.browser("charlie"))
    assert warning not in alice.get(form.format(cast.alice.email)).get_text()
