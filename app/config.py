"""The settings; the only reader of the environment and of `crewroom.env`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app import values
from app.values import Network, Registration, WrongSetting

__all__ = ["Config", "WrongSetting", "load"]

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
# Where `crewroom serve` listens, told to its worker processes; a base URL that is set comes first.
SERVED_AT = "CREWROOM_SERVED_AT"
# Where several server processes count together; the client library of Prometheus reads this name.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


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
    trusted_proxies: tuple[Network, ...] = ()
    rate_limit_storage: str = "memory://"
    max_upload_mb: int = 100
    metrics_token: str = field(default="", repr=False)
    metrics_folder: Path | None = None
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
        database_url=values.database_url(settings.get("CREWROOM_DATABASE_URL"), instance),
        base_url=values.base_url(
            settings.get("CREWROOM_BASE_URL") or given.get(SERVED_AT) or DEFAULT_BASE_URL
        ),
        registration=values.registration(settings.get("CREWROOM_REGISTRATION", "open")),
        rate_limit=values.whole_number("CREWROOM_RATE_LIMIT", settings.get("CREWROOM_RATE_LIMIT", "1000")),
        smtp_url=values.smtp_url(settings.get("CREWROOM_SMTP_URL")),
        mail_from=values.mail_from(settings.get("CREWROOM_MAIL_FROM", "Crewroom <crewroom@localhost>")),
        trusted_proxies=values.networks(settings.get("CREWROOM_TRUSTED_PROXIES", "")),
        rate_limit_storage=values.storage(settings.get("CREWROOM_RATE_LIMIT_STORAGE", "memory://")),
        max_upload_mb=values.megabytes(
            "CREWROOM_MAX_UPLOAD_MB", settings.get("CREWROOM_MAX_UPLOAD_MB", "100")
        ),
        metrics_token=values.token("CREWROOM_METRICS_TOKEN", settings.get("CREWROOM_METRICS_TOKEN", "")),
        metrics_folder=Path(given[METRICS_FOLDER]) if given.get(METRICS_FOLDER) else None,
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
    "CREWROOM_METRICS_TOKEN",
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
