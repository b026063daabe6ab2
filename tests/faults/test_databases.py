"""A locked, read-only or disconnected database: changes are refused for now, reads continue."""

import sqlite3
import threading
from contextlib import closing

import pytest

from app.base.errors import Unavailable
from app.storage.database import Database
from tests.support.loads import Load, check_refusal, impatient_command


@pytest.fixture
def server(tmp_path, serve):
    (tmp_path / "instance").mkdir()
    url = f"sqlite:///{tmp_path}/instance/crewroom.db"
    return serve(command=impatient_command(tmp_path), CREWROOM_DATABASE_URL=url)


@pytest.mark.long
def test_changes_are_refused_and_reads_continue_during_a_long_write(server):
    key = server.person("alice@crew.test")
    with closing(sqlite3.connect(server.instance / "crewroom.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with Load(server, key, threads=20, persistent=True) as load:
            reads = read_until(server, key, lambda: load.wait_for_refusals(5))
            writer.execute("ROLLBACK")
            load.wait_for(5)

    for answer in load.refused:
        check_refusal(answer)
    assert set(reads) == {200}
    assert '"failed"' not in server.log()


def read_until(server, key, waiting) -> list[int]:
    """Read again and again until `waiting` returns; return the statuses."""
    done, statuses = threading.Event(), []

    def read() -> None:
        with server.client(key) as client:
            while not done.is_set():
                statuses.append(client.get("/organization/").status_code)
                done.wait(0.05)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        waiting()
    finally:
        done.set()
        thread.join()
    return statuses


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_waiting_for_a_locked_row_times_out_on_postgres(tmp_path, database_url, settings_for, monkeypatch):
    monkeypatch.setattr("app.storage.engines.BUSY_SECONDS", 1)
    database = Database(settings_for(CREWROOM_DATABASE_URL=database_url))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE held (id INTEGER)")

    with database.engine.begin() as holder:
        holder.exec_driver_sql("LOCK TABLE held")
        with pytest.raises(Unavailable), database.writing() as db:
            db.connection().exec_driver_sql("INSERT INTO held VALUES (1)")

    with database.writing() as db:
        db.connection().exec_driver_sql("INSERT INTO held VALUES (1)")
    database.close()


CUT_AT_COMMIT = """
CREATE TABLE held (id INTEGER);
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON held DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION cut();
"""


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_connection_lost_during_the_commit_is_reported_as_uncertain(database_url, settings_for):
    database = Database(settings_for(CREWROOM_DATABASE_URL=database_url))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(CUT_AT_COMMIT)

    with pytest.raises(Unavailable) as refusal, database.writing() as db:
        db.connection().exec_driver_sql("INSERT INTO held VALUES (1)")

    assert "may have been changed" in (refusal.value.message or "")
    assert database.answers()
    database.close()


def test_a_read_only_file_is_unavailable_for_changes(portal, settings_for):
    file = portal.config.instance / "crewroom.db"
    if not portal.config.sqlite:
        pytest.skip("about a file of SQLite")
    database = Database(settings_for(CREWROOM_DATABASE_URL=f"sqlite:///file:{file}?mode=ro&uri=true"))

    with pytest.raises(Unavailable), database.writing() as db:
        db.connection().exec_driver_sql("UPDATE users SET name = 'x'")

    assert database.answers()
    database.close()
