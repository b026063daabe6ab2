"""Killed during a migration: the schema is old with its data or new, and the next start works."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, event, func, select, text

from app.base import config
from app.migrations import HEAD, REVISIONS, current_revision, migrate
from app.models import Membership
from app.services.audit_log import verification
from app.services.installation import secret_key_file
from app.storage.database import Database, db
from tests.support.portal import Portal
from tests.support.soak import LONG

OLD = REVISIONS[0]
PEOPLE = 40
AT = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - as the database stores it

pytestmark = pytest.mark.timeout(600 if LONG else 120)

# Runs the migration, and kills itself before the nth statement or before the commit.
KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from app.base import config
from app.storage.database import Database
from app.migrations import bring_up_to_date
from app.services.installation import secret_key_file
moment, sent = sys.argv[1], 0
def count(*_):
    global sent
    sent += 1
    if str(sent) == moment:
        os.kill(os.getpid(), signal.SIGKILL)
def commit(*_):
    if moment == "commit":
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", count)
event.listen(Engine, "commit", commit)
bring_up_to_date(Database(secret_key_file.prepare(config.load())))
"""


@pytest.fixture
def variables(tmp_path: Path, database_url: str) -> dict[str, str]:
    """Return the settings of an installation with the first schema, a team, and audit entries."""
    variables = {"CREWROOM_INSTANCE": str(tmp_path / "instance"), "CREWROOM_DATABASE_URL": database_url}
    database = Database(secret_key_file.prepare(config.load(variables)))
    with database.engine.begin() as connection:
        migrate(connection, OLD)
        tables = MetaData()
        tables.reflect(connection)
        for table, rows in old_team().items():
            connection.execute(tables.tables[table].insert(), rows)
    database.close()
    return variables


def old_team() -> dict[str, list[dict[str, Any]]]:
    people = [f"user_{number}" for number in range(PEOPLE)]
    org = {"organization_id": "org_1"}
    return {
        "organizations": [
            {
                "id": "org_1",
                "name": "Northwind",
                "management_email": "a@crew.test",
                "created_by": people[0],
                "created_at": AT,
                "updated_at": AT,
            }
        ],
        "users": [
            {
                "id": uid,
                "email": f"{uid}@crew.test",
                "email_key": f"{uid}@crew.test",
                "name": uid,
                "created_at": AT,
            }
            for uid in people
        ],
        "memberships": [
            {**org, "user_id": uid, "role": "super_admin", "pending": False, "added_at": AT} for uid in people
        ],
        "audit_entries": [
            {"organization_id": place, "at": AT, "actor_id": uid, "action": "seen", "target": uid}
            for uid in people
            for place in ("org_1", None)
        ],
    }


def run_killed(moment: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, moment],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def state(database: Database) -> tuple[str | None, int]:
    """Return the revision, and the number of accounts."""
    with database.engine.connect() as connection:
        people = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
        return current_revision(connection), people


@pytest.mark.long
def test_killed_migration_leaves_the_old_or_the_new_schema(variables):
    whole = statements(variables)
    moments = range(3, whole) if LONG else (whole // 3, 2 * whole // 3)
    database = Database(config.load(variables))
    killed = []
    for moment in [*moments, "commit"]:
        assert run_killed(str(moment), variables).returncode == -9
        killed.append(state(database))
    database.close()

    done = run_killed("never", variables)

    assert killed == [(OLD, PEOPLE)] * len(killed)
    assert (done.returncode, done.stderr) == (0, "")
    check_team(variables)


def statements(variables: dict[str, str]) -> int:
    """Count the statements of a migration, which is rolled back."""
    sent = []
    with Database(config.load(variables)).engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
        with connection.begin() as transaction:
            migrate(connection, HEAD, secret_key="0" * 64)
            transaction.rollback()
    return len(sent)


def check_team(variables: dict[str, str]) -> None:
    """Assert that the portal works on the migrated data, and that its audit log is intact."""
    portal = Portal(config.load(variables))
    with portal.database.reading():
        entries, chains = verification.verify()
        people = db.scalar(select(func.count()).select_from(Membership))
    portal.close()
    assert (entries, chains, people) == (2 * PEOPLE, 2, PEOPLE)
