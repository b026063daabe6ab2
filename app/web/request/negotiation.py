"""Determine the dialect of the response: JSON, page or fragment."""

from enum import StrEnum

from flask import request

from app.web.current import current
from app.web.request import probes
from app.web.request.key_headers import carries_key

VARY = "Accept, Accept-Encoding, Accept-Language, Authorization, X-Api-Key, Capgkey, Cookie, HX-Request"
# Static files are the same for every caller, apart from compression.
STATIC_VARY = "Accept-Encoding"


class Dialect(StrEnum):
    """The format of the response."""

    JSON = "json"
    FRAGMENT = "fragment"
    PAGE = "page"


def dialect() -> Dialect:
    """Return the dialect of the current request; the first match wins."""
    if current.dialect is None:
        current.dialect = _negotiate()
    return current.dialect


def excludes_html() -> bool:
    """Return whether the `Accept` header excludes HTML; without one, everything is accepted."""
    accepted = request.accept_mimetypes
    return bool(accepted) and not accepted["text/html"]


def _negotiate() -> Dialect:
    if probes.uncounted() or carries_key():
        return Dialect.JSON
    if _htmx("HX-Request") and not _htmx("HX-Boosted") and not _htmx("HX-History-Restore-Request"):
        return Dialect.FRAGMENT
    accepted = request.accept_mimetypes
    prefers_html = accepted["text/html"] > accepted["application/json"]
    return Dialect.PAGE if prefers_html else Dialect.JSON


def _htmx(header: str) -> bool:
    return request.headers.get(header) == "true"
