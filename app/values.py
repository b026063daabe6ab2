"""Values of settings: what each accepts, and the one line that refuses the rest."""

import ipaddress
import re
from email.utils import parseaddr
from itertools import pairwise
from typing import Literal
from urllib.parse import SplitResult, urlsplit

MOST_MEGABYTES = 1024 * 1024
MOST_CONNECTIONS = 1000
HIGHEST_PORT = 65535
MOST_PROCESSES = 64
_LONGEST_NUMBER = 9
_SHORTEST_TOKEN = 20
_SHORTEST_KEY, _LONGEST_KEY = 32, 256
# Of 32 random hexadecimal digits, all but one in 300,000 have nine different ones or more.
_LEAST_VARIETY = 9
_PLACEHOLDERS = ("change", "secret", "password", "example", "default", "insecure", "crewroom", "replace")
_SMTP = {"smtp", "smtps", "smtp+plain"}
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_IN_PASSWORDS = "#@/?: "
Registration = Literal["open", "closed"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class WrongSetting(Exception):
    """A setting cannot be used; the text names it."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the setting first."""
        super().__init__(f"{name}: {reason}")
        self.name, self.reason = name, reason

    def at(self, place: str) -> "WrongSetting":
        """Return the same refusal with the place of the setting at its end."""
        return WrongSetting(self.name, self.reason + place)


def database_url(name: str, text: str) -> str:
    """Return the address of the database for SQLAlchemy."""
    if text.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    file = text.removeprefix("sqlite:///") if text.startswith("sqlite:///") else None
    if file in {"", ":memory:"} or not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting(name, "must be sqlite:///FILE or postgresql://HOST/NAME")
    return text


def base_url(name: str, text: str) -> str:
    """Return the origin of an address, in lower case as browsers write it."""
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"} or not _only_origin(parts):
        raise WrongSetting(name, "must be like https://crew.example.com, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _only_origin(parts: SplitResult) -> bool:
    surplus = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    return bool(parts.hostname) and not any(surplus)


def _parts(text: str) -> SplitResult | None:
    """Return the parts of an address, None for what is none."""
    try:
        parts = urlsplit(text)
        return None if parts.port == 0 or any(map(str.isspace, text)) else parts
    except ValueError:
        return None


def registration(name: str, text: str) -> Registration:
    """Return whether people may register."""
    if text == "open":
        return "open"
    if text == "closed":
        return "closed"
    raise WrongSetting(name, "must be open or closed")


def whole_number(name: str, text: str) -> int:
    """Return a whole number, 0 or more."""
    if not _is_number(text):
        raise WrongSetting(name, "must be a whole number, 0 or more")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def _from_one(name: str, text: str, most: int) -> int:
    number = int(text) if _is_number(text) else 0
    if not 1 <= number <= most:
        raise WrongSetting(name, f"must be a whole number from 1 to {most}")
    return number


def megabytes(name: str, text: str) -> int:
    """Return a size in megabytes, at least 1."""
    return _from_one(name, text, MOST_MEGABYTES)


def connections(name: str, text: str) -> int:
    """Return how many connections may be open to the database, at least 1."""
    return _from_one(name, text, MOST_CONNECTIONS)


def host(name: str, text: str) -> str:
    """Return where the server listens: a name, an address, or `unix:PATH`."""
    if not text.isprintable() or "://" in text or " " in text:
        raise WrongSetting(name, "must be a name, an address, or unix:PATH")
    return text


def port(name: str, text: str) -> int:
    """Return the number of a port."""
    return _from_one(name, text, HIGHEST_PORT)


def processes(name: str, text: str) -> int:
    """Return how many processes serve."""
    return _from_one(name, text, MOST_PROCESSES)


def token(name: str, text: str) -> str:
    """Return a secret that cannot be guessed, or an empty text for none."""
    if text and (len(text) < _SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise WrongSetting(
            name, f"must be at least {_SHORTEST_TOKEN} characters, as `openssl rand -hex 32` makes"
        )
    return text


def secret_key(name: str, text: str) -> str:
    """Return a secret key that cannot be guessed."""
    reason = weakness(text)
    if reason:
        raise WrongSetting(name, f"{reason}; `openssl rand -hex 32` makes a good one")
    return text


def weakness(key: str) -> str | None:
    """Say why a secret key could be guessed or is mistyped, None for a good one."""
    if not key:
        return "is empty"
    if not key.isascii() or not key.isprintable() or " " in key:
        return "is not one line of ASCII without spaces"
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        return f"must have {_SHORTEST_KEY} to {_LONGEST_KEY} characters, and has {len(key)}"
    steps = {ord(after) - ord(before) for before, after in pairwise(key)}
    repeats = key in (key + key)[1:-1]
    placeholder = any(word in key.lower() for word in _PLACEHOLDERS)
    if repeats or placeholder or min(len(set(key)), len(steps)) < _LEAST_VARIETY:
        return "is too easy to guess"
    return None


def smtp_url(name: str, text: str) -> str | None:
    """Return the address of the mail server."""
    parts = _parts(text)
    userinfo = text.partition("://")[2].rpartition("@")[0]
    for sign in _ENCODED_IN_PASSWORDS:
        if sign in userinfo.partition(":")[2]:
            raise WrongSetting(name, f"write {sign!r} in the password as %{ord(sign):02X}")
    if _LONE_PERCENT.search(userinfo):
        raise WrongSetting(name, "write '%' in the password as %25")
    surplus = parts and (parts.path.strip("/") or parts.query or parts.fragment)
    if parts is None or parts.scheme not in _SMTP or not parts.hostname or surplus:
        raise WrongSetting(name, "must be like smtp://user:password@mail.example.com:587")
    return text


def mail_from(name: str, text: str) -> str:
    """Return the sender of all mail."""
    local, _, domain = parseaddr(text)[1].rpartition("@")
    if not local or not domain or not text.isprintable():
        raise WrongSetting(name, "must be an address, like Crewroom <crew@example.com>")
    return text


def networks(name: str, text: str) -> tuple[Network, ...]:
    """Return the networks of the proxies that are trusted."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise WrongSetting(
            name, f"{error}; write addresses or networks, such as 127.0.0.1 or 10.0.0.0/24"
        ) from error


def storage(name: str, text: str) -> str:
    """Return where requests are counted."""
    if not text.startswith(("memory://", "redis://", "rediss://", "unix://")):
        raise WrongSetting(name, "must be memory:// or redis://…")
    return text
