"""The whole specification."""

from importlib.metadata import version
from typing import Any

from flask import Flask

from app.web.guard.authentication import CSRF_HEADER
from app.web.openapi import answers, paths
from app.web.openapi.described import TAGS
from app.web.openapi.schemas import Schema, Schemas

_ABOUT = """\
Organizations, their members and roles, invitations, API keys, apps with their bundles, and a record of
every change.

**Who asks.** Send an API key as `authorization: crew_…`; `Bearer crew_…`, `x-api-key` and `capgkey` are
accepted too, one key in one header. What only a session may is done with the cookie of a log-in; a change
by cookie needs its token in `X-CSRFToken`, which `GET /login/` tells.

**Addresses** work with and without their trailing slash. A method that is not described is answered with
405, an unknown address with 404, both in the shape of all refusals.

**Input** is a JSON object or a form in UTF-8, for `GET` the query, for `DELETE` the query as well. A field
that is not described is refused with `code: unknown_field`, except by the six operations on
`/organization/` (but `DELETE`) and `/organization/members/`, which ignore it, and by the probes. A field
that comes twice is refused. A yes or no in a form is `true`, `1` or `on`, or `false`, `0` or blank.

**Answers** are JSON unless the request prefers `text/html` and has no key: browsers get pages at the same
addresses. Success is 200, creation included. A refusal is `{"error": "…", "status": "KO"}`, often with
`message`, which says what to do, `field`, and `code`, a stable word for programs. Requests are counted for
each credential; the `RateLimit` headers tell how many are left.
"""


def of_app(app: Flask) -> Schema:
    """Return the specification of an application, made once for each."""
    if "specification" not in app.extensions:
        app.extensions["specification"] = _document(app)
    found: Schema = app.extensions["specification"]
    return found


def _document(app: Flask) -> Schema:
    schemas = Schemas()
    shared = answers.common(schemas)
    found = paths.of(app, schemas)
    return {
        "openapi": "3.1.1",
        "info": _info(),
        "servers": [{"url": "/", "description": "This portal"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": found,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": shared,
            "headers": answers.HEADERS,
            "securitySchemes": _security_schemes(app.config["SESSION_COOKIE_NAME"]),
        },
    }


def _info() -> Schema:
    return {
        "title": "Crewroom",
        "version": version("crewroom"),
        "summary": "Who may do what in a team",
        "description": _ABOUT,
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _security_schemes(cookie: str) -> dict[str, Any]:
    return {
        "key": {
            "type": "apiKey",
            "in": "header",
            "name": "authorization",
            "description": "An API key, as it is: `crew_…`",
        },
        "bearer": {"type": "http", "scheme": "bearer", "description": "The same key after `Bearer`"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "The cookie of a browser, which a log-in makes a session",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": CSRF_HEADER,
            "description": "The token that belongs to the cookie",
        },
    }
