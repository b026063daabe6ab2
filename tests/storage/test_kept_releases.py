"""The database of each release, after an upgrade by this program: rows, rights, secrets and audit log."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, table

from app.base import config as settings
from app.migrations import HEAD, REVISIONS, bring_up_to_date, current_revision
from app.models import Base
from app.storage.database import Database
from tests.support.databases import databases, on_postgres
from tests.support.kept_release import CONTENT, RELEASES
from tests.support.next_release import NEXT_HEAD, NextRelease
from tests.support.portal import PASSWORD, Portal
from tests.support.second_factors import AuthenticatorApp
from tests.support.serving import Served

KEPT = sorted(RELEASES.iterdir())


@dataclass
class Installation:
    """An installation as a release left it, and what is known about it."""

    instance: Path
    variables: dict[str, str]
    facts: dict[str, Any]

    @property
    def config(self) -> settings.Config:
        own = {"CREWROOM_INSTANCE": str(self.instance), "CREWROOM_BASE_URL": "http://localhost"}
        return settings.load({**own, **self.variables})

    def members(self, portal: Portal) -> dict[str, str]:
        """Return the roles that the kept key sees in the organization."""
        api = portal.api(self.facts["key"])
        listed = api.get("/organization/members/", orgId=self.facts["organization"]).get_json()["data"]
        return {member["email"]: member["role"] for member in listed}


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request, tmp_path):
    """Install the database, the secret key and the bundles of a release."""
    folder, instance = request.param, tmp_path / "instance"
    shutil.copytree(folder / "bundles", instance / "bundles")
    shutil.copy(folder / "secret_key", instance)
    variables = databases().connect(instance)
    if on_postgres():
        url = variables["CREWROOM_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute((folder / "postgres.sql").read_bytes())
    else:
        with closing(sqlite3.connect(instance / "crewroom.db")) as database:
            database.executescript((folder / "sqlite.sql").read_text())
    return Installation(instance, variables, json.loads((folder / "facts.json").read_text()))


@pytest.fixture
def database(kept):
    database = Database(kept.config)
    yield database
    database.close()


@pytest.fixture
def portal(kept, database):
    bring_up_to_date(database)
    portal = Portal(kept.config)
    yield portal
    portal.close()


def test_a_release_is_kept():
    assert KEPT


def test_the_schema_becomes_that_of_the_models(database):
    with database.engine.connect() as connection:
        assert current_revision(connection) in REVISIONS

    bring_up_to_date(database)

    with database.engine.connect() as connection:
        assert current_revision(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def rows(database: Database) -> dict[str, int]:
    """Return the number of rows of each table, whatever its columns are now."""
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in names
            if name != "alembic_version"
        }


def test_every_row_is_still_there(database):
    before = rows(database)

    bring_up_to_date(database)

    after = rows(database)
    assert after == {**after, **{name: number for name, number in before.items() if name in after}}
    assert 0 not in before.values()
    assert len(before) > 20


@pytest.mark.short
def test_people_sign_in_with_their_password(portal):
    portal.browser().log_in("grace@crew.test", "another password", status=401)
    browser = portal.browser()
    browser.log_in("grace@crew.test", PASSWORD)

    assert browser.json("GET", "/account/").get_json()["data"]["name"] == "Grace"


@pytest.mark.short
@pytest.mark.parametrize("factor", ["code", "recovery_code"])
def test_second_factors_are_required_and_accepted(kept, portal, factor):
    """The secret of an authenticator app is encrypted with the secret key."""
    app = AuthenticatorApp(kept.facts["authenticator"], [])
    codes = {"code": app.code(steps=1), **kept.facts}  # the current one may be used, just after keeping
    browser = portal.browser()
    waiting = browser.json("POST", "/login/", json={"email": "ada@crew.test", "password": PASSWORD})

    refused = browser.json("POST", "/login/second/", json={"code": "000000"})
    accepted = browser.json("POST", "/login/second/", json={"code": codes[factor]})

    assert waiting.get_json()["status"] == "SECOND_FACTOR_REQUIRED"
    assert (refused.status_code, accepted.status_code) == (401, 200)
    assert browser.json("GET", "/account/").get_json()["data"]["email"] == "ada@crew.test"


@pytest.mark.short
def test_keys_keep_their_rights_and_removed_people_and_blocked_keys_have_none(kept, portal):
    organization = kept.facts["organization"]
    for key in ("removed_key", "blocked_key"):
        refused = portal.api(kept.facts[key]).get("/organization/members/", orgId=organization)
        assert refused.status_code == 403
        assert refused.get_json()["error"] == "You cannot access this organization"

    assert kept.members(portal) == {
        "ada@crew.test": "super_admin",
        "grace@crew.test": "admin",
        "iris@crew.test": "invite_write",
    }


def test_bundles_are_downloaded_as_they_were_uploaded(kept, portal):
    download = portal.api(kept.facts["key"]).get(f"/bundle/{kept.facts['bundle']}/download")

    assert (download.status_code, download.data) == (200, CONTENT)


@pytest.fixture
def served(kept):
    """Serve the installation with this program."""
    server = Served(kept.instance, **kept.variables)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.mark.long
def test_the_audit_log_matches_the_checkpoint_of_the_release(kept, served, tmp_path):
    """The upgraded portal adds an entry, and the log still continues the old one."""
    (tmp_path / "checkpoint").write_text(kept.facts["checkpoint"])
    with served.client(kept.facts["key"]) as client:
        body = {"orgId": kept.facts["organization"], "name": "Northwind Labs"}
        client.post("/organization/", json=body).raise_for_status()

    verified = served.run("audit", "verify", "--checkpoint", str(tmp_path / "checkpoint"))

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.long
def test_the_next_release_upgrades_it_too(kept, next_release: NextRelease):
    """Its migrations rewrite tables and add a column that is filled from the rows."""
    ran = next_release.run(
        "from app.base import config\n"
        "from app.migrations import bring_up_to_date\n"
        "from app.storage.database import Database\n"
        "bring_up_to_date(Database(config.load()))",
        config=kept.config,
    )
    verified = next_release.command("audit", "verify", config=kept.config)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert (verified.returncode, verified.stderr) == (0, "")
    database = Database(kept.config)
    with database.engine.connect() as connection:
        assert current_revision(connection) == NEXT_HEAD
        greetings = (
            connection.exec_driver_sql("SELECT greeting FROM users WHERE name = 'Grace'").scalars().all()
        )
    database.close()
    assert greetings == ["Hello Grace"]
