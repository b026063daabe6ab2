"""The instance folder: created on first start, private, and locked by the processes that use it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.base.config import Config, WrongSetting
from app.base.errors import OperatorError
from app.services.installation import swap
from app.storage import private_files

_LOCK_FILE = "lock"
_FOLDERS = ("mail", "bundles")
_PATIENCE_SECONDS = 5.0


@contextmanager
def in_use(config: Config) -> Iterator[None]:
    """Lock the installation, shared with other processes but not with a restore; finish an interrupted one.

    Raises `OperatorError` if a restore is running.
    """
    busy = f"A backup is being restored into {config.instance}; try again when it has finished"
    if swap.unfinished(config):
        with _locked(config, fcntl.LOCK_EX, busy, _PATIENCE_SECONDS):
            swap.settle(config)
    with _locked(config, fcntl.LOCK_SH, busy, _PATIENCE_SECONDS):
        yield


@contextmanager
def exclusive(config: Config) -> Iterator[None]:
    """Lock the installation exclusively. A folder that was created for it is removed again after an error.

    Raises `OperatorError` if another process uses the installation.
    """
    busy = f"Crewroom is running on {config.instance}; stop it first"
    created = not config.instance.exists()
    with _locked(config, fcntl.LOCK_EX, busy, 0):
        swap.settle(config)
        try:
            yield
        except BaseException:
            if created:
                _remove_empty(config)
            raise


def restrict(config: Config) -> None:
    """Remove group and other access from files that earlier versions, or a copy, left readable."""
    for path in private_paths(config):
        private_files.restrict(path)


def private_paths(config: Config) -> list[Path]:
    """Return the files and folders that only the owner may access, whether or not they exist."""
    database = swap.database_file(config)
    beside = [database.with_name(database.name + end) for end in swap.BESIDE] if database else []
    return [*beside, *(config.instance / name for name in ("secret_key", _LOCK_FILE, *_FOLDERS))]


def make(config: Config) -> None:
    """Create the folder if it is missing. Raises `WrongSetting` if that fails."""
    try:
        config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(config, error) from error


def unusable(config: Config, error: OSError) -> WrongSetting:
    """Return the error for a folder that can't be used."""
    return WrongSetting("CREWROOM_INSTANCE", f"{config.instance} cannot be used ({error.strerror})")


def _remove_empty(config: Config) -> None:
    """Remove the folder if it contains nothing but the lock file, which this process has locked."""
    with suppress(OSError):
        for name in _FOLDERS:
            if (config.instance / name).is_dir():
                (config.instance / name).rmdir()
        if [path.name for path in config.instance.iterdir()] == [_LOCK_FILE]:
            (config.instance / _LOCK_FILE).unlink()
            config.instance.rmdir()


@contextmanager
def _locked(config: Config, kind: int, busy: str, patience: float) -> Iterator[None]:
    descriptor = _locked_descriptor(config, kind, busy, time.monotonic() + patience)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked_descriptor(config: Config, kind: int, busy: str, deadline: float) -> int:
    """Return the descriptor of the locked file. Retry if the file was removed while waiting for the lock."""
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
        # Without O_NONBLOCK, opening a named pipe of that name would wait for a writer.
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
                raise OperatorError(busy) from error
            time.sleep(0.05)
        else:
            return
