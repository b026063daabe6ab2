"""Accept paths with and without their trailing slash, and refuse repeated slashes."""

from flask import Flask, request
from werkzeug.exceptions import NotFound


def init_app(app: Flask) -> None:
    """Configure the URL map, and refuse repeated slashes, which it accepts in some places."""
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.before_request(_check)


def _check() -> None:
    """Raise `NotFound` for two slashes in a row, which the URL map overlooks at either end of a path."""
    if "//" in request.environ.get("PATH_INFO", ""):
        raise NotFound
