"""A full disk: changes are refused for now, reads continue, and nothing remains once there is space again."""

import os
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert

from app.base import clock
from app.base.permissions import Role
from app.models import Membership, User
from app.services.mail import outbox
from tests.support.disks import fill, free_space, small_disk_at
from tests.support.loads import Load, check_refusal
from tests.support.serving import Served
from tests.support.slow_clients import wait_for

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def server(tmp_path, serve):
    """Return a portal whose folder is a small disk."""
    with small_disk_at(tmp_path / "instance", 16):
        yield serve(CREWROOM_DATABASE_URL=f"sqlite:///{tmp_path}/instance/crewroom.db")


@pytest.mark.long
def test_changes_are_refused_without_space_and_reads_continue(server):
    key = server.person("alice@crew.test")
    with Load(server, key, persistent=True) as load:
        load.wait_for(20)
        filler = fill(server.instance)
        load.wait_for_refusals(5)
        with server.client(key) as client:
            read = client.get("/organization/")
        filler.unlink()
        load.wait_for(20)

    for answer in load.refused:
        check_refusal(answer)
    with server.client(key) as client:
        found = {org["id"]: org["name"] for org in client.get("/organization/").json()["data"]}
    assert read.status_code == 200
    assert found == load.acknowledged
    assert server.run("audit", "verify").returncode == 0
    assert '"failed"' not in server.log()


@pytest.mark.long
def test_uploads_leave_nothing_on_a_full_disk(server):
    key = server.person("alice@crew.test")
    with server.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
        form = {"app_id": app, "version": "1.0.0"}
        content = os.urandom(20 * 1024 * 1024)

        refused = client.post("/bundle/", data=form, files={"file": ("b.zip", content)})
        listed = client.get("/bundle/", params={"app_id": app})
        taken = client.post("/bundle/", data=form, files={"file": ("b.zip", content[:1000])})

    assert (refused.status_code, refused.json()["error"]) == (507, "Not enough storage")
    assert (listed.status_code, listed.json()["data"]) == (200, [])
    assert taken.status_code == 200
    assert list((server.instance / "bundles" / "drafts").iterdir()) == []
    assert server.run("check").stdout == ""


@pytest.mark.long
def test_a_long_answer_waits_for_space(tmp_path, serve):
    """Answers over 256 KiB are buffered in the temporary folder until their reader has received them."""
    with small_disk_at(tmp_path / "temporary", 2) as disk:
        server = serve(TMPDIR=str(disk))
        key = server.person("alice@crew.test")
        with server.client(key) as client:
            org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
            add_members(server, org, 4000)
            before = free_space(disk)
            listed = client.get(
                "/organization/members/", params={"orgId": org}
            )  # selects the temporary folder
            wait_for(lambda: free_space(disk) == before)  # the server closes its buffer after the last byte
            filler = fill(disk)
            refused = client.get("/organization/members/", params={"orgId": org})
            short = client.get("/organization/")
            filler.unlink()
            again = client.get("/organization/members/", params={"orgId": org})

    assert refused.status_code == 503
    check_refusal(refused)
    assert short.status_code == 200
    assert again.content == listed.content
    assert len(listed.content) > 256 * 1024
    assert "Traceback" not in server.log()


def add_members(server: Served, organization: str, number: int) -> None:
    """Add members directly to the database."""
    at, role = clock.now(), Role.READ
    addresses = {f"user_{index}": f"member{index}@crew.test" for index in range(number)}
    users = [
        {"id": uid, "email": email, "email_key": email, "name": "", "created_at": at}
        for uid, email in addresses.items()
    ]
    memberships = [
        {"organization_id": organization, "user_id": uid, "role": role, "pending": False, "added_at": at}
        for uid in addresses
    ]
    with server.portal.database.writing() as db:
        db.execute(insert(User), users)
        db.execute(insert(Membership), memberships)


def test_mail_files_wait_for_space(portal):
    with portal.writing():
        outbox.queue("removed", "ivy@crew.test", organization="Northwind")
    with small_disk_at(portal.mail_folder, 1) as folder, time_machine.travel(clock.now(), tick=False) as now:
        filler = fill(folder)
        portal.run_jobs()
        left = [path.name for path in folder.iterdir()]
        filler.unlink()
        now.shift(timedelta(seconds=5))
        mails = portal.mails("ivy@crew.test")

    assert left == ["filler"]
    assert len(mails) == 1
