"""E-mail addresses: what is one, and which two are the same."""

import pytest

from app import addresses
from app.errors import InvalidInput

LONGEST = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example.co"


@pytest.mark.parametrize(
    ("typed", "key"),
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
    found = addresses.parse(typed)

    assert (found.typed, found.key) == (typed.strip(), key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ALICE@example.com", "alice@EXAMPLE.com"),
        ("j\u00fcrgen@example.com", "ju\u0308rgen@example.com"),
        ("J\u00dcRGEN@example.com", "j\u00fcrgen@example.com"),
        ("a@b\u00fccher.example", "a@XN--BCHER-KVA.example"),
    ],
)
def test_same_addresses(one, other):
    assert addresses.parse(one).key == addresses.parse(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("\u0130vy@example.com", "ivy@example.com"),
        ("\u0131vy@example.com", "ivy@example.com"),
        ("a@stra\u00dfe.example", "a@strasse.example"),
        ("\u0430lice@example.com", "alice@example.com"),
        ("alice@example.com", "alice+1@example.com"),
        ("a.lice@example.com", "alice@example.com"),
    ],
)
def test_different_addresses(one, other):
    assert addresses.parse(one).key != addresses.parse(other).key


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "alice",
        "@example.com",
        "alice@",
        "alice@example",
        "alice@@example.com",
        "alice@example..com",
        ".alice@example.com",
        "alice@-example.com",
        "al ice@example.com",
        "alice@exam ple.com",
        "Alice <alice@example.com>",
        "alice@example.com, bob@example.com",
        '"alice"@example.com',
        "alice@[127.0.0.1]",
        "alice@127.0.0.1",
        "alice@example.com\r\nBcc: bob@example.com",
        "alice\n@example.com",
        "alice\x00@example.com",
        "alice\u202e@example.com",
        "alice\u200b@example.com",
        "\ud800@example.com",
        "mailto:alice@example.com/",
        "a" * 250 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a" * 65 + "@example.com",
        "ü" * 33 + "@example.com",
    ],
)
def test_other_texts_are_no_addresses(text):
    with pytest.raises(InvalidInput) as refusal:
        addresses.parse(text, field="management_email")

    assert refusal.value.error == "Invalid email format"
    assert refusal.value.field == "management_email"


def test_longest_address():
    assert len(LONGEST) == 254
    assert addresses.parse(LONGEST).typed == LONGEST
    with pytest.raises(InvalidInput, match="Invalid email format"):
        addresses.parse(LONGEST + "m")


@pytest.mark.parametrize("local", ["a" * 64, "ü" * 32])
def test_longest_name_in_an_address(local):
    assert addresses.parse(f"{local}@example.com").typed == f"{local}@example.com"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("alice@example.com", "a•••@example.com"), ("a@example.com", "a•••@example.com")],
)
def test_masked_address_shows_little(address, shown):
    assert addresses.masked(address) == shown
