"""Check, hash and verify passwords."""

import os
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.base.codes import Code
from app.base.errors import InvalidInput
from app.services.login import password_strength
from app.storage import database

SHORTEST, LONGEST = 12, 256

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# The highest cost of a hash from a backup, so that verifying it can't exhaust memory: 1 GiB, 16 passes.
_HASH = re.compile(r"\$argon2(?:id|i)\$v=\d+\$m=(\d{1,7}),t=(\d{1,2}),p=\d{1,2}\$[\w+/=$-]{1,200}", re.ASCII)
_MOST_MEMORY, _MOST_PASSES = 1024 * 1024, 16
R = TypeVar("R")
# Each hash takes 19 MiB, which the allocator keeps for the calling thread. A few threads do all the hashing,
# so that many concurrent sign-ins don't need more memory; more threads than cores would gain nothing.
_HASHERS = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="passwords")


def check(password: str, *familiar: str) -> str:
    """Return the password. Raises `InvalidInput` if it is too short, too long or easy to guess.

    `familiar` are names that an attacker would try: of the person, the portal and the organizations. The rest
    of the password without the words in them must not be easy either.
    """
    check_length(password)
    if password_strength.is_easy(password, familiar):
        raise InvalidInput(
            Code.PASSWORD_TOO_EASY, message="A few unrelated words make a good password.", field="password"
        )
    if password_strength.is_built_of(password, familiar):
        message = "Choose a few unrelated words, but not your name, the portal's or your organizations'."
        raise InvalidInput(Code.PASSWORD_TOO_EASY, message=message, field="password")

    return password


def check_length(password: str) -> None:
    """Raise `InvalidInput` for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            Code.PASSWORD_LENGTH, f"Password must have {SHORTEST} to {LONGEST} characters", field="password"
        )


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return _computed(_HASHER.hash, _bytes(password))


def matches(password: str, stored: str | None) -> bool:
    """Return whether a password matches a stored hash. Without one, take the same time and return False."""
    try:
        _computed(_verified, stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def renewed(password: str, stored: str) -> str | None:
    """Return a new hash of a verified password if the stored one uses outdated parameters, else None."""
    return hashed(password) if _HASHER.check_needs_rehash(stored) else None


def is_affordable(stored: str) -> bool:
    """Return whether a text is a password hash that can be verified at a reasonable cost."""
    match = _HASH.fullmatch(stored)
    return match is not None and int(match[1]) <= _MOST_MEMORY and 1 <= int(match[2]) <= _MOST_PASSES


def _computed(work: Callable[..., R], *arguments: str | bytes | None) -> R:
    """Run the work in a hashing thread. Raises `RuntimeError` during a change, whose locks block others."""
    if database.changing():
        raise RuntimeError("a password is hashed before or after a change, not during one")
    return _HASHERS.submit(work, *arguments).result()


def _verified(stored: str | None, password: bytes) -> bool:
    return _HASHER.verify(stored or _dummy(), password)


@cache
def _dummy() -> str:
    return _HASHER.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    """Return the bytes of a password, normalized because keyboards compose letters differently."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
