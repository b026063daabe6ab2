"""Rate limits: general ones, and tighter ones for sensitive operations such as signing in.

The general limits count requests per credential, per person and per network. Requests without a valid
credential have a separate limit per network.
"""

import ipaddress
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from flask import Flask, Response, current_app, request

from app.base import tokens
from app.base.config import Config
from app.base.errors import NotFound, TooManyRequests
from app.services.core.actors import Actor
from app.web.current import current
from app.web.guard.rate_counters import Counter, ProcessCounter, SharedCounter
from app.web.request import probes
from app.web.request.negotiation import Dialect, dialect

MINUTE, HOUR = 60, 3600
# Multiples of a credential's limit.
PERSON, STRANGERS, NETWORK = 3, 3, 100
# Counted per network or per person, because a person can create any number of keys.
TIGHTER = {
    "log_in": (60, MINUTE),
    "log_in_account": (20, MINUTE),
    "register": (100, HOUR),
    "reset": (60, HOUR),
    "reset_account": (5, HOUR),
    "invite": (300, HOUR),
    "look_up": (120, MINUTE),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit for one caller, and how many requests are left."""

    name: str
    caller: str
    allowed: int
    left: int

    @property
    def resets_in(self) -> int:
        """The seconds until the count is reset."""
        return math.ceil(_counter().resets_in(self.name, MINUTE, self.caller))


def init_app(app: Flask) -> None:
    """Create the counter, and add the headers to JSON responses."""
    app.extensions["rate_counter"] = _create_counter(app.extensions["config"])
    app.after_request(_add_headers)


def check(actor: Actor | None) -> None:
    """Count the request for the actor, or for anonymous requests. Raises `TooManyRequests`."""
    limit = current.settings.rate_limit
    if not limit:
        return
    current.counted, current.rate = True, None
    network = client_address()
    if actor:
        _count("credential", actor.credential_id, limit)
        _count("person", actor.user_id, PERSON * limit)
    else:
        _count("strangers", network, STRANGERS * limit)
    _count("network", network, NETWORK * limit)


def check_tighter(name: str, caller: str | None = None, *, times: int = 1) -> None:
    """Count against a tighter limit, unless limits are off. Raises `TooManyRequests`."""
    if current.settings.rate_limit:
        allowed, seconds = TIGHTER[name]
        _count_request(name, seconds, caller or client_address(), allowed, times)


@contextmanager
def failed_look_ups(actor: Actor) -> Iterator[None]:
    """Count lookups that raise `NotFound`, so that email addresses cannot be probed in bulk."""
    try:
        yield
    except NotFound:
        check_tighter("look_up", actor.user_id)
        raise


def client_address() -> str:
    """Return the client's IP address, or its /64 network for IPv6, since one customer has all of that."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def show_refusal(response: Response, error: TooManyRequests) -> None:
    """Add the headers of the exceeded limit to a refusal."""
    response.headers["Retry-After"] = str(error.retry_after)
    if error.limit and current.settings.rate_limit and dialect() is Dialect.JSON:
        _show(response, error.limit, 0, error.retry_after)


def _create_counter(config: Config) -> Counter:
    url = config.rate_limit_storage
    if url.startswith("memory:") or not config.rate_limit:
        return ProcessCounter()
    return SharedCounter(url, f"crewroom-{tokens.installation_mark(config.secret_key)}")


def _count(name: str, caller: str, allowed: int) -> None:
    """Count against a general limit, and remember the one with the fewest requests left for the headers."""
    left = allowed - _count_request(name, MINUTE, caller, allowed)
    if current.rate is None or left < current.rate.left:
        current.rate = Limit(name, caller, allowed, left)


def _count_request(name: str, seconds: int, caller: str, allowed: int, times: int = 1) -> int:
    count = _counter().hit(name, seconds, caller, times)
    if count > allowed:
        wait = max(1, math.ceil(_counter().resets_in(name, seconds, caller)))
        raise TooManyRequests(wait, limit=allowed, limit_name=name)
    return count


def _add_headers(response: Response) -> Response:
    """Add the headers to a JSON response; requests that were refused before counting are counted here."""
    if not current.settings.rate_limit or probes.uncounted() or dialect() is not Dialect.JSON:
        return response
    if not current.counted:
        with suppress(TooManyRequests):
            check(None)
    if current.rate and "RateLimit-Limit" not in response.headers:
        _show(response, current.rate.allowed, current.rate.left, current.rate.resets_in)
    return response


def _show(response: Response, allowed: int, left: int, seconds: int) -> None:
    values = {"Limit": allowed, "Remaining": left, "Reset": seconds}
    response.headers.update({f"RateLimit-{name}": str(value) for name, value in values.items()})


def _counter() -> Counter:
    found: Counter = current_app.extensions["rate_counter"]
    return found
