"""The settings, one line each. Only this module reads the environment and `crewroom.env`."""

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from app.base import server_urls, setting_sources, setting_values
from app.base.setting_sources import PREFIX, RawSetting, SettingNames
from app.base.setting_values import Network, Registration, WrongSetting

__all__ = ["Config", "WrongSetting", "load"]

T = TypeVar("T")
Parser = Callable[[str, str], T]

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
# `crewroom serve` passes its address to its worker processes; a configured base URL takes precedence.
SERVED_AT = "CREWROOM_SERVED_AT"
# The folder in which server processes add up their metrics. The Prometheus client reads this variable.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def setting(parse: Parser[T], default: T, *, secret: bool = False) -> T:
    """Declare a setting: the field `rate_limit` is `CREWROOM_RATE_LIMIT`, parsed by `parse(name, text)`.

    A secret can also be given as the path of a file, in `CREWROOM_…_FILE`, and is left out of `repr`.
    """
    declared: Any = field(default=default, repr=not secret, metadata={"parse": parse, "secret": secret})
    return cast("T", declared)


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of an installation. Each `setting` is a row of the table in the README."""

    instance: Path
    database_url: str = setting(server_urls.database_url, "", secret=True)
    database_pool: int = setting(setting_values.connections, 16)
    base_url: str = setting(server_urls.base_url, DEFAULT_BASE_URL)
    host: str = setting(setting_values.host, "127.0.0.1")
    port: int = setting(setting_values.port, 8000)
    workers: int = setting(setting_values.processes, 1)
    registration: Registration = setting(setting_values.registration, "open")
    rate_limit: int = setting(setting_values.whole_number, 1000)
    smtp_url: str | None = setting(server_urls.smtp_url, None, secret=True)
    mail_from: str = setting(setting_values.mail_from, "Crewroom <crewroom@localhost>")
    mail_daily_limit: int = setting(setting_values.whole_number, 20)
    mail_cool_down: int = setting(setting_values.whole_number, 10)
    trusted_proxies: tuple[Network, ...] = setting(setting_values.networks, ())
    rate_limit_storage: str = setting(server_urls.storage, "memory://", secret=True)
    max_upload_mb: int = setting(setting_values.megabytes, 100)
    max_organizations_per_user: int = setting(setting_values.whole_number, 50)
    max_keys_per_user: int = setting(setting_values.whole_number, 100)
    max_keys_per_organization: int = setting(setting_values.whole_number, 500)
    max_apps_per_organization: int = setting(setting_values.whole_number, 500)
    max_invitations_per_organization: int = setting(setting_values.whole_number, 500)
    max_storage_mb_per_organization: int = setting(setting_values.whole_number, 10_240)
    max_storage_mb: int = setting(setting_values.whole_number, 102_400)
    metrics_token: str = setting(setting_values.token, "", secret=True)
    secret_key: str = setting(setting_values.secret_key, "", secret=True)
    metrics_folder: Path | None = None
    ignored: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def trustworthy(self) -> bool:
        """Whether the portal's origin is "potentially trustworthy" to browsers: HTTPS or localhost."""
        return self.secure or server_urls.is_local(urlsplit(self.base_url).hostname or "")

    @property
    def bundles(self) -> Path:
        """The folder of uploaded files."""
        return self.instance / "bundles"

    @property
    def max_upload(self) -> int:
        """The maximum size of an upload, in bytes."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self.database_url.startswith("sqlite")


_SETTINGS: dict[str, Field[Any]] = {
    PREFIX + declared.name.upper(): declared for declared in fields(Config) if "parse" in declared.metadata
}
NAMES = SettingNames(
    settings=("CREWROOM_INSTANCE", *_SETTINGS),
    secret=frozenset(name for name, declared in _SETTINGS.items() if declared.metadata["secret"]),
    internal=frozenset({SERVED_AT}),
)


def load(environment: Mapping[str, str] | None = None) -> Config:
    """Load the settings; the environment takes precedence over the file.

    Raises `WrongSetting` if a setting is unknown or invalid.
    """
    variables = dict(os.environ if environment is None else environment)
    given = setting_sources.environment(variables, NAMES)
    found = given.pop("CREWROOM_INSTANCE", None)
    instance = Path(found.text if found else "instance").expanduser().absolute()
    given = {**setting_sources.file(instance / "crewroom.env", NAMES), **given}
    defaults = {
        "database_url": f"sqlite:///{instance / 'crewroom.db'}",
        "base_url": variables.get(SERVED_AT) or DEFAULT_BASE_URL,
        "ignored": setting_sources.ignored(variables, instance / "crewroom.env"),
        "metrics_folder": Path(folder) if (folder := variables.get(METRICS_FOLDER)) else None,
    }
    parsed = {_SETTINGS[name].name: _parsed(name, text) for name, text in given.items()}
    return Config(instance, **{**defaults, **parsed})


def _parsed(name: str, raw: RawSetting) -> Any:
    try:
        return _SETTINGS[name].metadata["parse"](name, raw.value)
    except WrongSetting as error:
        raise error.at(raw.place) from error
