"""`crewroom openapi`: print the OpenAPI specification as JSON."""

import orjson

from app import outline
from app.base import config
from app.web.openapi import document


def written() -> str:
    """Return the specification of a portal with the current settings, as indented JSON."""
    return orjson.dumps(document.of_app(outline(config.load())), option=orjson.OPT_INDENT_2).decode()
