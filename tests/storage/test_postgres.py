"""Postgres: changes of one organization wait for each other, and broken connections are replaced."""

import threading
from contextvars import Context

import pytest
from sqlalchemy import make_url, text

from app.base.errors import Unavailable
from app.models import Job, Organization, User
from app.services.core import locks
from app.services.jobs import jobs
from app.storage.database import Database
from tests.support.databases import only_postgres
from tests.support.ports import free_port

pytestmark = only_postgres("row locks and broken connections exist only on Postgres")


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


def name_of(database: Database, org: str) -> str:
    with database.reading() as reader:
        return reader.get_one(Organization, org).name


def test_second_change_of_an_organization_waits_for_the_first(portal, database):
    alice = portal.person("Alice")
    org, seen, started = portal.organization(alice), [], threading.Event()

    def change() -> None:
        with database.writing() as writer:
            started.set()
            locks.organization(org)
            seen.append(writer.get_one(Organization, org).name)

    with portal.writing() as first:
        locks.organization(org)
        second = threading.Thread(target=change)
        second.start()
        started.wait(10)
        first.get_one(Organization, org).name = "Changed"
        assert Context().run(name_of, database, org) == "Northwind"
    second.join(10)

    assert seen == ["Changed"]


def change_and_be_cut_off(database, identifier):
    with database.writing() as writer:
        writer.get_one(Job, identifier).attempts = 5
        writer.flush()
        writer.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def test_broken_connections_are_replaced(database):
    identifier = add_counter(database)

    with pytest.raises(Unavailable):
        change_and_be_cut_off(database, identifier)

    assert count(database, identifier) == 0
    assert add_counter(database) != identifier


def test_unreachable_server_does_not_respond(settings_for):
    away = f"postgresql://crew@127.0.0.1:{free_port()}/crewroom"
    database = Database(settings_for(CREWROOM_DATABASE_URL=away))

    assert database.answers() is False
    with pytest.raises(Unavailable), database.writing() as writer:
        writer.get(User, "user_1")
    database.close()


def test_the_first_responding_host_of_several_is_used(settings_for):
    """As after a failover: libpq tries the hosts of a URL in order."""
    url = make_url(settings_for().database_url)
    hosts = [f"127.0.0.1:{free_port()}", f"{url.host or '127.0.0.1'}:{url.port or 5432}"]
    several = url.set(host=None, port=None).update_query_dict(
        {"host": hosts, "target_session_attrs": "read-write"}
    )
    database = Database(settings_for(CREWROOM_DATABASE_URL=several.render_as_string(hide_password=False)))

    assert database.answers() is True
    assert add_counter(database).startswith("job_")
    database.close()
