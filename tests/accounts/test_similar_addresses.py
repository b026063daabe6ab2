"""Addresses that look alike, and spellings of one address: which account they open."""

from tests.support import corpora
from tests.support.password_attempts import attempt
from tests.support.portal import PASSWORD

ADDRESSES = corpora.read("addresses")


def test_another_spelling_opens_the_same_account(portal):
    for place, (one, other) in enumerate(ADDRESSES["same"]):
        person = portal.person(f"Alice {place}", f"{place}{one}")

        assert attempt(portal, f"{place}{other}", PASSWORD).status_code == 200
        portal.browser().submit("/register/", email=f"{place}{other}", password=PASSWORD)
        assert portal.mails(person.email)[-1]["Subject"] == "You already have an account"


def test_a_lookalike_address_can_neither_sign_in_nor_reset(portal):
    for place, (one, other) in enumerate(ADDRESSES["different"]):
        person = portal.person(f"Alice {place}", f"{place}{one}")
        portal.mails()

        assert attempt(portal, f"{place}{other}", PASSWORD, peer=f"192.0.2.{place}").status_code == 401
        portal.browser().submit("/reset/", email=f"{place}{other}")

        assert portal.mails(person.email) == []
        assert portal.mails(f"{place}{other}") == []
