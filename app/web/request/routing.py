"""Refuse requests with an invalid host or with repeated slashes, before anything else handles them."""

from flask import Flask, current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import NotFound

# Used instead of an invalid host, so that the error page can build its links, which do not show the host.
_FALLBACK_HOST = "localhost"


def init_app(app: Flask) -> None:
    """Check each request before it is routed again or rendered, both of which need a valid host."""
    app.before_request(_check)


def _check() -> None:
    """Raise the routing error that Flask deferred, or `NotFound` for two slashes in a row.

    The URL map overlooks those at either end of a path.
    """
    if request_ctx.url_adapter is None and request.routing_exception:
        request_ctx.url_adapter = current_app.url_map.bind(_FALLBACK_HOST, script_name=request.script_root)
        raise request.routing_exception
    if "//" in request.environ.get("PATH_INFO", ""):
        raise NotFound
