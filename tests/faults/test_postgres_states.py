"""Postgres as operators run it: frozen for a while, with other defaults, and with few connections."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support.loads import Load, check_refusal, concurrent_sign_ins, impatient_command
from tests.support.soak import LONG, rounds

pytestmark = pytest.mark.timeout(180)

# A statement without an answer, a ping, an attempt to connect, and some time for a busy machine.
_BOUND = 16 + 3 + 5 + 5
_FROZEN_SECONDS = 27 if LONG else 8


def run(postgres, *statements: str) -> None:
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_portal_recovers_from_a_frozen_postgres(serve, database_url, postgres, tmp_path):
    """The kernel of a frozen host still acknowledges packets, so no TCP time-out ends the wait."""
    command = {} if LONG else {"command": impatient_command(tmp_path)}
    server = serve(CREWROOM_DATABASE_URL=database_url, **command)
    key = server.person("alice@crew.test")
    asked = [("GET", "/organization/"), ("PUT", "/organization/"), ("GET", "/readyz")]

    def ask(number: int):
        began = time.monotonic()
        method, path = asked[number % len(asked)]
        with server.client(key) as client:
            answer = client.request(
                method, path, json={"name": f"Crew {number}"} if method == "PUT" else None
            )
        return path, answer, time.monotonic() - began

    with Load(server, key, threads=2, persistent=True) as load:
        load.wait_for(5)
        postgres.freeze()
        began = time.monotonic()
        try:
            with ThreadPoolExecutor(12) as people:
                answers = list(people.map(ask, range(12)))
            time.sleep(max(0.0, _FROZEN_SECONDS - (time.monotonic() - began)))
        finally:
            postgres.thaw()
        load.wait_for(10)

    for path, answer, took in answers:
        assert took < _BOUND, (path, took)
        if answer.status_code != 200:  # a short freeze may end before an attempt to connect times out
            check_refusal(answer)
    assert any(answer.status_code == 503 for _, answer, _ in answers)
    for answer in load.refused:
        check_refusal(answer)
    with server.client(key) as client:
        found = {org["id"]: org["name"] for org in client.get("/organization/").json()["data"]}
    assert load.acknowledged.items() <= found.items()
    assert '"failed"' not in server.log()


@pytest.mark.long
@pytest.mark.parametrize("default", ["serializable", "repeatable read"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_default_isolation_of_the_server_makes_no_difference(serve, database_url, postgres, default):
    name = make_url(database_url).database
    run(postgres, f"ALTER DATABASE {name} SET default_transaction_isolation = '{default}'")
    server = serve(CREWROOM_DATABASE_URL=database_url)
    key = server.person("alice@crew.test")
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]

    def rename(number: int) -> list[int]:
        with server.client(key) as client:
            body = {"orgId": org, "name": f"Crew {number}"}
            change = [client.post("/organization/", json=body).status_code for _ in range(rounds(10, 200))]
            return [*change, client.get("/organization/members/", params={"orgId": org}).status_code]

    with ThreadPoolExecutor(8) as people:
        statuses = {status for answers in people.map(rename, range(8)) for status in answers}

    assert statuses == {200}
    assert server.run("audit", "verify").returncode == 0


def limited(postgres, database_url: str, connections: int) -> str:
    """Return the URL of a database whose owner may have this many connections."""
    url = make_url(database_url)
    role = f"few_{url.database}"
    run(
        postgres,
        f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {connections}",
        f"ALTER DATABASE {url.database} OWNER TO {role}",
    )
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {role}")
    return url.set(username=role).render_as_string(hide_password=False)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_few_connections_are_enough_for_a_small_pool(serve, database_url, postgres):
    """Signing in reads, hashes, then writes: with two connections each, a small pool would deadlock."""
    url = limited(postgres, database_url, 3)
    server = serve(CREWROOM_DATABASE_URL=url, CREWROOM_DATABASE_POOL="2")
    people = [f"person{number}@crew.test" for number in range(6)]
    keys = [server.person(address) for address in people]
    server.portal.close()

    with Load(server, keys[0], threads=6) as load:
        statuses = concurrent_sign_ins(server, people, rounds(12, 100))
        load.wait_for(10)

    assert set(statuses) == {200}
    assert [answer.text for answer in load.refused] == []
    assert '"failed"' not in server.log()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_server_without_a_free_connection_is_an_outage(serve, database_url, postgres):
    url = limited(postgres, database_url, 40)
    server = serve(CREWROOM_DATABASE_URL=url, CREWROOM_DATABASE_POOL="20")
    key = server.person("alice@crew.test")
    server.portal.close()
    run(postgres, f"ALTER ROLE {make_url(url).username} CONNECTION LIMIT 3")

    with Load(server, key, threads=12) as load:
        load.wait_for_refusals(3)
        load.wait_for(3)

    for answer in load.refused:
        check_refusal(answer)
    assert '"failed"' not in server.log()
