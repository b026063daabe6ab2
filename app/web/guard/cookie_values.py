"""Values that the signed cookie stores between two steps of signing in or of using a passkey."""

from flask import session as cookie

CHALLENGE, CEREMONY = "challenge", "ceremony"


def store(name: str, value: str) -> None:
    """Store a value in the cookie."""
    cookie[name] = value


def get(name: str) -> str | None:
    """Return a value, or None."""
    found: str | None = cookie.get(name)
    return found


def pop(name: str) -> str | None:
    """Remove and return a value, or None."""
    found: str | None = cookie.pop(name, None)
    return found
