"""The database: one writer at a time, read-only readers, and nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.base import clock
from app.base.errors import Unavailable
from app.base.permissions import Role
from app.models import Job, Membership, User
from app.services.jobs import jobs
from app.storage.database import Database, db
from tests.support.databases import only_sqlite

ONE_WRITER = "one writer at a time is SQLite's way; on Postgres the organization is locked"


@pytest.fixture
def database(settings_for):
    database = Database(settings_for())
    yield database
    database.close()


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


def test_reader_sees_the_old_state_without_waiting(database):
    identifier = add_counter(database)

    with database.writing() as writer:
        writer.get_one(Job, identifier).attempts = 9
        writer.flush()
        with ThreadPoolExecutor(1) as threads:
            seen = threads.submit(count, database, identifier).result()

    assert (seen, count(database, identifier)) == (0, 9)


@only_sqlite("only SQLite connections can be read-only")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE jobs SET attempts = 9", "DELETE FROM jobs", "CREATE TABLE more (id INTEGER)", "DROP TABLE jobs"],
)
def test_reader_refuses_changes(database, statement):
    identifier = add_counter(database)

    with pytest.raises((Unavailable, DBAPIError)), database.reading() as reader:
        reader.execute(text(statement))

    assert count(database, identifier) == 0


def test_foreign_keys_are_enforced(database):
    membership = {"organization_id": "org_1", "user_id": "user_1", "role": Role.READ, "pending": False}

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), database.writing() as writer:
        writer.add(Membership(**membership, added_at=clock.now()))


def test_session_belongs_to_the_unit_of_work(database):
    with database.reading():
        assert db.info["database"] is database

    with pytest.raises(RuntimeError, match="no unit of work is open"):
        db.info["database"]


@pytest.mark.parametrize("inner", ["reading", "writing", "snapshot"])
@pytest.mark.parametrize("outer", ["reading", "writing", "snapshot"])
def test_nested_unit_of_work_is_refused(database, outer, inner, monkeypatch):
    """On SQLite a nested change would deadlock on its outer one, so it is refused immediately."""
    monkeypatch.setattr("app.storage.engines.BUSY_SECONDS", 30)

    with getattr(database, outer)() as opened:
        with pytest.raises(AssertionError, match="do not nest"), getattr(database, inner)():
            pass
        still_open = opened.scalar(text("SELECT 1"))

    assert still_open == 1
    assert add_counter(database)


def test_unit_of_work_with_a_nested_one_commits_nothing(database):
    def nest() -> None:
        with database.writing() as writer:
            jobs.enqueue("counter", {})
            writer.flush()
            add_counter(database)

    with pytest.raises(AssertionError, match="do not nest"):
        nest()

    with database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Job)) == 0


def test_moments_need_a_time_zone(database):
    identifier = add_counter(database)

    with pytest.raises(StatementError, match="time zone"), database.writing() as writer:
        writer.get_one(Job, identifier).due_at = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - deliberately wrong


def test_missing_database_does_not_respond(tmp_path, settings_for):
    database = Database(settings_for(CREWROOM_DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/crewroom.db"))

    assert database.answers() is False
    with pytest.raises(Unavailable), database.reading() as reader:
        reader.get(User, "user_1")
    database.close()


def test_existing_database_responds(database):
    assert database.answers() is True
