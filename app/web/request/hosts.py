"""Hosts: a request for what can be no name of a host is refused before anything else looks at it."""

from flask import Flask, current_app, request
from flask.globals import request_ctx

# Stands for the name, so that the page of the refusal can lead on; its links are paths and do not show it.
_NAMELESS = "localhost"


def init_app(app: Flask) -> None:
    """Look before the request is routed anew or drawn, both of which need a host."""
    app.before_request(_check)


def _check() -> None:
    """Raise what Flask put off, once addresses can be written."""
    if request_ctx.url_adapter is None and request.routing_exception:
        request_ctx.url_adapter = current_app.url_map.bind(_NAMELESS, script_name=request.script_root)
        raise request.routing_exception
