"""Changes are impossible for a while: a read-only folder, or a locked organization."""

import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.disks import small_disk_at
from tests.support.loads import check_refusal, impatient_command
from tests.support.serving import PASSWORD

pytestmark = pytest.mark.timeout(120)


def remount(disk: Path, mode: str) -> None:
    """Remount a disk; a killed process may keep its files open for a moment."""
    command = ["mount", "-o", f"remount,{mode}", str(disk)]
    deadline = time.monotonic() + 20
    while subprocess.run(command, capture_output=True, check=False).returncode:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.long
def test_a_portal_on_a_read_only_folder_can_be_read(tmp_path, serve):
    """The kernel does not make a disk read-only while a server writes to it, so this one starts on it."""
    with small_disk_at(tmp_path / "disk", 16) as disk:
        server = serve(CREWROOM_DATABASE_URL=f"sqlite:///{disk}/crewroom.db")
        key = server.person("alice@crew.test")
        with server.client(key) as client:
            client.put("/organization/", json={"name": "Northwind"}).raise_for_status()
        server.portal.close()  # its connections would count as writers
        server.kill()

        remount(disk, "ro")
        server.start()
        alice = {"email": "alice@crew.test", "password": PASSWORD}
        with server.client(key) as client, server.visitor() as visitor:
            refused = [client.put("/organization/", json={"name": "Meanwhile"}) for _ in range(3)]
            read, alive = client.get("/organization/"), client.get("/healthz")
            server.stop()
            remount(disk, "rw")
            server.start()
            entered = visitor.post("/login/", json=alice)
            changed = client.put("/organization/", json={"name": "Southwind"})
            listed = client.get("/organization/").json()["data"]

    for answer in refused:
        check_refusal(answer)
    assert [answer.status_code for answer in (read, alive, entered, changed)] == [200] * 4
    assert [org["name"] for org in listed] == ["Northwind", "Southwind"]
    assert '"failed"' not in server.log()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_locked_organization_can_be_read(tmp_path, serve, database_url):
    server = serve(command=impatient_command(tmp_path), CREWROOM_DATABASE_URL=database_url)
    holder = create_engine(database_url)
    with server.client(server.person("alice@crew.test")) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        renamed = {"orgId": org, "name": "Southwind"}
        with holder.begin() as connection:
            connection.execute(text("SELECT id FROM organizations FOR UPDATE"))
            refused = client.post("/organization/", json=renamed)
            read = client.get("/organization/members/", params={"orgId": org})
            elsewhere = client.put("/organization/", json={"name": "Elsewhere"})
        after = client.post("/organization/", json=renamed)
    holder.dispose()

    check_refusal(refused)
    assert [answer.status_code for answer in (read, elsewhere, after)] == [200] * 3
    assert '"failed"' not in server.log()
