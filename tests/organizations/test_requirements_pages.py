"""The pages about an organization's two-factor requirement, and second factors on the members page."""

import pytest

from tests.support.second_factors import SECURITY, set_up_app

ADDRESS = "/organization/security/"


@pytest.fixture
def alice(cast):
    """Alice's browser. She has a second factor."""
    browser = cast.browser("alice")
    set_up_app(browser)
    return browser


def row(page, person):
    return page.find(id=f"row-{person.uid}")


def test_page_shows_who_would_be_locked_out_and_switches_the_requirement(cast, alice):
    page = alice.get(f"{ADDRESS}?orgId={cast.org}")
    assert "Who would be locked out" in page.get_text()
    assert "wendy@crew.test" in page.get_text()
    assert "alice@crew.test" not in page.find(id="requirement").get_text()

    alice.submit(ADDRESS, orgId=cast.org, required="1", deadline_days="7")
    assert "4 people have been notified by email." in alice.flash()
    assert alice.page.find(id="requirement-off") is not None

    alice.submit(ADDRESS, orgId=cast.org, required="0")
    assert alice.flash() == "A second factor is no longer required."
    assert alice.page.find(id="requirement-on") is not None


def test_invalid_deadline_is_reported_at_the_field(cast, alice):
    answer = alice.submit(ADDRESS, status=400, orgId=cast.org, required="1", deadline_days="31")

    assert "deadline_days must be a whole number from 0 to 30" in answer.text
    assert alice.page.find(id="requirement-days")["aria-invalid"] == "true"


def test_htmx_swaps_the_requirement(cast, alice):
    answer = alice.htmx(ADDRESS, orgId=cast.org, required="1", deadline_days="7")

    assert answer.headers["HX-Retarget"] == "#requirement"
    assert "requirement-off" in answer.text


def test_admin_sees_the_page_without_the_switch(cast, alice):
    page = cast.browser("adam").get(f"{ADDRESS}?orgId={cast.org}")

    assert "Only super admins can change this." in page.get_text()
    assert page.find(id="requirement-form") is None


def test_page_without_an_able_super_admin_has_no_switch(cast):
    page = cast.browser("alice").get(f"{ADDRESS}?orgId={cast.org}")

    assert "A super admin needs a second factor first" in page.get_text()
    assert page.find(id="requirement-form") is None


def test_settings_link_to_the_requirement(cast):
    page = cast.browser("adam").get(f"/organization/settings/?orgId={cast.org}")

    assert page.find("a", href=f"{ADDRESS}?orgId={cast.org}") is not None


def test_members_page_marks_for_admins_who_has_a_factor(cast, alice):
    page = cast.browser("adam").get(f"/organization/members/?orgId={cast.org}")

    with_factor, without = row(page, cast.alice), row(page, cast.wendy)
    assert with_factor.find("use", href=lambda link: link.endswith("#shield-check")) is not None
    assert "with two-factor" in with_factor.get_text()
    assert without.find("use", href=lambda link: link.endswith("#shield-check")) is None


def test_only_super_admins_are_offered_to_reset_others(cast, alice):
    set_up_app(cast.browser("wendy"))

    for_alice = alice.get(f"/organization/members/?orgId={cast.org}")
    for_adam = cast.browser("adam").get(f"/organization/members/?orgId={cast.org}")

    assert "Reset two-factor" in row(for_alice, cast.wendy).get_text()
    assert "Reset two-factor" not in row(for_alice, cast.rita).get_text()
    assert "Reset two-factor" not in row(for_alice, cast.alice).get_text()
    assert "Reset two-factor" not in for_adam.get_text()


def test_reset_is_confirmed_and_done(cast, alice):
    set_up_app(cast.browser("wendy"))
    address = "/organization/members/second-factor/"

    confirmation = alice.get(f"{address}?orgId={cast.org}&email={cast.wendy.email}")
    alice.submit(address, method="DELETE", orgId=cast.org, email=cast.wendy.email)

    assert confirmation.h1.get_text() == "Reset two-factor of Wendy?"
    assert "Two-factor of wendy@crew.test is reset." in alice.flash()
    assert "Reset two-factor" not in row(alice.page, cast.wendy).get_text()


def test_account_page_links_to_security(cast, alice):
    assert alice.get("/organization/").find("a", href="/account/") is not None
    assert alice.get("/account/").find("a", href=SECURITY) is not None
