"""Generate the OpenAPI document."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Flask

from app.web.guard.authentication import CSRF_HEADER
from app.web.openapi import answers, paths
from app.web.openapi.schemas import Schema, Schemas


@dataclass(frozen=True, slots=True)
class Reference:
    """What the specification says of the API as a whole: a description, and its sections in order."""

    about: str
    sections: Mapping[str, str]


def of_app(app: Flask) -> Schema:
    """Return the specification of an application, which is generated once.

    `app.extensions["reference"]` must be a `Reference`.
    """
    if "specification" not in app.extensions:
        app.extensions["specification"] = _document(app)
    found: Schema = app.extensions["specification"]
    return found


def _document(app: Flask) -> Schema:
    schemas = Schemas()
    shared = answers.common(schemas)
    found = paths.of(app, schemas)
    reference: Reference = app.extensions["reference"]
    return {
        "openapi": "3.1.1",
        "info": _info(reference.about),
        "servers": [{"url": "/", "description": "This portal"}],
        "tags": [{"name": name, "description": text} for name, text in reference.sections.items()],
        "paths": found,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": shared,
            "headers": answers.HEADERS,
            "securitySchemes": _security_schemes(app.config["SESSION_COOKIE_NAME"]),
        },
    }


def _info(about: str) -> Schema:
    return {
        "title": "Crewroom",
        "version": version("crewroom"),
        "summary": "Manage who can do what in a team",
        "description": about,
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _security_schemes(cookie: str) -> dict[str, Any]:
    return {
        "key": {
            "type": "apiKey",
            "in": "header",
            "name": "authorization",
            "description": "An API key: `crew_…`",
        },
        "bearer": {"type": "http", "scheme": "bearer", "description": "The API key as a bearer token"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "The session cookie, which you get by signing in",
        },
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": CSRF_HEADER,
            "description": "The CSRF token that belongs to the session cookie",
        },
    }
