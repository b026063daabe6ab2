"""PgBouncer between the portal and Postgres: all answers are right, in every pool mode.

In transaction mode each transaction may use another connection to the server, so prepared statements and
session settings would belong to another client.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.loads import Load, check_refusal
from tests.support.serving import Served
from tests.support.soak import rounds

PEOPLE, ROUNDS = 8, rounds(3, 40)

pytestmark = pytest.mark.timeout(120 + 10 * ROUNDS)


@pytest.mark.long
@pytest.mark.parametrize("mode", ["transaction", "session"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_everything_works_behind_a_pooler(serve, pooled, postgres, database_url, mode, tmp_path):
    size = 3 if mode == "transaction" else 40
    pooler = pooled(postgres.port, mode, size=size)
    server = serve(CREWROOM_DATABASE_URL=pooler.url(database_url))
    keys = [server.person(f"person{number}@crew.test") for number in range(PEOPLE)]

    with ThreadPoolExecutor(PEOPLE) as people:
        wrong = [line for lines in people.map(lambda key: work(server, key), keys) for line in lines]
    backup = server.run("backup", str(tmp_path / "backup.tar"))
    verified = server.run("audit", "verify")

    assert wrong == []
    assert (backup.returncode, verified.returncode) == (0, 0), backup.stderr + verified.stderr
    assert '"failed"' not in server.log()


def work(server: Served, key: str) -> list[str]:
    """Do a day's work again and again; return a line for each wrong answer."""
    found: list[str] = []
    address = ""
    with server.client(key) as client:
        address = client.get("/account/").json()["data"]["email"]
        with server.log_in(address) as session:
            for number in range(ROUNDS):
                found += _one_day(client, session, address, number)
    return found


def _one_day(client, session, address: str, number: int) -> list[str]:
    name, guest = f"{address} {number}", f"guest{number}.{address}"
    org = client.put("/organization/", json={"name": name}).json()["id"]
    asked = {"params": {"orgId": org}}
    invited = client.post("/organization/members/", json={"orgId": org, "email": guest, "role": "read"})
    app = client.post("/app/", json={"orgId": org, "name": "Atlas"})
    renamed = session.post("/organization/", json={"orgId": org, "name": f"{name}!"})
    foreign = client.get("/organization/members/", params={"orgId": f"org_{number:032x}"})
    statuses = [answer.status_code for answer in (invited, app, renamed, foreign)]
    members = {one["email"] for one in session.get("/organization/members/", **asked).json()["data"]}
    names = {one["id"]: one["name"] for one in client.get("/organization/").json()["data"]}
    checks = [
        ("statuses", statuses, [404, 200, 200, 403]),
        ("members", members >= {address}, True),
        ("name", names.get(org), f"{name}!"),
    ]
    return [f"{what}: {was} instead of {wanted}" for what, was, wanted in checks if was != wanted]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_portal_survives_restarts_of_the_pooler(serve, pooled, postgres, database_url):
    pooler = pooled(postgres.port, "transaction")
    server = serve(CREWROOM_DATABASE_URL=pooler.url(database_url))
    key = server.person("alice@crew.test")

    with Load(server, key, persistent=True) as load:
        for _ in range(rounds(1, 10)):
            load.wait_for(10)
            pooler.stop()
            load.wait_for_refusals(5)
            pooler.start()
            load.wait_for(10)

    for answer in load.refused:
        check_refusal(answer)
    with server.client(key) as client:
        found = {org["id"]: org["name"] for org in client.get("/organization/").json()["data"]}
    assert load.acknowledged.items() <= found.items()
    assert server.run("audit", "verify").returncode == 0
    assert '"failed"' not in server.log()
