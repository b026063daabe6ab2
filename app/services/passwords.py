"""Passwords: which are good enough, how they are hashed and compared."""

import os
import re
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from app.errors import InvalidInput

SHORTEST, LONGEST = 12, 256
EASY = "Password is too easy to guess"
# What a guesser tries first. zxcvbn counts guesses; below this a password falls in seconds even online.
EASY_GUESSES = 100_000
# The same for what stands beside familiar words: `2026!` takes more than the above, and adds little.
EASY_REST = 1_000_000
_JUDGED_LENGTH = 64  # zxcvbn takes quadratic time; what is longer is not common
# It also tries every way to read these as letters, which takes seconds for a text that has them all.
_LETTER_LIKE, _MANY, _BRIEF_LENGTH = frozenset("4@8({[<369&#!1|0$5+7%2"), 6, 16
_FAMILIAR_WORD = re.compile(r"\w{4,}")
# zxcvbn keeps the words of the call in one place for all threads.
_JUDGING = Lock()

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Each hash takes 19 MiB, and the allocator keeps them for the thread that asked: a few threads do all
# the hashing, so that two hundred log-ins at once take no more. More threads than cores would gain nothing.
_HASHERS = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="passwords")


def check(password: str, *familiar: str) -> str:
    """Return a password that may be used, or raise.

    `familiar` are names that a guesser would try: the person's, the portal's, those of organizations. What is
    left of a password without their words must not be easy either.
    """
    check_length(password)
    judged = password[:_JUDGED_LENGTH].lower()
    rest = _without_words(judged, familiar)
    if _guesses(password[:_JUDGED_LENGTH], familiar) < EASY_GUESSES:
        raise InvalidInput(EASY, message="A few unrelated words do well.", field="password")
    if rest != judged and _guesses(rest, familiar) < EASY_REST:
        message = "A few unrelated words do well, other than your name, the portal's and your organizations'."
        raise InvalidInput(EASY, message=message, field="password")

    return password


def check_length(password: str) -> None:
    """Raise for a password that is too short or too long, whoever it is for."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"Password must have {SHORTEST} to {LONGEST} characters", field="password")


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return _HASHERS.submit(_HASHER.hash, _bytes(password)).result()


def matches(password: str, stored: str | None) -> bool:
    """Compare a password with a stored hash; without one, take the same time and say no."""
    try:
        _HASHERS.submit(_verified, stored, _bytes(password)).result()
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def renewed(password: str, stored: str) -> str | None:
    """Return a new hash of a password that matches, if its stored one was made with other parameters."""
    return hashed(password) if _HASHER.check_needs_rehash(stored) else None


def _guesses(text: str, familiar: Iterable[str]) -> int:
    if not text:
        return 0
    if len(_LETTER_LIKE.intersection(text)) > _MANY:
        text = text[:_BRIEF_LENGTH]
    with _JUDGING:
        return int(zxcvbn(text, user_inputs=[name for name in familiar if name])["guesses"])


def _without_words(text: str, familiar: Iterable[str]) -> str:
    """Take the words of names out of a text, the longest first."""
    words = {word for name in familiar for word in _FAMILIAR_WORD.findall(name.lower())}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def _verified(stored: str | None, password: bytes) -> bool:
    return _HASHER.verify(stored or _dummy(), password)


@cache
def _dummy() -> str:
    return _HASHER.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    """Return the bytes of a password, the same however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
