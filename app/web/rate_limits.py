"""How often the same caller may ask: each credential anything, each person what could be guessing."""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.errors import NotFound, TooManyRequests
from app.services.actors import Actor
from app.web.negotiation import Dialect, dialect
from app.web.origins import portal_config

# Counted for an address of the network, or for a person: keys are free, so one of them is nobody.
TIGHTER = {
    "log_in": "60/minute",
    "log_in_account": "20/minute",
    "register": "100/hour",
    "reset": "60/hour",
    "reset_account": "5/hour",
    "invite": "300/hour",
    "look_up": "120/minute",
}
_GENERAL = "all"


def init_app(app: Flask) -> None:
    """Make the counter and put the headers on JSON answers."""
    storage = storage_from_string(app.extensions["config"].rate_limit_storage)
    app.extensions["rate_limiter"] = FixedWindowRateLimiter(storage)
    app.after_request(_headers)


def check(actor: Actor | None) -> None:
    """Count the request for its credential, or for its network address, and refuse too many."""
    limit = portal_config().rate_limit
    if limit:
        g.counted_for = actor.credential_id if actor else client_address()
        _hit(RateLimitItemPerMinute(limit), _GENERAL, g.counted_for)


def check_tighter(name: str, who: str | None = None, *, times: int = 1) -> None:
    """Count one of the tighter limits, and refuse too many; off when the general limit is."""
    if portal_config().rate_limit:
        _hit(_item(name), name, who or client_address(), times)


@contextmanager
def failed_look_ups(actor: Actor) -> Iterator[None]:
    """Count the look-ups that find nobody, so that addresses cannot be tried out by the thousand."""
    try:
        yield
    except NotFound:
        check_tighter("look_up", actor.user_id)
        raise


def client_address() -> str:
    """Return the network address that asks; `X-Forwarded-For` counts only from a trusted proxy.

    Of IPv6 it is the network of 64 bits that one customer has to themselves.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((int(address), 64), strict=False))


def show_refusal(response: Response, error: TooManyRequests) -> None:
    """Say on a refusal which limit it was, and when to come again."""
    response.headers["Retry-After"] = str(error.retry_after)
    if error.limit and portal_config().rate_limit and dialect() is Dialect.JSON:
        _show(response, error.limit, 0, error.retry_after)


def _hit(item: RateLimitItem, name: str, who: str, times: int = 1) -> None:
    if not _limiter().hit(item, name, who, cost=times):
        reset_at = _limiter().get_window_stats(item, name, who).reset_time
        seconds = max(1, round(reset_at - time.time()))
        raise TooManyRequests(seconds, limit=item.amount, reason=f"rate_limit_{name}")


def _headers(response: Response) -> Response:
    limit = portal_config().rate_limit
    if not limit or "counted_for" not in g or dialect() is not Dialect.JSON:
        return response
    if "RateLimit-Limit" not in response.headers:
        reset_at, left = _limiter().get_window_stats(RateLimitItemPerMinute(limit), _GENERAL, g.counted_for)
        _show(response, limit, left, max(0, round(reset_at - time.time())))
    return response


def _show(response: Response, limit: int, left: int, seconds: int) -> None:
    shown = {"Limit": limit, "Remaining": left, "Reset": seconds}
    response.headers.update({f"RateLimit-{name}": str(value) for name, value in shown.items()})


def _limiter() -> FixedWindowRateLimiter:
    found: FixedWindowRateLimiter = current_app.extensions["rate_limiter"]
    return found


@cache
def _item(name: str) -> RateLimitItem:
    return parse(TIGHTER[name])
