"""How often the same caller may ask: anything at all, and what could be guessing.

General limits count for each credential, for its owner, and for the network. Requests without a valid
credential have a limit of their own for each network.
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
# How many times the limit of a credential.
PERSON, STRANGERS, NETWORK = 3, 3, 100
# Counted for a network, or for a person: keys cost nothing, so one of them is no caller of its own.
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
    """One limit of one caller, and how many requests are left of it."""

    name: str
    caller: str
    allowed: int
    left: int

    @property
    def resets_in(self) -> int:
        """In how many seconds the count begins anew."""
        return math.ceil(_counter().resets_in(self.name, MINUTE, self.caller))


def init_app(app: Flask) -> None:
    """Make the counter and put the headers on JSON answers."""
    app.extensions["rate_counter"] = _made(app.extensions["config"])
    app.after_request(_headers)


def check(actor: Actor | None) -> None:
    """Count the request for the actor, or for the network if nobody is known; raise `TooManyRequests`."""
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
    """Count one of the tighter limits, and raise `TooManyRequests`; off when the general limit is."""
    if current.settings.rate_limit:
        allowed, seconds = TIGHTER[name]
        _hit(name, seconds, caller or client_address(), allowed, times)


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
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def show_refusal(response: Response, error: TooManyRequests) -> None:
    """Say on a refusal which limit it was, and when to come again."""
    response.headers["Retry-After"] = str(error.retry_after)
    if error.limit and current.settings.rate_limit and dialect() is Dialect.JSON:
        _show(response, error.limit, 0, error.retry_after)


def _made(config: Config) -> Counter:
    url = config.rate_limit_storage
    if url.startswith("memory:") or not config.rate_limit:
        return ProcessCounter()
    return SharedCounter(url, f"crewroom-{tokens.installation_mark(config.secret_key)}")


def _count(name: str, caller: str, allowed: int) -> None:
    """Count one of the general limits, and keep the one of which least is left, for the headers."""
    left = allowed - _hit(name, MINUTE, caller, allowed)
    if current.rate is None or left < current.rate.left:
        current.rate = Limit(name, caller, allowed, left)


def _hit(name: str, seconds: int, caller: str, allowed: int, times: int = 1) -> int:
    count = _counter().hit(name, seconds, caller, times)
    if count > allowed:
        wait = max(1, math.ceil(_counter().resets_in(name, seconds, caller)))
        raise TooManyRequests(wait, limit=allowed, reason=f"rate_limit_{name}")
    return count


def _headers(response: Response) -> Response:
    """Tell on each JSON answer how many requests are left; one that came before any count is counted here."""
    if not current.settings.rate_limit or probes.uncounted() or dialect() is not Dialect.JSON:
        return response
    if not current.counted:
        with suppress(TooManyRequests):
            check(None)
    if current.rate and "RateLimit-Limit" not in response.headers:
        _show(response, current.rate.allowed, current.rate.left, current.rate.resets_in)
    return response


def _show(response: Response, allowed: int, left: int, seconds: int) -> None:
    shown = {"Limit": allowed, "Remaining": left, "Reset": seconds}
    response.headers.update({f"RateLimit-{name}": str(value) for name, value in shown.items()})


def _counter() -> Counter:
    found: Counter = current_app.extensions["rate_counter"]
    return found
