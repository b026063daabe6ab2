"""SQLite: one writer at a time, which takes the lock before its first read."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.base.errors import Unavailable
from app.models import Job
from app.services.jobs import jobs
from app.storage import engines
from app.storage.database import Database, config
from tests.support.databases import only_sqlite

ONE_WRITER = "one writer at a time is SQLite's way; on Postgres the organization is locked"
pytestmark = only_sqlite(ONE_WRITER)


@pytest.fixture
def database(settings_for):
    database = Database(settings_for())
    yield database
    database.close()


def raw(database: Database) -> sqlite3.Connection:
    """Return another program's connection to the same file, without a busy timeout."""
    return sqlite3.connect(str(database.engine.url.database), timeout=0, isolation_level=None)


def add_counter(database: Database) -> str:
    with database.writing():
        return jobs.enqueue("counter", {}).id


def count(database: Database, identifier: str) -> int:
    with database.reading() as reader:
        return reader.get_one(Job, identifier).attempts


def test_writer_takes_the_lock_before_its_first_read(database):
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


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2)]
)
@pytest.mark.parametrize("way", ["reading", "writing"])
def test_connections_have_their_pragmas(database, way, pragma, value):
    with getattr(database, way)() as unit:
        assert unit.execute(text(f"PRAGMA {pragma}")).scalar() == value


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

    with database.writing(), ThreadPoolExecutor(1) as threads, pytest.raises(Unavailable):
        threads.submit(add_counter, database).result()

    add_counter(database)
    database.close()


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
        return config()
