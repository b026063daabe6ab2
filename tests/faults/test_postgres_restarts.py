"""Postgres restarted under load: requests are refused for now, and no acknowledged change is lost."""

import pytest

from tests.support.loads import Load, check_refusal
from tests.support.soak import rounds

ROUNDS = rounds(1, 20)

pytestmark = pytest.mark.timeout(60 + 20 * ROUNDS)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_portal_survives_restarts_of_postgres(serve, database_url, postgres):
    server = serve(CREWROOM_DATABASE_URL=database_url)
    key = server.person("alice@crew.test")

    with Load(server, key, persistent=True) as load:
        for _ in range(ROUNDS):
            load.wait_for(10)
            postgres.stop()
            load.wait_for_refusals(5)
            with server.client(key) as client:
                read = client.get("/organization/")
            with server.client() as visitor:
                alive, ready = visitor.get("/healthz"), visitor.get("/readyz")
            postgres.start()
            load.wait_for(10)
            assert alive.status_code == 200
            check_refusal(ready)
            check_refusal(read)

    for answer in load.refused:
        check_refusal(answer)
    with server.client(key) as client:
        found = {org["id"]: org["name"] for org in client.get("/organization/").json()["data"]}
    assert load.acknowledged.items() <= found.items()
    assert server.run("audit", "verify").returncode == 0
    assert '"failed"' not in server.log()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_read_only_postgres_is_unavailable(serve, database_url):
    server = serve(CREWROOM_DATABASE_URL=database_url)
    key = server.person("alice@crew.test")
    read_only(server, "on")
    with server.client(key) as client:
        refused = client.put("/organization/", json={"name": "Northwind"})
        read = client.get("/organization/")
        read_only(server, "off")
        taken = client.put("/organization/", json={"name": "Northwind"})

    check_refusal(refused)
    assert (read.status_code, taken.status_code) == (200, 200)


def read_only(server, state: str) -> None:
    """Make the database read-only or writable; open connections are cut so that they notice."""
    engine = server.portal.database.engine
    others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(
            f"ALTER DATABASE {engine.url.database} SET default_transaction_read_only = {state}"
        )
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM {others}")  # noqa: S608 - a name of our own
    engine.dispose()
