"""The one judge of the dialect that a request speaks."""

from enum import StrEnum

from flask import g, request

KEY_HEADERS = ("Authorization", "X-Api-Key", "Capgkey")
VARY = "Accept, Authorization, X-Api-Key, Cookie, HX-Request"


class Dialect(StrEnum):
    """How the answer is written."""

    JSON = "json"
    FRAGMENT = "fragment"
    PAGE = "page"


def dialect() -> Dialect:
    """Return the dialect of the current request; the first match wins."""
    if "dialect" not in g:
        g.dialect = _judge()
    found: Dialect = g.dialect
    return found


def carries_key() -> bool:
    """Tell whether a key header is there, be it empty or wrong."""
    return any(header in request.headers for header in KEY_HEADERS)


def _judge() -> Dialect:
    if carries_key():
        return Dialect.JSON
    if _htmx("HX-Request") and not _htmx("HX-Boosted") and not _htmx("HX-History-Restore-Request"):
        return Dialect.FRAGMENT
    accepted = request.accept_mimetypes
    prefers_html = accepted["text/html"] > accepted["application/json"]
    return Dialect.PAGE if prefers_html else Dialect.JSON


def _htmx(header: str) -> bool:
    return request.headers.get(header) == "true"
