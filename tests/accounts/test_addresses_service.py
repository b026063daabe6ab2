"""E-mail addresses: what is one, and which two are the same."""

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
def test_address_keeps_what_was_typed_and_compares_without_case(typed, key):
    found = email_addresses.parse(typed)

    assert (found.typed, found.key) == (typed.strip(), key)


@sweep("one, other", CORPUS["same"])
def test_same_addresses(one, other):
    assert email_addresses.parse(one).key == email_addresses.parse(other).key


@sweep("one, other", CORPUS["different"])
def test_different_addresses(one, other):
    assert email_addresses.parse(one).key != email_addresses.parse(other).key


@sweep("text", CORPUS["refused"], ids=ascii)
def test_other_texts_are_no_addresses(text):
    with pytest.raises(InvalidInput) as refusal:
        email_addresses.parse(text, field="management_email")

    assert refusal.value.error == "Invalid email format"
    assert refusal.value.field == "management_email"


def test_longest_address():
    assert len(LONGEST) == 254
    assert email_addresses.parse(LONGEST).typed == LONGEST
    with pytest.raises(InvalidInput, match="Invalid email format"):
        email_addresses.parse(LONGEST + "m")


@sweep("local", ["a" * 64, "ü" * 32])
def test_longest_name_in_an_address(local):
    assert email_addresses.parse(f"{local}@example.com").typed == f"{local}@example.com"


@sweep(
    "address, shown",
    [("alice@example.com", "a•••@example.com"), ("a@example.com", "a•••@example.com")],
)
def test_masked_address_shows_little(address, shown):
    assert email_addresses.masked(address) == shown
