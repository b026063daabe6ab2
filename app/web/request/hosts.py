"""Refuse requests with an invalid host before anything else handles them."""

from flask import Flask, current_app, request
from flask.globals import request_ctx

# Used instead, so that the error page can build its links, which are paths and do not show the host.
_FALLBACK_HOST = "localhost"


def init_app(app: Flask) -> None:
    """Check the host before the request is routed again or rendered, both of which need one."""
    app.before_request(_check)


def _check() -> None:
    """Raise the routing error that Flask deferred, once URLs can be built."""
    if request_ctx.url_adapter is None and request.routing_exception:
        request_ctx.url_adapter = current_app.url_map.bind(_FALLBACK_HOST, script_name=request.script_root)
        raise request.routing_exception
