"""The instance folder: made on first start, private, and locked by the processes that use it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.base.config import Config, WrongSetting
from app.base.errors import Conflict
from app.services.installation import swap
from app.storage import private_files

_LOCK_FILE = "lock"
_FOLDERS = ("mail", "bundles")
_PATIENCE_SECONDS = 5.0


@contextmanager
def in_use(config: Config) -> Iterator[None]:
    """Use the installation, beside others that do, but never beside a restore; finish one that was killed."""
    busy = f"A backup is being restored into {config.instance}; try again when that is over"
    if swap.begun(config):
        with _locked(config, fcntl.LOCK_EX, busy, _PATIENCE_SECONDS):
            swap.settle(config)
    with _locked(config, fcntl.LOCK_SH, busy, _PATIENCE_SECONDS):
        yield


@contextmanager
def exclusive(config: Config) -> Iterator[None]:
    """Have the installation for oneself; a folder that was made for it goes again if nothing comes of it."""
    busy = f"Crewroom is running on {config.instance}; stop it first"
    made = not config.instance.exists()
    with _locked(config, fcntl.LOCK_EX, busy, 0):
        swap.settle(config)
        try:
            yield
        except BaseException:
            if made:
                _remove_empty(config)
            raise


def restrict(config: Config) -> None:
    """Take the rights of group and others away from what earlier versions, or a copy, left readable."""
    for path in private_paths(config):
        private_files.restrict(path)


def private_paths(config: Config) -> list[Path]:
    """Return the files and folders that only the owner may use, whether or not they are there."""
    database = swap.database_file(config)
    beside = [database.with_name(database.name + end) for end in swap.BESIDE] if database else []
    return [*beside, *(config.instance / name for name in ("secret_key", _LOCK_FILE, *_FOLDERS))]


def make(config: Config) -> None:
    """Make the folder if it is missing; raise `WrongSetting` if that is impossible."""
    try:
        config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(config, error) from error


def unusable(config: Config, error: OSError) -> WrongSetting:
    """Return the refusal for a folder that the system refuses."""
    return WrongSetting("CREWROOM_INSTANCE", f"{config.instance} cannot be used ({error.strerror})")


def _remove_empty(config: Config) -> None:
    """Remove the folder if it has nothing but the lock in it, which this process holds."""
    with suppress(OSError):
        for name in _FOLDERS:
            if (config.instance / name).is_dir():
                (config.instance / name).rmdir()
        if [path.name for path in config.instance.iterdir()] == [_LOCK_FILE]:
            (config.instance / _LOCK_FILE).unlink()
            config.instance.rmdir()


@contextmanager
def _locked(config: Config, kind: int, busy: str, patience: float) -> Iterator[None]:
    descriptor = _taken(config, kind, busy, time.monotonic() + patience)
    try:
        yield
    finally:
        os.close(descriptor)


def _taken(config: Config, kind: int, busy: str, deadline: float) -> int:
    """Return the lock's descriptor; a file that was removed while this process waited for it is no lock."""
    while True:
        descriptor = _lock_file(config)
        try:
            _wait_for(descriptor, kind, busy, deadline)
            if os.fstat(descriptor).st_nlink:
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock_file(config: Config) -> int:
    make(config)
    try:
        # A pipe of that name must not block: opening one waits for its writer otherwise.
        flags = os.O_RDONLY | os.O_CREAT | os.O_NONBLOCK
        return os.open(config.instance / _LOCK_FILE, flags, 0o600)
    except OSError as error:
        raise unusable(config, error) from error


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
