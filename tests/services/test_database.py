"""The database: one writer at a time, readers that only read, nothing lost."""

import sqlite3
import threading
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from app import database as module
from app import engines
from app.database import Database, session
from app.errors import Unavailable
from app.models import Job, User
from app.services import jobs


@pytest.fixture
def database(settings_for):
    database = Database(settings_for())
    yield database
    database.close()


def raw(database: Database) -> sqlite3.Connection:
    """Another program's connection to the same file, which waits for nobody."""
    return sqlite3.connect(str(database.engine.url.database), timeout=0, isolation_level=None)


def add_counter(database: Database) -> str:
    with database.writing():
        return jobs.enqueue("counter", {}).id


def count(database: Database, identifier: str) -> int:
    with database.reading() as reader:
        return reader.get_one(Job, identifier).attempts


def test_change_is_committed(database):
    identifier = add_counter(database)

    assert count(database, identifier) == 0


def test_exception_rolls_back(database):
    identifier = add_counter(database)

    def fail() -> None:
        with database.writing() as writer:
            writer.get_one(Job, identifier).attempts = 5
            writer.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert count(database, identifier) == 0
    with database.writing() as writer:
        writer.get_one(Job, identifier).attempts = 1
    assert count(database, identifier) == 1


def test_writer_takes_the_lock_before_its_first_look(database):
    other = raw(database)

    with database.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


def test_reader_takes_no_lock(database):
    other = raw(database)

    with database.reading() as reader:
        reader.execute(text("SELECT count(*) FROM users")).scalar()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    other.close()


def test_reader_sees_the_old_state_without_waiting(database):
    identifier = add_counter(database)

    with database.writing() as writer:
        writer.get_one(Job, identifier).attempts = 9
        writer.flush()
        seen = count(database, identifier)

    assert (seen, count(database, identifier)) == (0, 9)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE jobs SET attempts = 9", "DELETE FROM jobs", "CREATE TABLE more (id INTEGER)", "DROP TABLE jobs"],
)
def test_reader_refuses_changes(database, statement):
    identifier = add_counter(database)

    with pytest.raises(Unavailable), database.reading() as reader:
        reader.execute(text(statement))

    assert count(database, identifier) == 0


def test_concurrent_changes_lose_nothing(database, settings_for):
    identifier = add_counter(database)
    databases = [database, Database(database_config(database))]
    start = threading.Barrier(8)

    def increment(mine: Database) -> None:
        start.wait()
        for _ in range(20):
            with mine.writing() as writer:
                counter = writer.get_one(Job, identifier)
                counter.attempts = counter.attempts + 1

    threads = [threading.Thread(target=increment, args=(databases[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    databases[1].close()

    assert count(database, identifier) == 160


def database_config(database: Database):
    with database.reading():
        return module.config()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2)]
)
@pytest.mark.parametrize("way", ["reading", "writing"])
def test_connections_are_prepared(database, way, pragma, value):
    with getattr(database, way)() as unit:
        assert unit.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_foreign_keys_hold(database):
    with pytest.raises(Exception, match="FOREIGN KEY"), database.writing() as writer:
        writer.execute(
            text(
                "INSERT INTO memberships (organization_id, user_id, role, pending, added_at)"
                " VALUES ('org_1', 'user_1', 'read', 0, '2026-03-02 09:00:00')"
            )
        )


def test_locked_database_is_unavailable(settings_for, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    database = Database(settings_for())
    other = raw(database)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable), database.writing():
        pass

    with database.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM users")).scalar() == 0
    other.execute("ROLLBACK")
    add_counter(database)
    other.close()
    database.close()


def test_waiting_writers_give_up(settings_for, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0)
    database = Database(settings_for())

    with database.writing(), pytest.raises(Unavailable), database.writing():
        pass

    add_counter(database)
    database.close()


def test_session_belongs_to_the_unit_of_work(database):
    with database.reading():
        assert session.info["database"] is database

    with pytest.raises(RuntimeError, match="no unit of work is open"):
        session.info["database"]


def test_moments_need_a_time_zone(database):
    identifier = add_counter(database)

    with pytest.raises(StatementError, match="time zone"), database.writing() as writer:
        writer.get_one(Job, identifier).due_at = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the mistake itself


def test_database_that_is_gone_does_not_answer(tmp_path, settings_for):
    database = Database(settings_for(CREWROOM_DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/crewroom.db"))

    assert database.answers() is False
    with pytest.raises(Unavailable), database.reading() as reader:
        reader.get(User, "user_1")
    database.close()


def test_database_that_is_there_answers(database):
    assert database.answers() is True
