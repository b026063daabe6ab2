"""Explain why a form was refused: a wrong portal address, a missing cookie, or an expired token."""

from urllib.parse import urlsplit

from flask import request

from app.base.codes import Code
from app.base.errors import NotPermitted
from app.text import links
from app.web.current import current
from app.web.request import cookies
from app.web.request.negotiation import Dialect, dialect


def refusal(code: Code) -> NotPermitted:
    """Return the refusal of a change by cookie that lacks its CSRF token or comes from another site."""
    if dialect() is not Dialect.JSON:
        if _at_another_address(code):
            return _wrong_address()
        if not _has_cookie():
            return _missing_cookie()
    return NotPermitted(code, message="Reload the page and try again. Nothing was changed.")


def _at_another_address(code: Code) -> bool:
    """Return whether the browser uses another address than the portal's own.

    A proxy may hide the scheme and host, so the browser's headers take precedence. If the cookie arrived, the
    address works, unless the browser's `Origin` differs.
    """
    if request.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}:
        return False
    address = request.headers.get("Origin") or request.host_url.rstrip("/")
    return address != current.settings.base_url and (code is Code.OTHER_SITE or not _has_cookie())


def _has_cookie() -> bool:
    return bool(cookies.sent(request, cookies.name(current.settings)))


def _wrong_address() -> NotPermitted:
    """Return a refusal with the portal's address, the only one to which browsers send `Secure` cookies."""
    base_url = current.settings.base_url
    refused = NotPermitted(
        Code.WRONG_ADDRESS,
        f"This portal is at {base_url}",
        message="Continue there. Signing in doesn't work at the address you used. Nothing was changed.",
    )
    refused.remedy = (f"Go to {base_url}", links.page(current.settings, links.Page.HOME))
    return refused


def _missing_cookie() -> NotPermitted:
    return NotPermitted(
        Code.COOKIE_MISSING,
        message="Reload the page and try again. If that doesn't help, allow cookies for "
        f"{_shown_host()} in your browser's settings. Nothing was changed.",
    )


def _shown_host() -> str:
    """Return the host that the browser shows, even if a proxy replaces it."""
    base_url = current.settings.base_url
    return urlsplit(base_url).netloc if request.headers.get("Origin") == base_url else request.host
