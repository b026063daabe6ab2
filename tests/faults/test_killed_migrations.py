"""Killed during a migration: the schema is old with its data or new, and the next start works."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.base import config
from app.base.config import Config
from app.base.events import Event
from app.migrations import HEAD, bring_up_to_date, current_revision
from app.models import Base
from app.services.core import audit
from app.services.installation import secret_key_file
from app.storage.database import Database
from tests.support.next_release import NEXT_HEAD, NextRelease
from tests.support.soak import LONG

PEOPLE = 40
ROLE = {"role": "super_admin"}
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

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
    if moment == "count":
        print(sent, flush=True)
        os._exit(0)
event.listen(Engine, "before_cursor_execute", count)
event.listen(Engine, "commit", commit)
bring_up_to_date(Database(secret_key_file.prepare(config.load())))
"""


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Config:
    """Return the settings of an installation of this release with a team and audit entries."""
    variables = {"CREWROOM_INSTANCE": str(tmp_path / "instance"), "CREWROOM_DATABASE_URL": database_url}
    settings = secret_key_file.prepare(config.load(variables))
    database = Database(settings)
    bring_up_to_date(database)
    with database.writing() as db:
        for table, rows in team().items():
            db.execute(Base.metadata.tables[table].insert(), rows)
        for person in team()["users"]:
            audit.record(Event.MEMBER_LEFT, None, person["id"], organization_id="org_1", before=ROLE)
            audit.record(Event.PASSWORD_CHANGED, None, person["id"])
    database.close()
    return settings


def team() -> dict[str, list[dict[str, Any]]]:
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
    }


def state(database: Database) -> tuple[str | None, int]:
    """Return the revision, and the number of accounts."""
    with database.engine.connect() as connection:
        people = connection.execute(text("SELECT count(*) FROM users")).scalar_one()
        return current_revision(connection), people


@pytest.mark.long
def test_killed_migration_leaves_the_old_or_the_new_schema(settings, next_release):
    whole = statements(settings, next_release)
    moments = range(3, whole) if LONG else (whole // 3, 2 * whole // 3)
    database = Database(settings)
    killed = []
    for moment in [*moments, "commit"]:
        assert next_release.run(KILLED, str(moment), config=settings).returncode == -9
        killed.append(state(database))

    done = next_release.run(KILLED, "never", config=settings)

    assert killed == [(HEAD, PEOPLE)] * len(killed)
    assert (done.returncode, done.stderr) == (0, "")
    assert state(database) == (NEXT_HEAD, PEOPLE)
    database.close()
    check_log(settings, next_release)


def statements(settings: Config, next_release: NextRelease) -> int:
    """Count the statements of a migration that ends before its commit."""
    return int(next_release.run(KILLED, "count", config=settings).stdout)


def check_log(settings: Config, next_release: NextRelease) -> None:
    """Assert that the next release works on the migrated data, and that its audit log is intact."""
    verified = next_release.command("audit", "verify", config=settings)
    assert f"{2 * PEOPLE} entries" in verified.stdout
    assert verified.stdout.endswith("whole\n")
