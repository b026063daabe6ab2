"""The instance folder: made on first start, with the secret key in it; and who uses it."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.config import Config, WrongSetting
from app.errors import Conflict
from app.services import replacement

KEY_FILE = "secret_key"
_LOCK_FILE = "lock"
_PATIENCE_SECONDS = 5.0


@contextmanager
def in_use(config: Config) -> Iterator[None]:
    """Use the installation, beside others that do, but never beside a restore; finish one that was killed."""
    busy = f"A backup is being restored into {config.instance}; try again when that is over"
    if replacement.begun(config):
        with _locked(config, fcntl.LOCK_EX, busy, _PATIENCE_SECONDS):
            replacement.settle(config)
    with _locked(config, fcntl.LOCK_SH, busy, _PATIENCE_SECONDS):
        yield


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Have the installation for oneself."""
    busy = f"Crewroom is running on {config.instance}; stop it first"
    with _locked(config, fcntl.LOCK_EX, busy, 0):
        replacement.settle(config)
        yield


def prepare(config: Config) -> Config:
    """Make the folder and the secret key if they are missing; return the settings with the key."""
    try:
        _make(config)
        return replace(config, secret_key=_secret_key(config.instance / KEY_FILE))
    except OSError as error:
        raise _unusable(config, error) from error


def existing(config: Config) -> Config:
    """Return the settings with the key of an installation that is there; make nothing."""
    path = config.instance / KEY_FILE
    if not path.is_file():
        raise WrongSetting("CREWROOM_INSTANCE", f"there is no installation in {config.instance}")
    return replace(config, secret_key=_secret_key(path))


@contextmanager
def _locked(config: Config, kind: int, busy: str, patience: float) -> Iterator[None]:
    try:
        _make(config)
        descriptor = os.open(config.instance / _LOCK_FILE, os.O_RDONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(config, error) from error
    try:
        _wait_for(descriptor, kind, busy, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, kind: int, busy: str, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise Conflict(busy) from error
            time.sleep(0.05)
        else:
            return


def _make(config: Config) -> None:
    config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)


def _unusable(config: Config, error: OSError) -> WrongSetting:
    return WrongSetting("CREWROOM_INSTANCE", f"{config.instance} cannot be used ({error.strerror})")


def _secret_key(path: Path) -> str:
    """Return the key, made whole under another name first: two processes that start at once share one."""
    if not path.exists():
        draft = path.with_name(f"{KEY_FILE}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise WrongSetting("CREWROOM_INSTANCE", f"{path} is empty; restore it from a backup")
    return key
