"""The databases under test: files of SQLite, or with `--postgres` databases of a server.

An instance is told of its database by its `crewroom.env`, as an operator would tell it, so that every way to
start a portal finds it.
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
    """What both kinds do for an installation's folder."""

    def connect(self, instance: Path) -> dict[str, str]:
        """Return the variables that lead to a database of its own, without tables at first."""

    def install(self, instance: Path) -> None:
        """Give it a database with tables and nothing in them, unless it has one."""

    def clear(self, instance: Path) -> bool:
        """Empty its tables; tell whether the database was still there and whole enough for that."""

    def save(self, instance: Path, note: Any) -> None:
        """Remember what its database holds, and what is told of that."""

    def saved(self, instance: Path) -> Any:
        """Return the story of what was kept last and can be had here, None for nothing."""

    def restore(self, instance: Path) -> None:
        """Put what was kept last into its database."""

    def close(self) -> None:
        """Remove all that was made."""


@cache
def databases() -> Databases:
    """The databases of this process."""
    if SERVER not in os.environ:
        return SqliteFiles()
    from tests.support.postgres_databases import PostgresDatabases

    return PostgresDatabases(os.environ[SERVER])


def on_postgres() -> bool:
    return SERVER in os.environ


def only_sqlite(reason: str) -> pytest.MarkDecorator:
    """Leave a test out on Postgres, for a reason."""
    return pytest.mark.skipif(on_postgres(), reason=reason)


def only_postgres(reason: str) -> pytest.MarkDecorator:
    """Leave a test out on SQLite, for a reason."""
    return pytest.mark.skipif(not on_postgres(), reason=reason)


def install(instance: Path) -> None:
    """Make an installation: an empty database, and the secret key that all of this process share."""
    instance.mkdir(parents=True, exist_ok=True)
    key = instance / "secret_key"
    key.write_text(_SECRET_KEY)
    key.chmod(0o600)
    databases().install(instance)
