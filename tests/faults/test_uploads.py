"""Uploads over real connections: large, aborted, and interrupted by the death of the server."""

import os
import socket
import threading
from pathlib import Path

import httpx
import pytest

from app.web.request.upload_slots import MOST_EACH, MOST_OF_A_NETWORK
from tests.support.serving import Served
from tests.support.slow_clients import begin_upload, drafts, make_app, wait_for

MIB = 1024 * 1024


@pytest.fixture(scope="session")
def key(served: Served) -> str:
    return served.person("uploader@crew.test")


@pytest.fixture
def app(served: Served, key: str) -> str:
    return make_app(served, key)


def versions(server: Served, key: str, app: str) -> list[str]:
    with server.client(key) as client:
        return [bundle["version"] for bundle in client.get("/bundle/", params={"app_id": app}).json()["data"]]


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_large_upload_uses_little_memory(served, key, app, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(os.urandom(MIB) * 60)
    before = served.peak_memory()
    with large.open("rb") as file, served.client(key) as client:
        form = {"app_id": app, "version": "1.0.0"}
        answer = client.post("/bundle/", data=form, files={"file": ("large.bin", file)})
    data = answer.json()["data"]
    with served.client(key) as client, client.stream("GET", f"/bundle/{data['id']}/download") as download:
        received = sum(len(chunk) for chunk in download.iter_bytes())

    assert (data["size"], received) == (60 * MIB, 60 * MIB)
    assert served.peak_memory() - before < 20
    assert drafts(served) == []


def test_an_aborted_upload_leaves_nothing(served, key, app):
    connection = begin_upload(served, key, app, 4 * MIB)[0]

    connection.close()

    wait_for(lambda: drafts(served) == [])
    assert versions(served, key, app) == []


def test_an_aborted_form_changes_nothing(served, key, app):
    with served.client(key) as client:
        org = client.get("/organization/").json()["data"][0]["id"]
    body = f"orgId={org}&name=Half"
    head = (
        f"POST /app/ HTTP/1.1\r\nHost: 127.0.0.1\r\nauthorization: {key}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body) + 10}\r\n"
        "\r\n"
    )

    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall((head + body).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400 ")
    with served.client(key) as client:
        names = [app["name"] for app in client.get("/app/", params={"orgId": org}).json()["data"]]
    assert "Half" not in names


def test_others_are_served_while_an_upload_stalls(served, key, app):
    connection = begin_upload(served, key, app, 4 * MIB)[0]

    with served.client(key) as client:
        created = client.put("/organization/", json={"name": "Meanwhile"})

    assert created.status_code == 200
    connection.close()
    wait_for(lambda: drafts(served) == [])


def stall_uploads(server: Served, key: str) -> list[socket.socket]:
    """Stall as many uploads as one person may have, to an app of theirs."""
    app = make_app(server, key)
    return [begin_upload(server, key, app, MIB)[0] for _ in range(MOST_EACH)]


def test_stalled_uploads_use_up_the_slots_of_a_network_until_they_end(served, key, app):
    people = [served.person(f"stalled-{number}@crew.test") for number in range(3)]
    stalled = [connection for person in people for connection in stall_uploads(served, person)]
    wait_for(lambda: len(drafts(served)) == MOST_OF_A_NETWORK)

    with served.client(key) as client:
        form = {"app_id": app, "version": "1.0.0"}
        refused = client.post("/bundle/", data=form, files={"file": ("b.zip", b"x")})
        answered = client.get("/bundle/", params={"app_id": app})

    assert (refused.status_code, answered.status_code) == (503, 200)
    assert refused.headers["Retry-After"] == "5"
    for connection in stalled:
        connection.close()
    wait_for(lambda: drafts(served) == [])
    with served.client(key) as client:
        assert client.post("/bundle/", data=form, files={"file": ("b.zip", b"x")}).status_code == 200


def test_one_person_cannot_take_all_upload_slots(served, key, app):
    slow = served.person("slow@crew.test")
    stalled = stall_uploads(served, slow)
    wait_for(lambda: len(drafts(served)) == MOST_EACH)

    with served.client(served.key("slow@crew.test")) as client:
        own = make_app(served, slow)
        form = {"app_id": own, "version": "1.0.0"}
        refused = client.post("/bundle/", data=form, files={"file": ("b.zip", b"x")})
    with served.client(key) as client:
        form = {"app_id": app, "version": "1.0.0"}
        taken = client.post("/bundle/", data=form, files={"file": ("b.zip", b"x")})

    assert (refused.status_code, refused.json()["error"]) == (429, "Too many uploads at once")
    assert refused.headers["Retry-After"] == "5"
    assert taken.status_code == 200
    for connection in stalled:
        connection.close()
    wait_for(lambda: drafts(served) == [])


def test_a_refusal_reaches_a_client_that_is_still_sending(served, key):
    with served.client(key) as client:
        form = {"app_id": "app_0", "version": "1.0.0"}
        answer = client.post("/bundle/", data=form, files={"file": ("b.zip", b"x" * 20 * MIB)})

    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "App not found", "status": "KO", "code": "app_not_found"},
    )


@pytest.mark.long
def test_one_of_simultaneous_uploads_of_a_version_succeeds(served, key, app):
    statuses: list[int] = []

    def send(number: int) -> None:
        form = {"app_id": app, "version": "1.0.0"}
        files = {"file": ("b.zip", b"%d" % number * MIB)}
        statuses.append(
            httpx.post(
                f"{served.url}/bundle/", data=form, files=files, headers={"authorization": key}
            ).status_code
        )

    threads = [threading.Thread(target=send, args=(number,)) for number in range(MOST_EACH)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [409] * (MOST_EACH - 1)
    assert served.run("check").stdout == ""


@pytest.mark.long
def test_a_server_killed_during_an_upload_leaves_nothing(tmp_path):
    server = Served(tmp_path / "instance")
    server.start()
    key = server.person("alice@crew.test")
    app = make_app(server, key)
    connection = begin_upload(server, key, app, 4 * MIB)[0]

    server.kill()
    connection.close()
    checked = server.run("check")
    server.start()

    assert (checked.returncode, checked.stdout) == (0, "")
    assert drafts(server) == []
    assert versions(server, key, app) == []
    server.stop()


@pytest.mark.long
def test_the_command_finds_and_removes_orphaned_files(served, key, app):
    orphan = served.instance / "bundles" / "ab" / "cd" / ("abcd" + "0" * 60)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")

    found = served.run("check")
    repaired = served.run("check", "--repair")
    clean = served.run("check")

    assert (found.returncode, found.stdout) == (1, f"file without a bundle: {orphan}\n")
    assert (repaired.returncode, repaired.stdout) == (0, f"removed: {orphan}\n")
    assert (clean.returncode, clean.stdout) == (0, "")
