"""Resetting the second factors of a member who lost them."""

import pytest

from app.base.permissions import Role
from tests.support.second_factors import SECURITY, set_up_app
from tests.support.sweeping import sweep

ADDRESS = "/organization/members/second-factor/"
NOT_SUPER_ADMIN = "Super admin role required"


@pytest.fixture
def wendy(cast):
    """Wendy's browser. She has a second factor."""
    browser = cast.browser("wendy")
    set_up_app(browser)
    return browser


def reset(browser, org: str, address: str):
    return browser.json("DELETE", ADDRESS, json={"orgId": org, "email": address})


def factors_of(browser):
    return browser.json("GET", SECURITY).get_json()["data"]["factors"]


@sweep("name", ["adam", "uma", "rita", "ivy", "charlie"])
def test_only_super_admins_reset_second_factors(cast, wendy, name):
    browser = cast.browser(name)

    refused = reset(browser, cast.org, cast.wendy.email)
    unknown = reset(browser, "org_0", cast.wendy.email)

    assert (refused.status_code, refused.get_json()["error"]) == (403, NOT_SUPER_ADMIN)
    assert refused.data == unknown.data
    assert len(factors_of(wendy)) == 1


def test_super_admin_resets_second_factors_and_the_member_is_mailed(cast, wendy):
    answer = reset(cast.browser("alice"), cast.org, cast.wendy.email.upper())

    assert answer.get_json() == {"status": "OK"}
    assert wendy.json("GET", SECURITY).get_json()["data"] == {"factors": [], "recovery_codes_left": 0}
    entry = cast.portal.audit("factors.reset")[0]
    assert (entry.organization_id, entry.actor_id, entry.target, entry.before) == (
        cast.org,
        cast.alice.uid,
        cast.wendy.uid,
        {"email": cast.wendy.email, "factors": ["authenticator app"]},
    )
    mail = cast.portal.mails(cast.wendy.email)[-1]
    assert mail["Subject"] == "Your two-factor authentication was reset"
    assert "Alice reset the two-factor authentication" in mail.get_body(("plain",)).get_content()
    cast.portal.browser(cast.wendy)


def test_api_key_cannot_reset_second_factors(cast, wendy):
    refused = cast.api("alice").delete(ADDRESS, orgId=cast.org, email=cast.wendy.email)

    assert (refused.status_code, refused.get_json()["error"]) == (
        403,
        "Second factors can only be managed in the portal",
    )
    assert len(factors_of(wendy)) == 1


def test_super_admin_of_one_organization_cannot_reset_a_member_of_two(cast, wendy):
    elsewhere = cast.portal.organization(cast.charlie, "Elsewhere")
    cast.portal.join(elsewhere, cast.wendy, Role.READ)
    alice = cast.browser("alice")

    refused = reset(alice, cast.org, cast.wendy.email)
    cast.portal.join(elsewhere, cast.alice, Role.ADMIN)
    still_refused = reset(alice, cast.org, cast.wendy.email)

    assert (refused.status_code, refused.get_json()["error"]) == (403, NOT_SUPER_ADMIN)
    assert still_refused.status_code == 403
    assert len(factors_of(wendy)) == 1


def test_super_admin_of_all_the_members_organizations_can_reset(cast, wendy):
    elsewhere = cast.portal.organization(cast.alice, "Elsewhere")
    cast.portal.join(elsewhere, cast.wendy, Role.READ)

    assert reset(cast.browser("alice"), cast.org, cast.wendy.email).status_code == 200


def test_invitation_from_another_organization_does_not_prevent_a_reset(cast, wendy):
    elsewhere = cast.portal.organization(cast.charlie, "Elsewhere")
    cast.portal.invite(elsewhere, cast.charlie, cast.wendy, Role.READ)

    assert reset(cast.browser("alice"), cast.org, cast.wendy.email).status_code == 200


def test_stranger_invitee_and_unknown_address_get_the_same_answer(cast):
    alice = cast.browser("alice")

    answers = [
        reset(alice, cast.org, address)
        for address in (cast.charlie.email, cast.ivy.email, "nobody@crew.test")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


def test_member_without_a_factor_has_nothing_to_reset(cast):
    refused = reset(cast.browser("alice"), cast.org, cast.rita.email)

    assert (refused.status_code, refused.get_json()["error"]) == (409, "There is no second factor to reset")


def test_super_admin_cannot_reset_their_own_factors(cast):
    alice = cast.browser("alice")
    set_up_app(alice)

    refused = reset(alice, cast.org, cast.alice.email)

    assert refused.status_code == 409
    assert len(factors_of(alice)) == 1


def test_reset_form_shows_the_member(cast, wendy):
    alice = cast.browser("alice")

    shown = alice.json("GET", ADDRESS, query_string={"orgId": cast.org, "email": cast.wendy.email})
    absent = alice.json("GET", ADDRESS, query_string={"orgId": cast.org, "email": cast.charlie.email})

    assert shown.get_json()["data"] == {
        "uid": cast.wendy.uid,
        "email": cast.wendy.email,
        "image_url": None,
        "role": "write",
        "second_factor": True,
    }
    assert absent.status_code == 404
