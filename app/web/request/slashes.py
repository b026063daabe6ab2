"""Addresses work with and without their trailing slash, and with no further ones."""

from flask import Flask, request
from werkzeug.exceptions import NotFound


def init_app(app: Flask) -> None:
    """Tell the map of addresses, and be stricter where it is not."""
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.before_request(_check)


def _check() -> None:
    """Refuse two slashes in a row, at the ends too, where the map overlooks them."""
    if "//" in request.environ.get("PATH_INFO", ""):
        raise NotFound
