"""Validates and orders semantic versions (semver.org, 2.0.0)."""

import re

from app.base.codes import Code
from app.base.errors import InvalidInput

LENGTH = 100
_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
PATTERN = (
    rf"({_NUMBER}\.{_NUMBER}\.{_NUMBER})(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_SHAPE = re.compile(PATTERN, re.ASCII)
_PRERELEASE, _RELEASE = "1", "2"
_NUMERIC, _ALPHANUMERIC, _END = "1", "2", "0"


def parse(text: str, *, field: str) -> str:
    """Return a version trimmed. Raises `InvalidInput` if it is too long or not a semantic version."""
    trimmed = text.strip()
    if len(trimmed) > LENGTH:
        raise InvalidInput(Code.TOO_LONG, f"{field} must be at most {LENGTH} characters", field=field)
    if not _SHAPE.fullmatch(trimmed):
        raise InvalidInput(
            Code.INVALID_VERSION,
            f"{field} must be a semantic version, such as 1.4.0 or 2.0.0-beta.1",
            field=field,
        )

    return trimmed


def precedence(version: str) -> str:
    """Return a sort key: its byte order is the order of versions; build metadata does not count.

    The database orders versions by it. It has only hexadecimal digits, which every collation orders alike:
    numbers begin with their length, and identifiers end with a mark that sorts before any character.
    """
    matched = _SHAPE.fullmatch(version)
    if matched is None:
        raise ValueError(f"{version!r} is not a semantic version")
    core, prerelease = matched.groups()
    numbers = "".join(map(_numeric, core.split(".")))
    if prerelease is None:
        return numbers + _RELEASE
    return numbers + _PRERELEASE + "".join(map(_identifier, prerelease.split(".")))


def _identifier(text: str) -> str:
    return _NUMERIC + _numeric(text) if text.isdigit() else _ALPHANUMERIC + text.encode().hex() + _END


def _numeric(digits: str) -> str:
    return f"{len(digits):02}{digits}"
