"""Headers that every answer carries, errors and static files too."""

from flask import Flask, Response, current_app, request

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
    "Server": "Crewroom",  # or the server would give its own name
}
# Elsewhere browsers ignore it, and Chromium reports that as an error on every page.
_OPENER = {"Cross-Origin-Opener-Policy": "same-origin"}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
# What is the same for everybody says itself how long it may be kept.
_KEPT = {"static", "documentation.specification"}


def init_app(app: Flask) -> None:
    """Add the headers last of all."""
    app.after_request(_add)


def fixed(app: Flask) -> dict[str, str]:
    """Return the headers that are the same on every answer; the server's own refusals carry them too."""
    config = app.extensions["config"]
    return {**_HEADERS, **(_OPENER if config.trustworthy else {}), **(_HTTPS if config.secure else {})}


def _add(response: Response) -> Response:
    for name, value in fixed(current_app).items():
        response.headers[name] = value
    response.headers["Vary"] = STATIC_VARY if probes.is_static() else VARY
    if request.endpoint not in _KEPT:
        # Pages hold tokens, so those of visitors are not kept either.
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Request-Id"] = current.request_id
    return response
