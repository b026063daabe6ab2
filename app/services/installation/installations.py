"""Open installations: the instance folder, its secret key and its database together."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.base.config import Config, WrongSetting
from app.base.errors import OperatorError
from app.migrations import bring_up_to_date
from app.services.installation import instance, secret_key_file, secret_key_fingerprint, swap
from app.storage.database import Database

_CREATION_SECONDS = 1.0


@contextmanager
def started(config: Config, *, making: bool = True) -> Iterator[Config]:
    """Lock the folder, check the secret key and migrate the database; yield the settings with the key.

    With `making`, a missing installation is created; otherwise it raises `OperatorError` and creates nothing.
    """
    if not making:
        _check_made(config)
    with instance.in_use(config):
        _check_file(config)
        ready = _with_key(config, making=making)
        with closing(Database(ready)) as database:
            bring_up_to_date(database)
            secret_key_fingerprint.adopt(database)
        yield ready


@contextmanager
def opened(config: Config, *, making: bool = True) -> Iterator[Database]:
    """Start an installation as `started` does, and yield its open database."""
    with started(config, making=making) as ready, closing(Database(ready)) as database:
        yield database


@contextmanager
def exclusive(config: Config) -> Iterator[None]:
    """Lock an installation exclusively. Raises `OperatorError` if there is none, and creates nothing."""
    _check_made(config)
    with instance.exclusive(config):
        yield


@contextmanager
def existing(config: Config) -> Iterator[Database]:
    """Open the database of an installation with any schema, and change nothing."""
    check_there(config)
    with instance.in_use(config):
        _check_file(config)
        with closing(Database(_with_key(config, making=False))) as database:
            yield database


def not_found(config: Config) -> OperatorError:
    """Return the error for a folder without an installation."""
    return OperatorError(
        f"There is no installation in {config.instance}",
        message="CREWROOM_INSTANCE names the folder; `crewroom serve` creates a new installation in it.",
    )


def check_there(config: Config) -> None:
    """Raise `OperatorError` if there is no installation. Queries a database on a server; creates nothing."""
    file = swap.database_file(config)
    if file is not None and not file.exists():
        raise not_found(config)
    if file is None and not config.secret_key and not config.instance.exists():
        raise not_found(config)
    if file is None and not secret_key_fingerprint.read_known(config).schema:
        raise not_found(config)


def _check_made(config: Config) -> None:
    """Raise `OperatorError` if there is no installation, unless an interrupted restore has to be finished."""
    if not swap.unfinished(config):
        check_there(config)


def _check_file(config: Config) -> None:
    """Raise `WrongSetting` if the database file lost its content; SQLite would take it for a new one."""
    instance.restrict(config)
    file = swap.database_file(config)
    if file and secret_key_file.path(config).exists() and _stays_empty(file):
        raise WrongSetting(
            "CREWROOM_DATABASE_URL", f"{file} is empty; restore a backup, or remove the file to start over"
        )


def _stays_empty(file: Path) -> bool:
    """Return whether a file stays empty for a second, so that no other process is just creating it."""
    deadline = time.monotonic() + _CREATION_SECONDS
    while file.is_file() and file.stat().st_size == 0:
        if time.monotonic() > deadline:
            return True
        time.sleep(0.05)
    return False


def _with_key(config: Config, *, making: bool) -> Config:
    file = swap.database_file(config)
    new = file is not None and not file.exists()
    known = secret_key_fingerprint.Known() if new else secret_key_fingerprint.read_settled(config)
    if not making and not known.schema:
        raise not_found(config)
    return secret_key_fingerprint.with_key(config, known)
