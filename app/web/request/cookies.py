"""Cookies of this installation: their names, and their values as browsers send them."""

from flask import Request

from app.base import tokens
from app.base.config import Config

_OLD_NAMES = {"crewroom": "crewroom", "crewroom-device": "crewroom_device"}


def name(config: Config, noun: str = "crewroom") -> str:
    """Return a cookie's name, which two portals on one host do not share: cookies know no ports.

    Without an installation, as for the printed specification, it is the part that all portals have in common.
    """
    mark = f"-{tokens.installation_mark(config.secret_key)}" if config.secret_key else ""
    return f"{_prefix(config)}{noun}{mark}"


def old_name(config: Config, noun: str = "crewroom") -> str:
    """Return the name that the cookie had before it was that of the installation."""
    return f"__Host-{noun}" if config.secure else _OLD_NAMES[noun]


def sent(request: Request, name: str) -> list[str]:
    """Return all values of a cookie in the order in which they were sent.

    Splits as browsers join, at each semicolon. A general parser reads a stray quote in another cookie as the
    beginning of a value that reaches to the next quote, and loses the cookies in between.
    """
    pairs = (part.partition("=") for part in request.headers.get("Cookie", "").split(";"))
    return [value.strip().strip('"') for key, _, value in pairs if key.strip() == name]


def _prefix(config: Config) -> str:
    """Return what makes browsers take the cookie over HTTPS alone, from this host alone."""
    return "__Host-" if config.secure else ""
