"""The one judge of key headers: which of a request's credentials are API keys of this portal."""

import base64
import binascii
from collections.abc import Iterator

from flask import request

from app.web.current import current

AUTHORIZATION = "Authorization"
# These exist for keys alone, so any value counts as one, an empty value too.
OWN_HEADERS = ("X-Api-Key", "Capgkey")
_PREFIX = "crew_"
_PLAIN_SCHEMES = frozenset({"bearer", "token", "apikey"})
# Proxies and clients send some of these alone when they have no credential to put behind them.
_SCHEMES = _PLAIN_SCHEMES | {"basic", "digest", "negotiate", "ntlm", "kerberos", "dpop", "hoba", "mutual"}


def carries_key() -> bool:
    """Return whether the request carries a key header, be the key valid or not."""
    return bool(keys_sent())


def keys_sent() -> frozenset[str]:
    """Return the different keys in the headers of the current request."""
    if current.keys_sent is None:
        own = {without_scheme(request.headers[name]) for name in OWN_HEADERS if name in request.headers}
        current.keys_sent = frozenset(own.union(_in_authorization(request.headers.get(AUTHORIZATION, ""))))
    return current.keys_sent


def without_scheme(value: str) -> str:
    """Return what follows `Bearer`, `Token` or `ApiKey`, and any other value as it is."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if scheme.lower() in _PLAIN_SCHEMES else value.strip()


def _in_authorization(header: str) -> set[str]:
    """Return the keys of an `Authorization` header; credentials of other software are none."""
    value = header.strip()
    words = value.split(maxsplit=1)
    if not words or value.lower() in _SCHEMES:
        return set()
    if len(words) == 1 or value.startswith(_PREFIX):
        return {value}
    # Servers join repeated headers with commas, so a proxy's credential may precede ours.
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
    """Return the user and the password of Basic credentials; nothing for what cannot be decoded."""
    try:
        text = base64.b64decode(encoded + "==").decode("latin-1")
    except (binascii.Error, ValueError):
        return []
    return text.split(":", 1)
