"""Why a form was refused, in words that help: it came to another address, without its cookie, or too late."""

from urllib.parse import urlsplit

from flask import request

from app.base.errors import NotPermitted
from app.text import links
from app.web.current import current
from app.web.request import cookies
from app.web.request.negotiation import Dialect, dialect


def refusal(reason: str) -> NotPermitted:
    """Return the refusal of a change by cookie that lacks its token or comes from another site."""
    if dialect() is not Dialect.JSON:
        if _at_another_address(reason):
            return _elsewhere(reason)
        if not _cookie_came():
            return _without_cookie(reason)
    return NotPermitted(
        "The form has expired",
        message="Reload the page and try again. Nothing was changed.",
        reason=reason,
    )


def _at_another_address(reason: str) -> bool:
    """Return whether the browser shows the portal at another address than its own.

    A proxy may hide scheme and host from us, so what the browser says counts first. Where the cookie came
    back, the address is no obstacle, unless the browser names one that is unknown here.
    """
    if request.headers.get("Sec-Fetch-Site") not in {None, "same-origin", "none"}:
        return False
    shown = request.headers.get("Origin") or request.host_url.rstrip("/")
    return shown != current.settings.base_url and (reason == "other_site" or not _cookie_came())


def _cookie_came() -> bool:
    return bool(cookies.sent(request, cookies.name(current.settings)))


def _elsewhere(reason: str) -> NotPermitted:
    """Name the portal's address: a browser keeps `Secure` cookies to itself at any other."""
    base_url = current.settings.base_url
    refused = NotPermitted(
        f"This portal is at {base_url}",
        message="Continue there. Signing in doesn't work at the address you used. Nothing was changed.",
        reason=reason,
    )
    refused.remedy = (f"Go to {base_url}", links.page(current.settings, links.Page.HOME))
    return refused


def _without_cookie(reason: str) -> NotPermitted:
    return NotPermitted(
        "Your browser didn't send a cookie with this form",
        message="Reload the page and try again. If that doesn't help, allow cookies for "
        f"{_shown_host()} in your browser's settings. Nothing was changed.",
        reason=reason,
    )


def _shown_host() -> str:
    """Return the host that the browser shows, which a proxy may hide from us."""
    base_url = current.settings.base_url
    return urlsplit(base_url).netloc if request.headers.get("Origin") == base_url else request.host
