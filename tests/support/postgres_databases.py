"""Postgres databases for tests: one per installation, emptied between tests because creating one is slow."""

import itertools
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from app.base import config as settings
from app.migrations import bring_up_to_date
from app.models import Base
from app.storage.database import Database

_TABLES = [table.name for table in Base.metadata.sorted_tables]
_EMPTY = "; ".join(f"DELETE FROM {table}" for table in reversed(_TABLES))  # noqa: S608 - names from the models
_KEPT = "kept"


def copy_tables(schema: str) -> str:
    """Return the SQL that copies all tables into a schema."""
    copied = (f"CREATE TABLE {schema}.{table} AS SELECT * FROM {table}" for table in _TABLES)  # noqa: S608
    return "; ".join((f"DROP SCHEMA IF EXISTS {schema} CASCADE", f"CREATE SCHEMA {schema}", *copied))


def restore_tables(schema: str) -> str:
    """Return the SQL that restores the tables from their copies."""
    copied = (f"INSERT INTO {table} SELECT * FROM {schema}.{table}" for table in _TABLES)  # noqa: S608
    return "; ".join((_EMPTY, *copied))


class PostgresDatabases:
    """Databases with names unique to this process, on a server where the user may create databases."""

    def __init__(self, url: str) -> None:
        self._url = make_url(settings.load({"CREWROOM_DATABASE_URL": url}).database_url)
        self._home = str(self._url.database)
        self._engines: dict[str, Engine] = {}
        self._mark = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._names: dict[Path, str] = {}
        self._made: list[str] = []
        self._notes: dict[str, Any] = {}

    def connect(self, instance: Path) -> dict[str, str]:
        if instance not in self._names:
            self._create(instance)
        return {
            "CREWROOM_DATABASE_URL": self._at(self._names[instance]).render_as_string(hide_password=False)
        }

    def install(self, instance: Path) -> None:
        new = instance not in self._names
        lines = [f"{name}={value}\n" for name, value in self.connect(instance).items()]
        (instance / "crewroom.env").write_text("".join(lines))
        if new:
            bring_up_to_date(Database(settings.load({"CREWROOM_INSTANCE": str(instance)})))

    def copy(self, source: Path, instance: Path) -> None:
        name, template = self._names[instance], self._names[source]
        self._run(
            self._home,
            f"DROP DATABASE {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template}",
        )

    def clear(self, instance: Path) -> bool:
        try:
            self._run(self._names[instance], _EMPTY)
        except DBAPIError:
            del self._names[instance]
            return False
        return (instance / "crewroom.env").exists()

    def save(self, instance: Path, note: Any) -> None:
        name = self._names[instance]
        self._run(name, copy_tables(_KEPT))
        self._notes[name] = note

    def saved(self, instance: Path) -> Any:
        return self._notes.get(self._names[instance])

    def restore(self, instance: Path) -> None:
        self._run(self._names[instance], restore_tables(_KEPT))

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._run(self._home, *(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in self._made))

    def _create(self, instance: Path) -> None:
        name = f"crewroom_{self._mark}_{next(self._numbers)}"
        self._made.append(name)
        self._run(self._home, f"CREATE DATABASE {name}")
        self._names[instance] = name

    def _at(self, name: str) -> URL:
        return self._url.set(database=name)

    def _run(self, name: str, *statements: str) -> None:
        """Send statements to a database; the parts of one statement are committed together."""
        engine = self._engines.get(name)
        if not engine:
            engine = self._engines[name] = create_engine(
                self._at(name), isolation_level="AUTOCOMMIT", pool_size=1
            )
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
