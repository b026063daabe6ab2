"""Values of settings: what each accepts, and the one line that refuses the rest."""

import ipaddress
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

MOST_MEGABYTES = 1024 * 1024
_LONGEST_NUMBER = 9
_SHORTEST_TOKEN = 20
Registration = Literal["open", "closed"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class WrongSetting(Exception):
    """A setting cannot be used; the text names it."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the setting first."""
        super().__init__(f"{name}: {reason}")


def database_url(text: str | None, instance: Path) -> str:
    """Return the address of the database for SQLAlchemy."""
    if text is None:
        return f"sqlite:///{instance / 'crewroom.db'}"
    if text.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    file = text.removeprefix("sqlite:///") if text.startswith("sqlite:///") else None
    if file in {"", ":memory:"} or not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("CREWROOM_DATABASE_URL", "must be sqlite:///FILE or postgresql://HOST/NAME")
    return text


def base_url(text: str) -> str:
    """Return the origin of an address, in lower case as browsers write it."""
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"} or not _only_origin(parts):
        raise WrongSetting("CREWROOM_BASE_URL", "must be like https://crew.example.com, without a path")
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


def registration(text: str) -> Registration:
    """Return whether people may register."""
    if text == "open":
        return "open"
    if text == "closed":
        return "closed"
    raise WrongSetting("CREWROOM_REGISTRATION", "must be open or closed")


def whole_number(name: str, text: str) -> int:
    """Return a whole number, 0 or more."""
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise WrongSetting(name, "must be a whole number, 0 or more")
    return int(text)


def megabytes(name: str, text: str) -> int:
    """Return a size in megabytes, at least 1."""
    number = whole_number(name, text)
    if not 1 <= number <= MOST_MEGABYTES:
        raise WrongSetting(name, f"must be from 1 to {MOST_MEGABYTES}")
    return number


def token(name: str, text: str) -> str:
    """Return a secret that cannot be guessed, or an empty text for none."""
    if text and (len(text) < _SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise WrongSetting(
            name, f"must be at least {_SHORTEST_TOKEN} characters, as `openssl rand -hex 32` makes"
        )
    return text


def smtp_url(text: str | None) -> str | None:
    """Return the address of the mail server, None for none."""
    if text is None:
        return None
    parts = _parts(text)
    if parts is None or parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting("CREWROOM_SMTP_URL", "must be like smtp://user:password@mail.example.com:587")
    return text


def mail_from(text: str) -> str:
    """Return the sender of all mail."""
    local, _, domain = parseaddr(text)[1].rpartition("@")
    if not local or not domain or not text.isprintable():
        raise WrongSetting("CREWROOM_MAIL_FROM", "must be an address, like Crewroom <crew@example.com>")
    return text


def networks(text: str) -> tuple[Network, ...]:
    """Return the networks of the proxies that are trusted."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise WrongSetting("CREWROOM_TRUSTED_PROXIES", str(error)) from error


def storage(text: str) -> str:
    """Return where requests are counted."""
    if not text.startswith(("memory://", "redis://", "rediss://", "unix://")):
        raise WrongSetting("CREWROOM_RATE_LIMIT_STORAGE", "must be memory:// or redis://…")
    return text
