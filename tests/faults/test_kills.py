"""Killed under load: acknowledged changes are saved, and none is half done."""

import random

import pytest
from sqlalchemy import func, select

from app.models import AuditEntry, Membership, Organization
from tests.support.loads import Load
from tests.support.serving import Served
from tests.support.soak import rounds

ROUNDS = rounds(1, 100)

pytestmark = pytest.mark.timeout(60 + 20 * ROUNDS)


@pytest.mark.long
def test_acknowledged_changes_survive_kills(serve, database_url):
    server = serve(CREWROOM_DATABASE_URL=database_url)
    key = server.person("alice@crew.test")
    acknowledged: dict[str, str] = {}

    for _ in range(ROUNDS):
        with Load(server, key) as load:
            load.wait_for(random.randint(1, 40))
            server.kill()
        assert load.refused == []
        acknowledged |= load.acknowledged
        server.start()
        check_whole(server, acknowledged)

    verified = server.run("audit", "verify")
    code = server.stop()
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    assert code == 0
    assert "Traceback" not in server.log()


def check_whole(server: Served, acknowledged: dict[str, str]) -> None:
    """Assert that every acknowledged organization has its super admin and its audit entry."""
    created = AuditEntry.action == "organization.created"
    owners = select(Membership.organization_id, func.count()).group_by(Membership.organization_id)
    entries = select(AuditEntry.organization_id, func.count()).where(created)
    with server.portal.database.reading() as db:
        names = {row[0]: row[1] for row in db.execute(select(Organization.id, Organization.name))}
        owned = {row[0]: row[1] for row in db.execute(owners)}
        recorded = {row[0]: row[1] for row in db.execute(entries.group_by(AuditEntry.organization_id))}
    assert acknowledged.items() <= names.items()
    assert owned == dict.fromkeys(names, 1)
    assert recorded == dict.fromkeys(names, 1)
