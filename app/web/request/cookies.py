"""Names of this installation's cookies, and their values as browsers send them."""

from flask import Request

from app.base import tokens
from app.base.config import Config

_OLD_NAMES = {"crewroom": "crewroom", "crewroom-device": "crewroom_device"}


def name(config: Config, noun: str = "crewroom") -> str:
    """Return the name of a cookie, which is unique per installation because cookies ignore ports.

    Without a secret key, as in the printed specification, it is the part that all portals share.
    """
    mark = f"-{tokens.installation_mark(config.secret_key)}" if config.secret_key else ""
    return f"{_prefix(config)}{noun}{mark}"


def old_name(config: Config, noun: str = "crewroom") -> str:
    """Return the name of the cookie before names were unique per installation."""
    return f"__Host-{noun}" if config.secure else _OLD_NAMES[noun]


def sent(request: Request, name: str) -> list[str]:
    """Return all values of a cookie, in the order in which they were sent.

    Splits at each semicolon, as browsers join them. A general parser takes a stray quote in another cookie
    for the start of a quoted value, and loses the cookies up to the next quote.
    """
    pairs = (part.partition("=") for part in request.headers.get("Cookie", "").split(";"))
    return [value.strip().strip('"') for key, _, value in pairs if key.strip() == name]


def _prefix(config: Config) -> str:
    """Return the prefix that restricts a cookie to HTTPS and to this host."""
    return "__Host-" if config.secure else ""
