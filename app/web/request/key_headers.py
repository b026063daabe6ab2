"""Find the API keys of this portal among the credentials in a request's headers."""

import base64
import binascii
from collections.abc import Iterator

from flask import request

from app.web.current import current

AUTHORIZATION = "Authorization"
# These headers are only for API keys, so any value counts as one, even an empty one.
OWN_HEADERS = ("X-Api-Key", "Capgkey")
_PREFIX = "crew_"
_PLAIN_SCHEMES = frozenset({"bearer", "token", "apikey"})
# Proxies and clients may send a scheme alone when they have no credential.
_SCHEMES = _PLAIN_SCHEMES | {"basic", "digest", "negotiate", "ntlm", "kerberos", "dpop", "hoba", "mutual"}


def carries_key() -> bool:
    """Return whether the request has a key header, whether or not the key is valid."""
    return bool(keys_sent())


def keys_sent() -> frozenset[str]:
    """Return the distinct keys in the headers of the current request."""
    if current.keys_sent is None:
        own = {without_scheme(request.headers[name]) for name in OWN_HEADERS if name in request.headers}
        current.keys_sent = frozenset(own.union(_in_authorization(request.headers.get(AUTHORIZATION, ""))))
    return current.keys_sent


def without_scheme(value: str) -> str:
    """Return the value without `Bearer`, `Token` or `ApiKey` in front of it."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if scheme.lower() in _PLAIN_SCHEMES else value.strip()


def _in_authorization(header: str) -> set[str]:
    """Return the keys in an `Authorization` header, ignoring credentials for other software."""
    value = header.strip()
    words = value.split(maxsplit=1)
    if not words or value.lower() in _SCHEMES:
        return set()
    if len(words) == 1 or value.startswith(_PREFIX):
        return {value}
    # Servers join repeated headers with commas, so a proxy's credential may precede the key.
    return {key for part in value.split(",") for key in _candidates(part) if key.startswith(_PREFIX)}


def _candidates(part: str) -> Iterator[str]:
    scheme, _, rest = part.strip().partition(" ")
    if not rest:
        yield scheme
    elif scheme.lower() in _PLAIN_SCHEMES:
        yield rest.strip()
    elif scheme.lower() == "basic":
        yield from _halves(rest.strip())


def _halves(encoded: str) -> list[str]:
    """Return the user and password of Basic credentials, or nothing if they cannot be decoded."""
    try:
        text = base64.b64decode(encoded + "==").decode("latin-1")
    except (binascii.Error, ValueError):
        return []
    return text.split(":", 1)
