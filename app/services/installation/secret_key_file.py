"""The secret key file: created once, read, and exchanged in one step."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from app.base import clock, regular_files, setting_values
from app.base.config import Config, WrongSetting
from app.services.installation import instance
from app.storage import private_files
from app.storage.blobs import sync

NAME = "secret_key"
# A key that is about to replace the current one. The database's fingerprint decides which of them is valid.
_NEXT = "secret_key.next"
_LOST = "restore it from a backup, or run `crewroom secret-key reset` if it is lost"


def path(config: Config) -> Path:
    """Return the path of the secret key."""
    return config.instance / NAME


def next_path(config: Config) -> Path:
    """Return the path of a key that is about to replace the current one."""
    return config.instance / _NEXT


def prepare(config: Config) -> Config:
    """Return the settings with the secret key; create one if there is none.

    Raises `WrongSetting` for a weak or unreadable key.
    """
    if config.secret_key:
        return config
    try:
        instance.make(config)
        _make(path(config))
    except OSError as error:
        raise instance.unusable(config, error) from error
    return replace(config, secret_key=read_checked(path(config)))


def read_checked(file: Path) -> str:
    """Return the key in a file. Raises `WrongSetting` if it is weak or unreadable."""
    key = read(file)
    reason = setting_values.weakness(key)
    if reason:
        advice = _LOST if not key else "run `crewroom secret-key rotate`"
        raise WrongSetting("CREWROOM_INSTANCE", f"{file} {reason}; {advice}")
    return key


def read(file: Path) -> str:
    """Return the text of a file, stripped. Raises `WrongSetting` if it can't be read or is not ASCII."""
    try:
        return _text(file)
    except UnicodeDecodeError as error:
        reason = f"{file} is not a secret key: it is not ASCII text; {_LOST}"
        raise WrongSetting("CREWROOM_INSTANCE", reason) from error


def legible(file: Path) -> str:
    """Return the text of a file, or an empty string if it is missing or not ASCII.

    Raises `WrongSetting` if it can't be read, since it may contain the right key.
    """
    try:
        return _text(file) if file.exists() else ""
    except UnicodeDecodeError:
        return ""


def _text(file: Path) -> str:
    try:
        return regular_files.content(file).decode("ascii").strip()
    except OSError as error:
        raise WrongSetting("CREWROOM_INSTANCE", f"{file} cannot be read ({error.strerror})") from error


def new() -> str:
    """Return a new key."""
    return secrets.token_hex(32)


def stage(config: Config, key: str) -> None:
    """Write a key beside the current one; `exchange` will replace the current one with it."""
    try:
        private_files.write(next_path(config), key)
    except OSError as error:
        raise instance.unusable(config, error) from error


def set_aside(config: Config) -> None:
    """Keep a copy of a key that is not the one of this database; it may belong to another one."""
    file = path(config)
    if file.is_file():
        copy = file.with_name(f"{NAME}.replaced-{clock.now():%Y%m%dT%H%M%SZ}")
        private_files.write(copy, regular_files.content(file))


def exchange(config: Config) -> None:
    """Replace the current key with the staged one, atomically. Raises `WrongSetting` if that fails."""
    try:
        next_path(config).replace(path(config))
    except OSError as error:
        reason = f"{next_path(config)} is the secret key of this database now; rename it to {NAME}"
        raise WrongSetting("CREWROOM_INSTANCE", f"{reason} ({error.strerror})") from error
    sync(config.instance)


def _make(file: Path) -> None:
    """Create a key under a temporary name and link it, so that processes that start at once share one."""
    if os.path.lexists(file):
        return
    draft = file.with_name(f"{NAME}.{os.getpid()}")
    private_files.write(draft, new())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync(file.parent)
