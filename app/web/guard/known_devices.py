"""A cookie for devices on which accounts have signed in, so that wrong passwords elsewhere don't lock those.

The sealed cookie outlives the session and grants nothing: its wrong passwords are counted separately.
"""

import orjson
from flask import Flask, Response, request

from app.base import clock, identifiers, tokens
from app.text.email_addresses import Address
from app.web.current import current
from app.web.request import cookies

LIFETIME_SECONDS = 180 * 24 * 3600
# Accounts that are remembered per browser.
_MOST = 5
_PURPOSE = "known device"
_NOUN = "crewroom-device"


def init_app(app: Flask) -> None:
    """Send the cookie with the response to a sign-in."""
    app.after_request(_send)


def find_device(address: Address) -> str | None:
    """Return the identifier of the device if the account has signed in on it, else None."""
    device, accounts = _read_cookie()
    return device if _account_mark(address) in accounts else None


def remember(address: Address) -> None:
    """Remember that the account has signed in on this device."""
    device, accounts = _read_cookie()
    others = [name for name in accounts if name != _account_mark(address)]
    current.known_device = {
        "id": device or identifiers.new("device"),
        "accounts": [_account_mark(address), *others][:_MOST],
    }


def _read_cookie() -> tuple[str | None, list[str]]:
    config = current.settings
    now = int(clock.now().timestamp())
    for name in (cookies.name(config, _NOUN), cookies.old_name(config, _NOUN)):
        for sealed in cookies.sent(request, name):
            opened = tokens.unseal(config.secret_key, _PURPOSE, sealed, at=now, lifetime=LIFETIME_SECONDS)
            if opened is not None:
                found = orjson.loads(opened)
                return found["id"], found["accounts"]
    return None, []


def _account_mark(address: Address) -> str:
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
