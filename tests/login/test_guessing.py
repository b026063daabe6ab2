"""Which passwords are refused without network access, and that generated ones are never refused."""

import random
import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from zxcvbn.matching import RANKED_DICTIONARIES

from app.base.errors import InvalidInput
from app.services.login import passwords
from tests.support.soak import rounds
from tests.support.sweeping import sweep

# Common words altered to satisfy rules about characters, as seen in lists of leaked passwords.
VARIATIONS = {
    "look-alikes": [
        "P@ssw0rd2026",
        "Pa$$w0rd2026!",
        "P455w0rd2026!",
        "W3lc0me2026!!",
        "$ummer2026!!!",
        "0ctober2026!",
    ],
    "season or month, and year": [
        "Summer2026!!",
        "Winter-2025!",
        "January2026!",
        "Spring@2026!",
        "2026Summer!!",
    ],
    "first passwords": ["Welcome2026!", "Changeme2026!", "Letmein12345!", "Admin1234567!", "Welcome@12345"],
    "a word with an affix": [
        "Liverpool1892!",
        "Elephant2026!",
        "!!!Monkey1234",
        "Football#10#2026",
        "Michael1985!!",
    ],
    "repeated": [
        "Monkeymonkey1",
        "Passw0rd!Passw0rd!",
        "hunter2hunter2",
        "Sunday-Sunday",
        "Juli2026Juli2026",
    ],
    "keyboard walks": [
        "1qaz@WSX3edc",
        "!QAZ2wsx#EDC",
        "qweasdzxcrty",
        "zaq12wsxcde3",
        "!Q@W#E$R%T^Y",
        "poiuytrewq12",
    ],
    "other keyboards": ["QWERTZuiop12", "azertyuiop123", "yxcvbnm,.-12"],
    "Cyrillic and Greek keyboards": ["йцукенгшщзхъ", "Йцукен123456", "ячсмитьбю123", "ασδφγηξκλ123"],
    "other languages": [
        "Pässwort2026!",
        "Motdepasse26!",
        "Contraseña2026",
        "Пароль2026!!",
        "Привет123456",
        "Hasło2026!!!",
        "Şifre1234567",
        "Adgangskode26",
        "Geheimnis2026",
        "Tervetuloa12",
    ],
    "seasons and months in other languages": [
        "Sommer2026!!",
        "Wiosna2026!!",
        "Październik1!",
        "Ноябрь2026!!",
        "Forår2026!!!",
        "Kış2026!!!!!",
        "Kesä2026!!!!",
    ],
    "common phrases with separators": ["let me in please", "Let-me-in-now", "pass_word_please"],
    "backwards": ["drowssap2026!", "remmus2026!!"],
    "spaced out": ["S u m m e r 2026", "p.a.s.s.w.o.r.d.1", "P-A-S-S-W-O-R-D-1"],
    "fillers": ["thisismypassword", "ThisIsMyPassword1", "mypassword2026", "Welcome to the portal"],
    "dates": ["Fluffy12102015", "14.02.1987Anna", "Anna-01.01.2026"],
}


@pytest.mark.parametrize("kind", VARIATIONS)
def test_variations_of_common_passwords_are_refused(kind, subtests):
    for password in VARIATIONS[kind]:
        with subtests.test(password), pytest.raises(InvalidInput) as refusal:
            passwords.check(password)
        assert (refusal.value.error, refusal.value.field) == ("Password is too easy to guess", "password")


@sweep(
    "password", ["N0rthw1nd2026!", "Cr3wr00m2026!", "L1ddell!2026!", "NorthwindLabs!!1", "Northwind Welcome!"]
)
def test_variations_of_familiar_names_are_refused(password):
    with pytest.raises(InvalidInput, match="too easy"):
        passwords.check(password, "alice.liddell@mail.test", "Alice Liddell", "Crewroom", "Northwind Labs")


# Phrases and passwords by people and generators, in several languages and scripts.
GOOD = Path(__file__).parents[1] / "support" / "data" / "good_passwords.txt"


def test_good_phrases_are_accepted(subtests):
    for password in GOOD.read_text("utf-8").splitlines():
        with subtests.test(password):
            assert passwords.check(password, "alice.liddell@mail.test", "Alice", "Crewroom", "Northwind Labs")


_WORDS = [word for word in RANKED_DICTIONARIES["english_wikipedia"] if len(word) >= 4][:7776]
_ALL = string.ascii_letters + string.digits + "!@#$%^&*"


def _phrase(chance: random.Random, words: int, between: str) -> str:
    return between.join(chance.choice(_WORDS).capitalize() for _ in range(words))


def _pronounceable(chance: random.Random) -> str:
    def syllable() -> str:
        return "".join(
            chance.choice(letters) for letters in ("bcdfghjkmnpqrstvwxz", "aeiouy", "bcdfghjkmnpqrstvwxz")
        )

    return "-".join(syllable() + syllable() for _ in range(3))


# As password managers generate them: KeePassXC and Bitwarden (words), Safari (syllables), `openssl rand`.
GENERATORS: dict[str, Callable[[random.Random], str]] = {
    "three words": lambda chance: _phrase(chance, 3, " "),
    "three words and a digit": lambda chance: _phrase(chance, 3, "-") + str(chance.randrange(10)),
    "four words without spaces": lambda chance: _phrase(chance, 4, ""),
    "12 of all characters": lambda chance: "".join(chance.choices(_ALL, k=12)),
    "12 lowercase letters": lambda chance: "".join(chance.choices(string.ascii_lowercase, k=12)),
    "20 letters and digits": lambda chance: "".join(
        chance.choices(string.ascii_letters + string.digits, k=20)
    ),
    "16 hexadecimal": lambda chance: f"{chance.getrandbits(64):016x}",
    "syllables": _pronounceable,
}


@pytest.mark.parametrize("kind", GENERATORS)
@pytest.mark.parametrize("number", [10, pytest.param(rounds(300, 1250), marks=pytest.mark.long)])
def test_generated_passwords_are_never_refused(kind, number):
    chance = random.Random(20261128)

    generated = [GENERATORS[kind](chance) for _ in range(number)]

    assert [password for password in generated if not _accepted(password)] == []


@sweep(
    "password",
    [
        "4@8({[<369&#!1|0$5+7%2" * 11,
        "a1" * 128,
        "ab cd " * 42,
        "Summer2026" * 25,
        "\ufdfa" * 256,
        "m0nk3yDr4gon" * 21,
    ],
)
def test_no_password_takes_long_to_check(password):
    """Passwords are checked one at a time, and look-alikes and repeats multiply the variants to check."""
    began = time.process_time()

    _accepted(password)

    assert time.process_time() - began < 0.5


def _accepted(password: str) -> bool:
    try:
        passwords.check(password, "alice.liddell@mail.test", "Alice Liddell", "Crewroom", "Northwind Labs")
    except InvalidInput:
        return False
    return True
