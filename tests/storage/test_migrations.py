"""Migrations: up, down, equal to the models, and never newer than the program."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.base import config
from app.base.config import WrongSetting
from app.migrations import FOLDER, HEAD, REVISIONS, NewerSchema, bring_up_to_date, current_revision, migrate
from app.models import Base
from app.storage.database import Database
from tests.support.databases import databases, only_sqlite


def opened(instance: Path) -> Database:
    """Return a new `Database` on an instance's file."""
    instance.mkdir(exist_ok=True)
    databases().connect(instance)
    return Database(config.load({"CREWROOM_INSTANCE": str(instance)}))


@pytest.fixture
def database(tmp_path: Path):
    database = opened(tmp_path)
    yield database
    database.close()


@pytest.fixture
def by_models(tmp_path: Path):
    """Return a database created from the models, without migrations."""
    database = opened(tmp_path / "models")
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return current_revision(connection)


def shape(database: Database) -> dict[str, object]:
    """Return the columns, keys and constraints of each table, independent of the SQL that created it."""
    with database.engine.connect() as connection:
        seen = inspect(connection)
        return {
            table: (
                sorted(
                    (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
                    for column in seen.get_columns(table)
                ),
                seen.get_pk_constraint(table),
                sorted(map(str, seen.get_unique_constraints(table))),
                sorted(map(str, seen.get_foreign_keys(table))),
                sorted(map(str, seen.get_check_constraints(table))),
                sorted(map(written, seen.get_indexes(table))),
            )
            for table in seen.get_table_names()
            if table != "alembic_version"
        }


def written(index: Any) -> str:
    """Return an index with its condition."""
    options = index.get("dialect_options", {})
    condition = options.get("sqlite_where", options.get("postgresql_where"))
    return f"{index['name']} {index['column_names']} {index['unique']} {condition}"


def test_empty_database_gets_the_schema(database):
    assert revision(database) is None

    bring_up_to_date(database)

    assert revision(database) == HEAD
    assert tables(database) == {*Base.metadata.tables, "alembic_version"}


def test_up_to_date_database_stays(database):
    bring_up_to_date(database)
    before = shape(database)

    bring_up_to_date(database)

    assert shape(database) == before


def test_migrations_create_what_the_models_declare(database):
    bring_up_to_date(database)

    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrations_create_the_same_tables_as_the_models(database, by_models):
    bring_up_to_date(database)

    assert shape(database) == shape(by_models)


@only_sqlite("only SQLite has WITHOUT ROWID, which no inspector reports")
def test_migrations_and_models_agree_on_tables_without_rowid(database, by_models):
    bring_up_to_date(database)

    assert without_rowid(database) == without_rowid(by_models) != []


def without_rowid(database: Database) -> list[str]:
    statement = "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%' ORDER BY name"
    with database.engine.connect() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql(statement)]


@pytest.mark.parametrize("number", range(len(REVISIONS)))
def test_each_migration_goes_up_and_down_again(database, number):
    below = REVISIONS[number - 1] if number else "base"
    if number:
        with database.engine.begin() as connection:
            migrate(connection, below)
    before = shape(database)

    with database.engine.begin() as connection:
        migrate(connection, REVISIONS[number])
    after = revision(database)
    with database.engine.begin() as connection:
        migrate(connection, below, down=True)

    assert after == REVISIONS[number]
    assert shape(database) == before


def test_no_migration_rebuilds_a_table_that_others_refer_to():
    """SQLite deletes the rows of a table before it drops it, and with them the rows that refer to them."""
    rebuilt = {
        name
        for path in (FOLDER / "versions").glob("*.py")
        for name in re.findall(r'batch_alter_table\(\s*"(\w+)"', path.read_text())
    }

    referred_to = {
        key.column.table.name for table in Base.metadata.tables.values() for key in table.foreign_keys
    }
    assert "organizations" in referred_to
    assert rebuilt & referred_to == set()


def test_newer_schema_is_refused_and_left_unchanged(database):
    bring_up_to_date(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(NewerSchema) as refusal:
        bring_up_to_date(database)

    assert "9999" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert revision(database) == "9999"


def test_migration_that_fails_leaves_the_old_schema(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE memberships (id INTEGER)")

    with pytest.raises(WrongSetting, match=r"memberships.* already exists") as refusal:
        bring_up_to_date(database)

    assert "\n" not in str(refusal.value)
    assert tables(database) == {"memberships"}


def test_two_processes_starting_at_once_migrate_once(tmp_path):
    several = [opened(tmp_path) for _ in range(3)]
    start, failures = threading.Barrier(3), []

    def begin(database: Database) -> None:
        start.wait()
        try:
            bring_up_to_date(database)
        except Exception as error:  # noqa: BLE001 - any error fails the test
            failures.append(error)

    threads = [threading.Thread(target=begin, args=(database,)) for database in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert revision(several[0]) == HEAD
    for database in several:
        database.close()
