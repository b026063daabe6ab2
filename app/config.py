"""The settings; the only reader of the environment and of `crewroom.env`."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
# Where `crewroom serve` listens, told to its worker processes; a base URL that is set comes first.
SERVED_AT = "CREWROOM_SERVED_AT"
MOST_MEGABYTES = 1024 * 1024
_LONGEST_NUMBER = 9
Registration = Literal["open", "closed"]


class WrongSetting(Exception):
    """A setting cannot be used; the text names it."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the setting first."""
        super().__init__(f"{name}: {reason}")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs between two installations."""

    instance: Path
    database_url: str
    base_url: str = DEFAULT_BASE_URL
    registration: Registration = "open"
    rate_limit: int = 1000
    smtp_url: str | None = None
    mail_from: str = "Crewroom <crewroom@localhost>"
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    rate_limit_storage: str = "memory://"
    max_upload_mb: int = 100
    secret_key: str = field(default="", repr=False)

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def bundles(self) -> Path:
        """The folder of uploaded files."""
        return self.instance / "bundles"

    @property
    def max_upload(self) -> int:
        """The largest file that may be uploaded, in bytes."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def sqlite(self) -> bool:
        """Whether the database is a file of ours."""
        return self.database_url.startswith("sqlite")


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Read the settings, the environment before the file; raise `WrongSetting` for a bad one."""
    given = dict(os.environ if environment is None else environment)
    instance = Path(given.get("CREWROOM_INSTANCE") or "instance").expanduser().absolute()
    settings = {**_from_file(instance / "crewroom.env"), **_known(given)}
    return Config(
        instance=instance,
        database_url=_database_url(settings.get("CREWROOM_DATABASE_URL"), instance),
        base_url=_base_url(settings.get("CREWROOM_BASE_URL") or given.get(SERVED_AT) or DEFAULT_BASE_URL),
        registration=_registration(settings.get("CREWROOM_REGISTRATION", "open")),
        rate_limit=_whole_number("CREWROOM_RATE_LIMIT", settings.get("CREWROOM_RATE_LIMIT", "1000")),
        smtp_url=_smtp_url(settings.get("CREWROOM_SMTP_URL")),
        mail_from=_mail_from(settings.get("CREWROOM_MAIL_FROM", "Crewroom <crewroom@localhost>")),
        trusted_proxies=_networks(settings.get("CREWROOM_TRUSTED_PROXIES", "")),
        rate_limit_storage=_storage(settings.get("CREWROOM_RATE_LIMIT_STORAGE", "memory://")),
        max_upload_mb=_megabytes("CREWROOM_MAX_UPLOAD_MB", settings.get("CREWROOM_MAX_UPLOAD_MB", "100")),
    )


NAMES = (
    "CREWROOM_INSTANCE",
    "CREWROOM_DATABASE_URL",
    "CREWROOM_BASE_URL",
    "CREWROOM_REGISTRATION",
    "CREWROOM_RATE_LIMIT",
    "CREWROOM_RATE_LIMIT_STORAGE",
    "CREWROOM_SMTP_URL",
    "CREWROOM_MAIL_FROM",
    "CREWROOM_TRUSTED_PROXIES",
    "CREWROOM_MAX_UPLOAD_MB",
)


def _known(given: Mapping[str, str]) -> dict[str, str]:
    """Keep our own variables that say something; `REGISTRATION` may stand without the prefix."""
    settings = {name: given[name].strip() for name in NAMES if given.get(name, "").strip()}
    if given.get("REGISTRATION", "").strip():
        settings.setdefault("CREWROOM_REGISTRATION", given["REGISTRATION"].strip())
    return settings


def _from_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; blank lines and `#` comments are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except NotADirectoryError as error:
        raise WrongSetting("CREWROOM_INSTANCE", f"{path.parent} is not a folder") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(str(path), f"cannot be read ({error})") from error
    pairs = [line.partition("=") for line in map(str.strip, lines) if line and not line.startswith("#")]
    for name, equals, _value in pairs:
        if not equals or name.strip() not in {*NAMES[1:], "REGISTRATION"}:
            raise WrongSetting(str(path), f"{name.strip()!r} is not a setting")
    return _known({name.strip(): value.strip().strip("\"'") for name, _equals, value in pairs})


def _database_url(text: str | None, instance: Path) -> str:
    if text is None:
        return f"sqlite:///{instance / 'crewroom.db'}"
    if text.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + text.split("://", 1)[1]
    file = text.removeprefix("sqlite:///") if text.startswith("sqlite:///") else None
    if file in {"", ":memory:"} or not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("CREWROOM_DATABASE_URL", "must be sqlite:///FILE or postgresql://HOST/NAME")
    return text


def _base_url(text: str) -> str:
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


def _registration(text: str) -> Registration:
    if text == "open":
        return "open"
    if text == "closed":
        return "closed"
    raise WrongSetting("CREWROOM_REGISTRATION", "must be open or closed")


def _whole_number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise WrongSetting(name, "must be a whole number, 0 or more")
    return int(text)


def _megabytes(name: str, text: str) -> int:
    number = _whole_number(name, text)
    if not 1 <= number <= MOST_MEGABYTES:
        raise WrongSetting(name, f"must be from 1 to {MOST_MEGABYTES}")
    return number


def _smtp_url(text: str | None) -> str | None:
    if text is None:
        return None
    parts = _parts(text)
    if parts is None or parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting("CREWROOM_SMTP_URL", "must be like smtp://user:password@mail.example.com:587")
    return text


def _mail_from(text: str) -> str:
    local, _, domain = parseaddr(text)[1].rpartition("@")
    if not local or not domain or not text.isprintable():
        raise WrongSetting("CREWROOM_MAIL_FROM", "must be an address, like Crewroom <crew@example.com>")
    return text


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise WrongSetting("CREWROOM_TRUSTED_PROXIES", str(error)) from error


def _storage(text: str) -> str:
    if not text.startswith(("memory://", "redis://", "rediss://", "unix://")):
        raise WrongSetting("CREWROOM_RATE_LIMIT_STORAGE", "must be memory:// or redis://…")
    return text
