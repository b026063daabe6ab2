"""Parsers of settings. Each returns the value or raises `WrongSetting` with a message of one line."""

import ipaddress
from collections.abc import Callable
from email.utils import getaddresses
from itertools import pairwise
from typing import Literal

_MAX_DIGITS = 9
_MIN_TOKEN_LENGTH = 20
_MIN_KEY_LENGTH, _MAX_KEY_LENGTH = 32, 256
# Only one in 300,000 random keys of 32 hexadecimal digits has fewer than nine different digits.
_MIN_DISTINCT = 9
_PLACEHOLDERS = ("change", "secret", "password", "example", "default", "insecure", "crewroom", "replace")
Registration = Literal["open", "closed"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class WrongSetting(Exception):
    """A setting is invalid. The text begins with its name."""

    def __init__(self, name: str, reason: str) -> None:
        """Create the refusal of a setting."""
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason

    def at(self, place: str) -> "WrongSetting":
        """Return the same refusal with the location of the setting appended."""
        return WrongSetting(self.name, self.reason + place)


def registration(name: str, text: str) -> Registration:
    """Return whether registration is open or closed."""
    if text == "open":
        return "open"
    if text == "closed":
        return "closed"
    raise WrongSetting(name, "must be open or closed")


def between(least: int, most: int) -> Callable[[str, str], int]:
    """Return the parser of a whole number within bounds."""

    def parse(name: str, text: str) -> int:
        digits = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
        if not digits or not least <= int(text) <= most:
            raise WrongSetting(name, f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


whole_number = between(0, 10**_MAX_DIGITS - 1)
megabytes = between(1, 1024 * 1024)
connections = between(1, 1000)
port = between(1, 65535)
processes = between(1, 64)


def host(name: str, text: str) -> str:
    """Return the address to listen on: a host name, an IP address, or `unix:PATH`."""
    if not text.isprintable() or "://" in text or " " in text:
        raise WrongSetting(name, "must be a name, an address, or unix:PATH")
    return text


def token(name: str, text: str) -> str:
    """Return a token that is hard to guess, or an empty string for none."""
    if text and (
        len(text) < _MIN_TOKEN_LENGTH or not text.isascii() or not text.isprintable() or " " in text
    ):
        raise WrongSetting(
            name, f"must be at least {_MIN_TOKEN_LENGTH} characters; `openssl rand -hex 32` generates one"
        )
    return text


def secret_key(name: str, text: str) -> str:
    """Return a secret key that is hard to guess."""
    reason = weakness(text)
    if reason:
        raise WrongSetting(name, f"{reason}; `openssl rand -hex 32` generates a good one")
    return text


def weakness(key: str) -> str | None:
    """Return what is wrong with a secret key, or None if it is strong."""
    if not key:
        return "is empty"
    if not key.isascii() or not key.isprintable() or " " in key:
        return "is not one line of ASCII without spaces"
    if not _MIN_KEY_LENGTH <= len(key) <= _MAX_KEY_LENGTH:
        return f"must have {_MIN_KEY_LENGTH} to {_MAX_KEY_LENGTH} characters, and has {len(key)}"
    steps = {ord(after) - ord(before) for before, after in pairwise(key)}
    repeats = key in (key + key)[1:-1]
    placeholder = any(word in key.lower() for word in _PLACEHOLDERS)
    if repeats or placeholder or min(len(set(key)), len(steps)) < _MIN_DISTINCT:
        return "is too easy to guess"
    return None


def mail_from(name: str, text: str) -> str:
    """Return the sender of mail: one address, with or without a name."""
    found = getaddresses([text])
    local, _, domain = found[0][1].rpartition("@") if len(found) == 1 else ("", "", "")
    if not local or not domain or not text.isprintable():
        raise WrongSetting(name, "must be one address, like Crewroom <crew@example.com>")
    return text


def networks(name: str, text: str) -> tuple[Network, ...]:
    """Return the networks of trusted proxies."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise WrongSetting(
            name, f"{error}; write addresses or networks, such as 127.0.0.1 or 10.0.0.0/24"
        ) from error
