"""Creates, recognizes and seals secrets. Only digests and sealed texts reach the database."""

import base64
import hashlib
import hmac
import re
import secrets
import zlib

from cryptography.fernet import Fernet, InvalidToken

MARK = "crew_"
PREFIX_LENGTH = 12
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Crockford's base32: without letters that look like digits, which are read as those digits.
_READABLE = "0123456789abcdefghjkmnpqrstvwxyz"
_LOOK_ALIKES = str.maketrans("ilo", "110")
_BODY_LENGTH = 43
_CHECKSUM_LENGTH = 6
_SHAPE = re.compile(rf"crew_[0-9A-Za-z]{{{_BODY_LENGTH + _CHECKSUM_LENGTH}}}", re.ASCII)


def new() -> str:
    """Return a new secret: `crew_`, 256 random bits in base62, six characters of checksum."""
    return _encoded(secrets.token_bytes(32))


def derived(key: str, purpose: str) -> str:
    """Return the secret of a mailed link, derived from the portal's secret key.

    It can be derived again when its mail is sent, so the outbox stores no secret.
    """
    return _encoded(hmac.digest(key.encode(), purpose.encode(), "sha256"))


def chain_key(key: str, chain: str) -> bytes:
    """Return the key that seals one chain of the audit log."""
    return hmac.digest(key.encode(), f"audit chain {chain}".encode(), "sha256")


def fingerprint(key: str) -> str:
    """Return the fingerprint by which a database recognizes its secret key."""
    return hmac.digest(key.encode(), b"fingerprint of the secret key", "sha256").hex()


def lockout_key(key: str, kind: str, subject: str) -> str:
    """Return the keyed digest under which wrong passwords are counted. It does not reveal the subject."""
    return hmac.digest(key.encode(), f"lockout {kind} {subject}".encode(), "sha256").hex()


def installation_mark(key: str) -> str:
    """Return eight characters that identify this installation and reveal nothing about its secret key."""
    return hmac.digest(key.encode(), b"installation mark", "sha256").hex()[:8]


def new_readable() -> str:
    """Return a new secret that people can type: 80 random bits in four groups of four characters."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def normalized(text: str) -> str:
    """Return a readable secret in its original form, whatever its case, spaces and dashes."""
    letters = "".join(text.lower().split()).replace("-", "").translate(_LOOK_ALIKES)
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def seal(key: str, purpose: str, text: str, *, at: int) -> str:
    """Return a text encrypted, so that only the same key and purpose can decrypt it."""
    return _cipher(key, purpose).encrypt_at_time(text.encode(), at).decode("ascii")


def unseal(key: str, purpose: str, sealed: str, *, at: int, lifetime: int | None = None) -> str | None:
    """Return a sealed text decrypted, or None if the key or purpose differs or `lifetime` seconds passed."""
    cipher = _cipher(key, purpose)
    try:
        opened = cipher.decrypt_at_time(sealed, lifetime, at) if lifetime else cipher.decrypt(sealed)
    except (InvalidToken, ValueError):
        return None
    return opened.decode()


def digest(secret: str) -> str:
    """Return the digest to store for a secret: SHA-256 in hex. 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def well_formed(text: str) -> bool:
    """Return whether a text has the form and checksum of a secret, so that a typo costs no lookup."""
    if not _SHAPE.fullmatch(text):
        return False
    return hmac.compare_digest(_checksum(text[:-_CHECKSUM_LENGTH]), text[-_CHECKSUM_LENGTH:])


def prefix(secret: str) -> str:
    """Return the beginning of a key, by which its owner recognizes it in a list."""
    return secret[:PREFIX_LENGTH]


def _cipher(key: str, purpose: str) -> Fernet:
    """Return the cipher for one purpose. Its `seal:` prefix keeps its key apart from derived secrets."""
    derived_key = hmac.digest(key.encode(), f"seal:{purpose}".encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(derived_key))


def _encoded(random: bytes) -> str:
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
