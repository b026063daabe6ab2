"""Passwords: which are accepted, and how they are stored."""

import time
from collections.abc import Callable

import pytest

from app.base.errors import InvalidInput
from app.services.login import passwords
from tests.support.sweeping import sweep

COMMON = [
    "password1234",
    "Password123!",
    "P@ssw0rd1234",
    "passwordpassword",
    "123456789012",
    "111111111111",
    "abcdefghijkl",
    "qwertyuiop12",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "letmein12345",
    "iloveyou1234",
    "welcome12345",
    "changeme1234",
    "administrator",
    "sunshine1234",
    "aaaaaaaaaaaa",
    "a" * 256,
    "ab" * 128,
]


@sweep(
    "password",
    [
        "plums in the icebox",
        "kiwi plum 12",
        "k7 fox plums",
        "correcthorsebatterystaple",
        "grün wie der Klee",
        "письмо на бересте",
        "🦊🌵🚲🎻🧊🪁🍋🦉🧵🛶🪐🎈",
        " plums in the icebox ",
    ],
)
def test_good_passwords_are_returned_unchanged(password):
    assert passwords.check(password, "alice@crew.test", "Alice") == password


@sweep("length", [0, 1, 11, 257, 5000])
def test_length_is_checked_first(length):
    with pytest.raises(InvalidInput) as refusal:
        passwords.check(("plums in the icebox " * 300)[:length])

    assert refusal.value.error == "Password must have 12 to 256 characters"
    assert refusal.value.field == "password"


@sweep("length", [12, 256])
def test_lengths_at_the_bounds_are_accepted(length):
    password = ("vX7#qLp2!mZr plums in the icebox " * 10)[:length]

    assert passwords.check(password) == password


@sweep("password", COMMON)
def test_common_passwords_are_refused(password):
    with pytest.raises(InvalidInput) as refusal:
        passwords.check(password)

    assert refusal.value.error == "Password is too easy to guess"
    assert refusal.value.field == "password"


@sweep("password", ["alice.liddell@crew.test", "Alice Liddell", "ALICE LIDDELL"])
def test_own_name_and_address_are_refused(password):
    with pytest.raises(InvalidInput, match="too easy"):
        passwords.check(password, "alice.liddell@crew.test", "Alice Liddell")

    assert passwords.check(password, "bob@crew.test", "Bob") == password


@pytest.mark.usefixtures("real_hashes")
def test_hash_is_argon2id_with_its_own_salt():
    first, second = passwords.hashed("plums in the icebox"), passwords.hashed("plums in the icebox")

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert "plums" not in first


@sweep(
    "password", ["plums in the icebox", "grün wie der Klee", "🦊🌵🚲🎻🧊🪁🍋🦉🧵🛶🪐🎈", "p" * 256, "\ud800"]
)
def test_only_the_same_password_matches(password):
    stored = passwords.hashed(password)

    assert passwords.matches(password, stored)
    assert not passwords.matches(password + " ", stored)
    assert not passwords.matches(password[:-1], stored)


def test_same_password_in_another_unicode_form_matches():
    stored = passwords.hashed("gr\u00fcn wie der Klee")

    assert passwords.matches("gru\u0308n wie der Klee", stored)


@sweep("stored", [None, "", "not a hash", "$argon2id$broken"])
def test_accounts_without_a_hash_match_nothing(stored):
    assert not passwords.matches("plums in the icebox", stored)
    assert not passwords.matches("nobody has this password", stored)


def test_matching_an_unknown_account_takes_as_long():
    stored = passwords.hashed("plums in the icebox")

    known = fastest(lambda: passwords.matches("wrong password", stored))
    unknown = fastest(lambda: passwords.matches("wrong password", None))

    assert 0.4 < unknown / known < 2.5


def fastest(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(7):
        began = time.thread_time()
        call()
        times.append(time.thread_time() - began)
    return min(times)


def test_lookalike_characters_are_checked_as_letters():
    with pytest.raises(InvalidInput, match="Password is too easy to guess"):
        passwords.check("p@$$w0rd!1!1")
