"""What a browser carries from one step of a log-in or of a passkey to the next, in its cookie."""

from flask import session as cookie

CHALLENGE, CEREMONY = "challenge", "ceremony"


def keep(name: str, value: str) -> None:
    """Put a value into the cookie."""
    cookie[name] = value


def look(name: str) -> str | None:
    """Return a value."""
    found: str | None = cookie.get(name)
    return found


def take(name: str) -> str | None:
    """Return a value and remove it."""
    found: str | None = cookie.pop(name, None)
    return found
