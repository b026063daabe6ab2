"""The databases under test: SQLite files, or with `--postgres` databases of a server.

The `crewroom.env` of an instance names its database, as an operator would, so that every way to start a
portal finds it.
"""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.support.sqlite_files import SqliteFiles

SERVER = "CREWROOM_TEST_DATABASE_URL"
_SECRET_KEY = secrets.token_hex(32)


class Databases(Protocol):
    """What both kinds of database do for an instance folder."""

    def connect(self, instance: Path) -> dict[str, str]:
        """Return the variables that lead to the instance's own database, initially without tables."""

    def install(self, instance: Path) -> None:
        """Create the database with empty tables, unless it exists."""

    def copy(self, source: Path, instance: Path) -> None:
        """Copy the database of an instance whose folder was copied; nothing is connected to it."""

    def clear(self, instance: Path) -> bool:
        """Empty the tables; return whether the database was present and intact enough for that."""

    def save(self, instance: Path, note: Any) -> None:
        """Save a copy of the database's rows, with a note about them."""

    def saved(self, instance: Path) -> Any:
        """Return the note of the last saved copy that can be restored here, or None."""

    def restore(self, instance: Path) -> None:
        """Restore the last saved copy."""

    def close(self) -> None:
        """Remove everything that was created."""


@cache
def databases() -> Databases:
    """Return the databases of this process."""
    if SERVER not in os.environ:
        return SqliteFiles()
    from tests.support.postgres_databases import PostgresDatabases

    return PostgresDatabases(os.environ[SERVER])


def on_postgres() -> bool:
    return SERVER in os.environ


def only_sqlite(reason: str) -> pytest.MarkDecorator:
    """Skip a test on Postgres."""
    return pytest.mark.skipif(on_postgres(), reason=reason)


def only_postgres(reason: str) -> pytest.MarkDecorator:
    """Skip a test on SQLite."""
    return pytest.mark.skipif(not on_postgres(), reason=reason)


def install(instance: Path) -> None:
    """Create an installation: an empty database, and the secret key that all of this process share."""
    instance.mkdir(parents=True, exist_ok=True)
    key = instance / "secret_key"
    key.write_text(_SECRET_KEY)
    key.chmod(0o600)
    databases().install(instance)
