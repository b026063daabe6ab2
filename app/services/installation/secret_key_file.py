"""The file of the secret key: made once, read, and exchanged in one step."""

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
# A key that is about to replace the one in use; the database's fingerprint tells which of the two counts.
_NEXT = "secret_key.next"
_LOST = "restore it from a backup, or run `crewroom secret-key reset` if it is lost"


def path(config: Config) -> Path:
    """Return where the key is."""
    return config.instance / NAME


def next_path(config: Config) -> Path:
    """Return where a key waits to replace the one in use."""
    return config.instance / _NEXT


def prepare(config: Config) -> Config:
    """Return the settings with the secret key, made if there is none; raise `WrongSetting` for a bad one."""
    if config.secret_key:
        return config
    try:
        instance.make(config)
        _make(path(config))
    except OSError as error:
        raise instance.unusable(config, error) from error
    return replace(config, secret_key=checked(path(config)))


def checked(file: Path) -> str:
    """Return the key in a file; raise `WrongSetting` for one that is weak or cannot be read."""
    key = read(file)
    reason = setting_values.weakness(key)
    if reason:
        advice = _LOST if not key else "run `crewroom secret-key rotate`"
        raise WrongSetting("CREWROOM_INSTANCE", f"{file} {reason}; {advice}")
    return key


def read(file: Path) -> str:
    """Return the text of a file without the space around it; raise `WrongSetting` if it cannot be read."""
    try:
        return _text(file)
    except UnicodeDecodeError as error:
        reason = f"{file} is no secret key: it is not ASCII text; {_LOST}"
        raise WrongSetting("CREWROOM_INSTANCE", reason) from error


def legible(file: Path) -> str:
    """Return the same, or nothing for a missing file and for content that can be no key.

    Raises `WrongSetting` for a file that cannot be read: it may hold the right key.
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
    """Write a key beside the one in use; `exchange` puts it in its place."""
    try:
        private_files.write(next_path(config), key)
    except OSError as error:
        raise instance.unusable(config, error) from error


def set_aside(config: Config) -> None:
    """Keep a copy of a key that does not fit this database; it may be that of another one."""
    file = path(config)
    if file.is_file():
        kept = file.with_name(f"{NAME}.replaced-{clock.now():%Y%m%dT%H%M%SZ}")
        private_files.write(kept, regular_files.content(file))


def exchange(config: Config) -> None:
    """Put the waiting key in the place of the one in use, in one step; raise `WrongSetting` if it cannot."""
    try:
        next_path(config).replace(path(config))
    except OSError as error:
        reason = f"{next_path(config)} is the secret key of this database now; rename it to {NAME}"
        raise WrongSetting("CREWROOM_INSTANCE", f"{reason} ({error.strerror})") from error
    sync(config.instance)


def _make(file: Path) -> None:
    """Make a key whole under another name first: two processes that start at once share one."""
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
