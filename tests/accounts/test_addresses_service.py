"""Email addresses: which are valid, and which two are the same."""

import pytest

from app.base.errors import InvalidInput
from app.text import email_addresses
from tests.support import corpora
from tests.support.sweeping import sweep

CORPUS = corpora.read("addresses")
LONGEST = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example.co"


@sweep(
    "typed, key",
    [
        ("alice@example.com", "alice@example.com"),
        ("  Alice@Example.COM\t", "alice@example.com"),
        ("alice+crew@example.com", "alice+crew@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("alice@crew.test", "alice@crew.test"),
        ("alice@team.local", "alice@team.local"),
        ("alice@host.internal", "alice@host.internal"),
        ("alice@BÜCHER.example", "alice@xn--bcher-kva.example"),
        ("Jürgen@example.com", "jürgen@example.com"),
    ],
)
def test_address_is_kept_as_typed_and_compared_without_case(typed, key):
    found = email_addresses.parse(typed)

    assert (found.typed, found.key) == (typed.strip(), key)


@sweep("one, other", CORPUS["same"])
def test_spellings_of_one_address_have_the_same_key(one, other):
    assert email_addresses.parse(one).key == email_addresses.parse(other).key


@sweep("one, other", CORPUS["different"])
def test_different_addresses_have_different_keys(one, other):
    assert email_addresses.parse(one).key != email_addresses.parse(other).key


@sweep("text", CORPUS["refused"], ids=ascii)
def test_malformed_addresses_are_refused(text):
    with pytest.raises(InvalidInput) as refusal:
        email_addresses.parse(text, field="management_email")

    assert refusal.value.error == "Invalid email format"
    assert refusal.value.field == "management_email"


def test_address_has_at_most_254_characters():
    assert len(LONGEST) == 254
    assert email_addresses.parse(LONGEST).typed == LONGEST
    with pytest.raises(InvalidInput, match="Invalid email format"):
        email_addresses.parse(LONGEST + "m")


@sweep("local", ["a" * 64, "ü" * 32])
def test_local_part_can_have_64_bytes(local):
    assert email_addresses.parse(f"{local}@example.com").typed == f"{local}@example.com"


@sweep(
    "address, shown",
    [("alice@example.com", "a•••@example.com"), ("a@example.com", "a•••@example.com")],
)
def test_masked_address_shows_one_letter_and_the_domain(address, shown):
    assert email_addresses.masked(address) == shown
