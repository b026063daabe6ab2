"""The devices on which somebody logged in before: strangers' guesses cannot lock the owner out of them.

A sealed cookie that outlives the session. It opens nothing: the guesses made with it are counted apart.
"""

import orjson
from flask import Flask, Response, request

from app.base import clock, identifiers, tokens
from app.text.email_addresses import Address
from app.web.current import current
from app.web.request import cookies

LIFETIME_SECONDS = 180 * 24 * 3600
# How many people may share a browser.
_MOST = 5
_PURPOSE = "known device"
_NOUN = "crewroom-device"


def init_app(app: Flask) -> None:
    """Send the cookie with the answer to a log-in."""
    app.after_request(_send)


def recognised(address: Address) -> str | None:
    """Return the identifier of the browser that asks, if the account of an address was entered with it."""
    device, accounts = _carried()
    return device if _name(address) in accounts else None


def remember(address: Address) -> None:
    """Let the browser that asks be known to an account from now on."""
    device, accounts = _carried()
    others = [name for name in accounts if name != _name(address)]
    current.known_device = {
        "id": device or identifiers.new("device"),
        "accounts": [_name(address), *others][:_MOST],
    }


def _carried() -> tuple[str | None, list[str]]:
    config = current.settings
    now = int(clock.now().timestamp())
    for name in (cookies.name(config, _NOUN), cookies.old_name(config, _NOUN)):
        for sealed in cookies.sent(request, name):
            opened = tokens.unseal(config.secret_key, _PURPOSE, sealed, at=now, lifetime=LIFETIME_SECONDS)
            if opened is not None:
                found = orjson.loads(opened)
                return found["id"], found["accounts"]
    return None, []


def _name(address: Address) -> str:
    return tokens.lockout_key(current.settings.secret_key, _PURPOSE, address.key)[:32]


def _send(response: Response) -> Response:
    known = current.known_device
    if known:
        config = current.settings
        text = orjson.dumps(known).decode()
        sealed = tokens.seal(config.secret_key, _PURPOSE, text, at=int(clock.now().timestamp()))
        response.set_cookie(
            cookies.name(config, _NOUN),
            sealed,
            max_age=LIFETIME_SECONDS,
            secure=config.secure,
            httponly=True,
            samesite="Lax",
        )
    return response
