"""Security headers of every response, including errors and static files."""

from functools import partial

from flask import Flask, Response, request

from app.web.current import current
from app.web.request import probes
from app.web.request.negotiation import STATIC_VARY, VARY

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Server": "Crewroom",  # instead of the server's own
}
# Without a trustworthy origin, browsers ignore it, and Chromium logs an error on every page.
_OPENER = {"Cross-Origin-Opener-Policy": "same-origin"}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
# These set their own `Cache-Control`, because they are public.
_CACHEABLE = {"static", "documentation.specification"}


def init_app(app: Flask) -> None:
    """Add the headers to every response."""
    app.after_request(partial(_add, fixed(app)))


def fixed(app: Flask) -> dict[str, str]:
    """Return the headers that are the same on every response, also on the server's own refusals."""
    config = app.extensions["config"]
    return {**_HEADERS, **(_OPENER if config.trustworthy else {}), **(_HTTPS if config.secure else {})}


def _add(fixed_headers: dict[str, str], response: Response) -> Response:
    for name, value in fixed_headers.items():
        response.headers[name] = value
    response.headers["Vary"] = STATIC_VARY if probes.is_static() else VARY
    if request.endpoint not in _CACHEABLE:
        # Even anonymous pages contain CSRF tokens.
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = current.request_id
    return response
