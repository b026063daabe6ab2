"""SIGTERM with requests in flight: they are answered, new connections are refused, and the exit code is 0."""

import httpx
import pytest

from tests.support.loads import concurrent_sign_ins
from tests.support.slow_clients import begin_upload, drafts, wait_for

MIB = 1024 * 1024

pytestmark = pytest.mark.timeout(120)


@pytest.mark.long
def test_requests_in_flight_are_answered(serve):
    server = serve()
    key = server.person("alice@crew.test")
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
    connection, rest = begin_upload(server, key, app, MIB)

    people = [f"person{number}@crew.test" for number in range(12)]
    for address in people:
        server.person(address)

    statuses = concurrent_sign_ins(server, people, 12, meanwhile=server.process.terminate)
    wait_for(lambda: not accepts(server))
    connection.sendall(rest)
    answer = connection.recv(65536).decode()
    code = server.process.wait(30)

    connection.close()
    assert statuses == [200] * 12
    assert answer.startswith("HTTP/1.1 200")
    assert code == 0
    assert drafts(server) == []
    assert server.run("check").stdout == ""
    assert "Traceback" not in server.log()


def accepts(server) -> bool:
    try:
        return httpx.get(f"{server.url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
