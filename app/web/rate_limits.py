"""How often the same caller may ask: per credential for everything, tighter where guessing would pay."""

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

# Each with who is counted: an address of the network, an account, or a credential.
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


def check_tighter(name: str, who: str | None = None) -> None:
    """Count one of the tighter limits, and refuse too many; off when the general limit is."""
    if portal_config().rate_limit:
        _hit(_item(name), name, who or client_address())


@contextmanager
def failed_look_ups(actor: Actor) -> Iterator[None]:
    """Count the look-ups that find nobody, so that addresses cannot be tried out by the thousand."""
    try:
        yield
    except NotFound:
        check_tighter("look_up", actor.credential_id)
        raise


def client_address() -> str:
    """Return the network address that asks; `X-Forwarded-For` counts only from a trusted proxy."""
    return request.remote_addr or "unknown"


def _hit(item: RateLimitItem, name: str, who: str) -> None:
    if not _limiter().hit(item, name, who):
        reset_at = _limiter().get_window_stats(item, name, who).reset_time
        raise TooManyRequests(max(1, round(reset_at - time.time())))


def _headers(response: Response) -> Response:
    limit = portal_config().rate_limit
    if not limit or dialect() is not Dialect.JSON:
        return response
    item, who = RateLimitItemPerMinute(limit), g.get("counted_for") or client_address()
    reset_at, remaining = _limiter().get_window_stats(item, _GENERAL, who)
    response.headers["RateLimit-Limit"] = str(limit)
    response.headers["RateLimit-Remaining"] = str(remaining)
    response.headers["RateLimit-Reset"] = str(max(0, round(reset_at - time.time())))
    return response


def _limiter() -> FixedWindowRateLimiter:
    found: FixedWindowRateLimiter = current_app.extensions["rate_limiter"]
    return found


@cache
def _item(name: str) -> RateLimitItem:
    return parse(TIGHTER[name])
