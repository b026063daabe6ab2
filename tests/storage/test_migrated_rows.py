"""Rows survive every migration, up and down."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.base import config
from app.migrations import HEAD, bring_up_to_date, current_revision
from app.storage.database import Database
from tests.support.databases import databases
from tests.support.next_release import BLOCKED_TABLE, NEXT_HEAD, STEPS

ROWS = 3
# Values for columns that don't accept arbitrary text.
TEXTS = {"role": "write", "state": "open", "outcome": "done"}
VALUES: dict[type, Any] = {sa.Boolean: True, sa.DateTime: datetime(2026, 5, 4, 12), sa.Integer: 7}  # noqa: DTZ001 - as stored

START = """
from app.base import config
from app.migrations import bring_up_to_date
from app.storage.database import Database
bring_up_to_date(Database(config.load()))
"""

Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture
def database(tmp_path: Path):
    databases().connect(tmp_path)
    database = Database(config.load({"CREWROOM_INSTANCE": str(tmp_path)}))
    yield database
    database.close()


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
@pytest.mark.parametrize(("below", "above"), STEPS)
def test_rows_survive_each_migration_and_its_reversal(database, next_release, below, above):
    next_release.migrate(database.config, below)
    fill(database)
    before = contents(database)

    next_release.migrate(database.config, above)
    after = contents(database)
    next_release.migrate(database.config, below, down=True)

    assert {name: len(rows) for name, rows in after.items() if name in before} == {
        name: ROWS for name in after if name in before
    }
    assert contents(database) == before


@pytest.mark.long
@pytest.mark.parametrize("revision", [below for below, _ in STEPS])
def test_rows_of_any_revision_reach_the_newest_schema(database, next_release, revision):
    next_release.migrate(database.config, revision)
    fill(database)
    before = contents(database)

    started = next_release.run(START, config=database.config)

    after = contents(database)
    assert (started.returncode, started.stderr) == (0, "")
    assert revision_of(database) == NEXT_HEAD
    assert set(before) <= set(after)
    assert all(len(after[name]) == ROWS for name in before)


@pytest.mark.long
def test_rows_get_the_values_that_a_migration_gives_them(database, next_release):
    bring_up_to_date(database)
    fill(database)

    next_release.run(START, config=database.config)

    assert [row["greeting"] for row in contents(database)["users"]] == [
        "Hello 0name",
        "Hello 1name",
        "Hello 2name",
    ]


def test_failure_after_several_migrations_undoes_them_all(database, next_release):
    """The newest table already exists, so the migrations before it must be undone."""
    bring_up_to_date(database)
    fill(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {BLOCKED_TABLE} (id INTEGER)")
    before = contents(database)

    refused = next_release.run(START, config=database.config)

    assert refused.returncode == 1
    assert re.search(rf"{BLOCKED_TABLE}.* already exists", refused.stderr.splitlines()[-1])
    assert contents(database) == before
    assert revision_of(database) == HEAD


def revision_of(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return current_revision(connection)
