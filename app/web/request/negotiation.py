"""The one judge of the dialect that a request speaks."""

from enum import StrEnum

from flask import request

from app.web.current import current
from app.web.request import probes
from app.web.request.key_headers import carries_key

VARY = "Accept, Accept-Encoding, Accept-Language, Authorization, X-Api-Key, Capgkey, Cookie, HX-Request"
# The same for every caller, apart from its compression.
STATIC_VARY = "Accept-Encoding"


class Dialect(StrEnum):
    """How the answer is written."""

    JSON = "json"
    FRAGMENT = "fragment"
    PAGE = "page"


def dialect() -> Dialect:
    """Return the dialect of the current request; the first match wins."""
    if current.dialect is None:
        current.dialect = _judge()
    return current.dialect


def excludes_html() -> bool:
    """Tell whether the caller accepts no HTML; without an `Accept` header everything is accepted."""
    accepted = request.accept_mimetypes
    return bool(accepted) and not accepted["text/html"]


def _judge() -> Dialect:
    if probes.uncounted() or carries_key():
        return Dialect.JSON
    if _htmx("HX-Request") and not _htmx("HX-Boosted") and not _htmx("HX-History-Restore-Request"):
        return Dialect.FRAGMENT
    accepted = request.accept_mimetypes
    prefers_html = accepted["text/html"] > accepted["application/json"]
    return Dialect.PAGE if prefers_html else Dialect.JSON


def _htmx(header: str) -> bool:
    return request.headers.get(header) == "true"
