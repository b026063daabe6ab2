"""SIGTERM with requests in flight: they are answered, nobody new is let in, and the exit code is 0."""

import threading

import httpx
import pytest

from tests.serving import PASSWORD
from tests.slow_senders import begin_upload, drafts, wait_for

MIB = 1024 * 1024

pytestmark = pytest.mark.timeout(120)


def test_an_upload_in_flight_is_finished(serve):
    server = serve()
    key = server.person("alice@crew.test")
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
    connection, rest = begin_upload(server, key, app, MIB)

    server.process.terminate()
    wait_for(lambda: not accepts(server))
    connection.sendall(rest)
    answer = connection.recv(65536).decode()
    code = server.process.wait(30)

    connection.close()
    assert answer.startswith("HTTP/1.1 200")
    assert code == 0
    assert drafts(server) == []
    assert server.run("check").stdout == ""
    assert "Traceback" not in server.log()


def test_log_ins_in_flight_are_answered(serve):
    server = serve()
    server.person("alice@crew.test")
    statuses: list[int] = []
    with server.client() as client:
        token = client.get("/login/").json()["data"]["csrf_token"]
        cookies = dict(client.cookies)

    def log_in() -> None:
        sent = {"email": "alice@crew.test", "password": PASSWORD}
        headers = {"X-CSRFToken": token, "Connection": "close"}
        answer = httpx.post(f"{server.url}/login/", json=sent, headers=headers, cookies=cookies, timeout=30)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=log_in) for _ in range(12)]
    for thread in threads:
        thread.start()
    wait_for(lambda: statuses)
    server.process.terminate()
    code = server.process.wait(30)
    for thread in threads:
        thread.join()

    assert statuses == [200] * 12
    assert code == 0


def accepts(server) -> bool:
    try:
        return httpx.get(f"{server.url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
