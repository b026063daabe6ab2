"""Check where a request comes from, and where it may be redirected to."""

from urllib.parse import urlsplit

from flask import request, url_for

from app.web.current import current


def is_own() -> bool:
    """Return whether a page of the portal sent the request; SameSite would also allow sibling subdomains."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin in {current.settings.base_url, request.host_url.rstrip("/")}


def own_path(target: str | None, default: str | None = None) -> str:
    """Return the target if it is a path of the portal, else the default or the list of organizations."""
    default = url_for("organizations.index") if default is None else default
    if not target or not target.startswith("/") or not target.isprintable():
        return default
    if target.startswith(("//", "/\\")) or "\\" in target:
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target


def referring_path() -> str:
    """Return the path of the page that the request was sent from, or the list of organizations."""
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(source)
    except ValueError:
        return own_path(None)
    if parts.netloc != request.host:
        return own_path(None)
    return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
