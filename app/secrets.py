"""Secrets: how they are made, recognised and stored; only digests reach the database."""

import hashlib
import hmac
import re
import secrets
import zlib

MARK = "crew_"
PREFIX_LENGTH = 12
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_LENGTH = 43
_CHECKSUM_LENGTH = 6
_SHAPE = re.compile(rf"crew_[0-9A-Za-z]{{{_BODY_LENGTH + _CHECKSUM_LENGTH}}}", re.ASCII)


def new() -> str:
    """Return a new secret: `crew_`, 256 random bits in base62, six characters of checksum."""
    return _written(secrets.token_bytes(32))


def derived(key: str, purpose: str) -> str:
    """Return the secret of a mailed link, made anew from the portal's key whenever it is needed.

    So the outbox holds no secret: the link is written when its mail leaves.
    """
    return _written(hmac.digest(key.encode(), purpose.encode(), "sha256"))


def chain_key(key: str, chain: str) -> bytes:
    """Return the key that seals one chain of the audit log."""
    return hmac.digest(key.encode(), f"audit chain {chain}".encode(), "sha256")


def digest(secret: str) -> str:
    """Return what is stored of a secret: SHA-256 in hex. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def well_formed(text: str) -> bool:
    """Tell whether a text can be one of our secrets, so that a mistyped one costs no look-up."""
    if not _SHAPE.fullmatch(text):
        return False
    return hmac.compare_digest(_checksum(text[:-_CHECKSUM_LENGTH]), text[-_CHECKSUM_LENGTH:])


def prefix(secret: str) -> str:
    """Return the beginning by which its owner recognises a key in a list."""
    return secret[:PREFIX_LENGTH]


def _written(random: bytes) -> str:
    marked = MARK + _base62(int.from_bytes(random), _BODY_LENGTH)
    return marked + _checksum(marked)


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
