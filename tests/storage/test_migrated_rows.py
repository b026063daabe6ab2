"""Rows survive every migration, up and down."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.base import config
from app.base.config import WrongSetting
from app.migrations import REVISIONS, bring_up_to_date, current_revision, migrate
from app.storage.database import Database
from tests.support.databases import databases

SECRET_KEY = "5" * 64
ROWS = 3
# Values for columns that don't accept arbitrary text.
TEXTS = {"role": "write", "state": "open", "outcome": "done"}
VALUES: dict[type, Any] = {sa.Boolean: True, sa.DateTime: datetime(2026, 5, 4, 12), sa.Integer: 7}  # noqa: DTZ001 - as stored

Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture
def database(tmp_path: Path):
    databases().connect(tmp_path)
    settings = config.load({"CREWROOM_INSTANCE": str(tmp_path)})
    database = Database(replace(settings, secret_key=SECRET_KEY))
    yield database
    database.close()


def move(database: Database, revision: str, *, down: bool = False) -> None:
    with database.engine.begin() as connection:
        migrate(connection, revision, down=down, secret_key=SECRET_KEY)


def fill(database: Database) -> None:
    """Insert rows into every table, each referring to the rows with the same number."""
    with database.engine.begin() as connection:
        for table in reflected(connection):
            rows = [
                {column.name: value(column, number) for column in table.columns} for number in range(ROWS)
            ]
            connection.execute(table.insert(), rows)


def value(column: sa.Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return value(key.column, number)
    if column.name in TEXTS:
        return TEXTS[column.name]
    for kind, found in VALUES.items():
        if isinstance(column.type, kind):
            return number + 1 if column.primary_key else found
    if isinstance(column.type, sa.JSON):
        return {"row": number}
    if isinstance(column.type, sa.LargeBinary):
        return bytes([number])
    assert isinstance(column.type, sa.String), column.type
    return f"{number}{column.name}"[: column.type.length]


def contents(database: Database) -> Contents:
    with database.engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(table.select()).mappings()), key=str)
            for table in reflected(connection)
        }


def reflected(connection: sa.Connection) -> list[sa.Table]:
    """Return the current tables, parents first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


@pytest.mark.long
@pytest.mark.parametrize("number", range(1, len(REVISIONS)))
def test_rows_survive_each_migration_and_its_reversal(database, number):
    move(database, REVISIONS[number - 1])
    fill(database)
    before = contents(database)

    move(database, REVISIONS[number])
    after = contents(database)
    move(database, REVISIONS[number - 1], down=True)

    assert {name: len(rows) for name, rows in after.items() if name in before} == {
        name: ROWS for name in after if name in before
    }
    assert contents(database) == before


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(REVISIONS)))
def test_rows_of_any_revision_reach_the_newest_schema(database, number):
    move(database, REVISIONS[number])
    fill(database)
    before = contents(database)

    bring_up_to_date(database)

    after = contents(database)
    assert set(before) <= set(after)
    assert all(len(after[name]) == ROWS for name in before)
    bring_up_to_date(database)
    assert contents(database) == after


def test_rows_of_the_newest_schema_reach_the_first(database):
    bring_up_to_date(database)
    fill(database)

    move(database, REVISIONS[0], down=True)

    assert all(len(rows) == ROWS for rows in contents(database).values())


def test_failure_after_several_migrations_undoes_them_all(database):
    """The newest table already exists, so the migrations before it must be undone."""
    move(database, REVISIONS[1])
    fill(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bundles (id INTEGER)")
    before = contents(database)

    with pytest.raises(WrongSetting, match=r"bundles.* already exists"):
        bring_up_to_date(database)

    assert contents(database) == before
    with database.engine.connect() as connection:
        assert current_revision(connection) == REVISIONS[1]


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://crew.example.com", "crew.example.com"),
        ("https://crew.example.com:8443", "crew.example.com"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),  # a command that runs without the server's settings
        ("http://crew.example.com", None),
    ],
)
def test_passkeys_get_the_host_of_the_base_url(database: Database, base_url, host):
    move(database, "0010")
    fill(database)
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE factors SET kind = 'passkey' WHERE id <> '0id'"))

    with database.engine.begin() as connection:
        migrate(connection, "0011", secret_key=SECRET_KEY, base_url=base_url)

    with database.engine.connect() as connection:
        hosts = connection.execute(sa.text("SELECT host FROM factors ORDER BY id")).scalars().all()
    assert hosts == [None, host, host]
