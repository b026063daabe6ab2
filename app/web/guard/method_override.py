"""Let HTML forms send PUT and DELETE in a hidden `_method` field, given a CSRF token and no API key."""

from flask import Flask, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from app.web.guard import authentication
from app.web.request import incoming
from app.web.request.key_headers import carries_key

FIELD = "_method"
_ALLOWED = {"PUT", "DELETE"}
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def init_app(app: Flask) -> None:
    """Route such forms to their operation before anything else handles them."""
    app.before_request(_override)


def _override() -> None:
    if request.method != "POST" or request.mimetype not in _FORMS or carries_key():
        return
    method = incoming.form_value(FIELD)
    if method in _ALLOWED and authentication.token_is_valid():
        request.method = method
        _route_again()


def _route_again() -> None:
    request.routing_exception = None
    try:
        matched = request_ctx.url_adapter.match(method=request.method, return_rule=True)  # type: ignore[union-attr]
        request.url_rule, request.view_args = matched[0], dict(matched[1])
    except HTTPException as error:
        request.routing_exception = error
