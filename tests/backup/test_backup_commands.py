"""`crewroom backup` and `crewroom restore` with a real server."""

import hashlib
import os
import stat
import subprocess
import threading

import pytest

from tests.support.backups import read_parts
from tests.support.databases import only_sqlite
from tests.support.serving import PASSWORD, Served
from tests.support.soak import rounds

pytestmark = pytest.mark.timeout(240)  # for the many processes it starts

ROUNDS = rounds(1, 10)
BUNDLE = os.urandom(300_000)


@pytest.fixture
def running(tmp_path):
    server = Served(tmp_path / "instance")
    server.start()
    yield server
    server.stop()


def create_bundle(server: Served) -> tuple[str, str, str]:
    """Create a key, an organization and a bundle; return the key and both identifiers."""
    key = server.person("alice@crew.test", "Alice")
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
        answer = client.post(
            "/bundle/", data={"app_id": app, "version": "1.0.0"}, files={"file": ("a.zip", BUNDLE)}
        )
    return key, org, str(answer.json()["data"]["id"])


def keep_writing(server: Served, key: str, org: str, stopped: threading.Event, answers: list[int]) -> None:
    with server.client(key) as client:
        app = client.post("/app/", json={"orgId": org, "name": "Busy"}).json()["data"]["id"]
        while not stopped.is_set():
            version = {"app_id": app, "version": f"1.0.{len(answers)}"}
            answer = client.post("/bundle/", data=version, files={"file": ("b.zip", os.urandom(5000))})
            answers.append(answer.status_code)
            if len(answers) % 2:
                answers.append(client.request("DELETE", "/bundle/", json=version).status_code)


@pytest.mark.long
def test_backup_taken_during_writes_can_be_restored_elsewhere(running, tmp_path):
    key, org, bundle = create_bundle(running)
    stopped, answers = threading.Event(), list[int]()
    writer = threading.Thread(target=keep_writing, args=(running, key, org, stopped, answers))
    writer.start()
    backups = [running.run("backup", str(tmp_path / f"{number}.tar")) for number in range(ROUNDS)]
    stopped.set()
    writer.join()
    assert [backup.returncode for backup in backups] == [0] * ROUNDS, [backup.stderr for backup in backups]
    assert set(answers) == {200}

    copies = [Served(tmp_path / f"copy{number}") for number in range(ROUNDS)]
    for number, copy in enumerate(copies):
        restored = copy.run("restore", str(tmp_path / f"{number}.tar"))
        assert (restored.returncode, restored.stderr) == (0, "")
        assert "Audit log: " in restored.stdout
        assert copy.run("check").stdout == ""

    copy = copies[-1]
    verified = copy.run("audit", "verify")
    copy.start()
    with copy.client(key) as program, copy.client(Accept="text/html") as person:
        assert program.get("/organization/").json()["data"][0]["id"] == org
        assert program.get(f"/bundle/{bundle}/download").content == BUNDLE
        assert sign_in(person) == 303
    assert copy.stop() == 0
    assert (verified.returncode, verified.stdout.split()[-1]) == (0, "whole")


def sign_in(client) -> int:
    page = client.get("/login/").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    form = {"email": "alice@crew.test", "password": PASSWORD, "csrf_token": token}
    return int(client.post("/login/", data=form).status_code)


@pytest.mark.long
def test_restore_over_a_running_server_is_refused(running, tmp_path):
    create_bundle(running)
    archive = tmp_path / "backup.tar"
    assert running.run("backup", str(archive)).returncode == 0

    refused = running.run("restore", "--replace", str(archive))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Error: Crewroom is running on {running.instance}; stop it first.\n"


@pytest.mark.long
@only_sqlite("on Postgres a restore takes an empty database")
def test_restore_replaces_a_stopped_installation_and_keeps_its_database(running, tmp_path):
    key, org, _ = create_bundle(running)
    archive = tmp_path / "backup.tar"
    running.run("backup", str(archive))
    with running.client(key) as client:
        client.post("/organization/", json={"orgId": org, "name": "Southwind"})
    running.stop()

    without = running.run("restore", str(archive))
    replaced = running.run("restore", "--replace", str(archive))

    assert without.returncode == 1
    assert "--replace" in without.stderr
    assert (replaced.returncode, replaced.stderr) == (0, "")
    assert "Kept: " in replaced.stdout
    running.start()
    with running.client(key) as client:
        assert client.get("/organization/").json()["data"][0]["name"] == "Northwind"
    (replaced_database,) = running.instance.glob("crewroom.db.replaced-*Z")
    assert b"Southwind" in replaced_database.read_bytes()


@pytest.mark.long
def test_backup_and_restore_work_with_pipes(running, tmp_path):
    create_bundle(running)

    backup = subprocess.run(
        [running.command, "backup", "-"], env=running.environment, capture_output=True, timeout=30, check=True
    )
    copy = Served(tmp_path / "copy")
    restored = subprocess.run(
        [copy.command, "restore", "-"],
        env=copy.environment,
        input=backup.stdout,
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert backup.stderr.startswith(b"-: ")
    assert (restored.returncode, restored.stderr) == (0, b"")
    assert copy.run("check").returncode == 0


@pytest.mark.long
def test_backup_has_no_api_keys_or_passwords_and_only_its_owner_can_read_it(running, tmp_path):
    from tests.project.test_leaked_secrets import secrets_in

    key, org, _ = create_bundle(running)
    running.person("bob@crew.test")
    with running.client(key) as client:
        client.post("/organization/members/", json={"orgId": org, "email": "bob@crew.test", "role": "read"})
    link = running.mailed_link("bob@crew.test", "/invitation/accept/")
    archive = tmp_path / "backup.tar"
    assert running.run("backup", str(archive)).returncode == 0

    parts = read_parts(archive)
    everything = b"".join(data for name, data in parts.items() if not name.startswith("bundles/"))
    assert b"Northwind" in everything, "the searched parts include the tables"
    assert secrets_in(everything) == []
    assert PASSWORD.encode() not in everything
    assert link.partition("token=")[2].encode() not in everything
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert parts["secret_key"] == (running.instance / "secret_key").read_bytes()
    assert set(parts) - {name for name in parts if name.startswith("database/")} == {
        "secret_key",
        "manifest.json",
        f"bundles/{hashlib.sha256(BUNDLE).hexdigest()}",
    }
