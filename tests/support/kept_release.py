"""The database of a release, kept in tests/releases for tests of upgrades: `make keep-database` writes it.

One installation has rows in every table. Its SQLite database is dumped as SQL; a backup of it is restored on
a temporary Postgres server, whose database is dumped too, so both have the same rows.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.base import config as settings
from app.base.permissions import Role
from app.models import Base
from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.postgres_server import PostgresServer, find_programs
from tests.support.second_factors import SoftPasskey, add_passkey, set_up_app
from tests.support.sources import ROOT
from tests.support.uploading import upload

RELEASES = ROOT / "tests" / "releases"
CONTENT = b"the first bundle of the release\n"
_CREWROOM = Path(sys.executable).with_name("crewroom")
_DUMP = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")


def keep(folder: Path) -> None:
    """Write the dumps, the facts about them, the secret key and the bundles into a new folder."""
    with tempfile.TemporaryDirectory(prefix="crewroom-kept-") as name:
        instance = Path(name) / "instance"
        _run(instance, "user", "create", "operator@crew.test", "--password-stdin", given=PASSWORD)
        facts = _fill(instance)
        _check_that_no_table_is_empty(instance)
        folder.mkdir(parents=True)
        facts["checkpoint"] = _run(instance, "audit", "checkpoint")
        (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
        (folder / "sqlite.sql").write_text(_sqlite_dump(instance))
        (folder / "postgres.sql").write_text(_postgres_dump(instance))
        shutil.copy(instance / "secret_key", folder)
        shutil.copytree(instance / "bundles", folder / "bundles", ignore=_empty_folders)


def _fill(instance: Path) -> dict[str, Any]:
    """Use every part of the portal once; return what a test needs to know."""
    portal = Portal(
        settings.load({"CREWROOM_INSTANCE": str(instance), "CREWROOM_BASE_URL": "http://localhost"})
    )
    ada, grace, rosa, iris = [portal.person(name) for name in ("Ada", "Grace", "Rosa", "Iris")]
    browser = portal.browser(ada)
    org = browser.json("PUT", "/organization/", json={"name": "Northwind"}).get_json()["id"]
    for person, role in ((grace, Role.ADMIN), (rosa, Role.READ)):
        portal.join(org, person, role)
    portal.invite(org, ada, iris, Role.WRITE)
    authenticator, removed, key = set_up_app(browser), portal.key(rosa), portal.key(ada)
    add_passkey(browser, SoftPasskey())
    for _ in range(2):
        portal.api(removed).post("/organization/members/", orgId=org, email=iris.email, role="read")
    portal.browser(ada).json("DELETE", "/organization/members/", json={"orgId": org, "email": rosa.email})
    app = portal.api(key).post("/app/", orgId=org, name="Atlas").get_json()["data"]["id"]
    bundle = upload(portal.api(key), app, "1.0.0", CONTENT).get_json()["data"]["id"]
    blocked = _blocked_key(portal, browser, org, grace)
    for days in (365, None):  # a limit would refuse the key, which never expires
        browser.json("POST", "/organization/keys/policy/", json={"orgId": org, "max_days": days})
    _rest(portal, grace)
    portal.close()
    return {
        "organization": org,
        "key": key,
        "removed_key": removed,
        "blocked_key": blocked,
        "bundle": bundle,
        "authenticator": authenticator.secret,
        "recovery_code": authenticator.recovery_codes[0],
    }


def _blocked_key(portal: Portal, browser: Browser, org: str, owner: Person) -> str:
    """Create a key and block it in the organization."""
    secret = portal.key(owner)
    listed = browser.json("GET", "/organization/keys/", query_string={"orgId": org}).get_json()["data"]
    [found] = [key for key in listed if key["uid"] == owner.uid]
    browser.json("DELETE", "/organization/keys/", json={"orgId": org, "id": found["id"]})
    return secret


def _rest(portal: Portal, grace: Person) -> None:
    """Leave what is pending: a wrong password, a change of address, a renewed key and a passkey ceremony."""
    portal.browser().log_in(grace.email, "a wrong password", status=401)
    browser = portal.browser(grace)
    browser.json("POST", "/account/email/", json={"email": "grace@new.test", "password": PASSWORD})
    made = {"name": "laptop", "role": "read", "expires_in_days": 30}
    key = browser.json("POST", "/apikey/", json=made).get_json()["data"]["id"]
    browser.json("PUT", "/apikey/", json={"id": key, "regenerate": True, "overlap_hours": 24})
    browser.json("POST", "/account/security/passkeys/options/", json={"password": PASSWORD})


def _check_that_no_table_is_empty(instance: Path) -> None:
    with closing(sqlite3.connect(instance / "crewroom.db")) as database:
        for table in Base.metadata.sorted_tables:
            assert database.execute(f"SELECT 1 FROM {table.name}").fetchone(), table.name  # noqa: S608


def _sqlite_dump(instance: Path) -> str:
    with closing(sqlite3.connect(instance / "crewroom.db")) as database:
        return "\n".join(database.iterdump()) + "\n"


def _postgres_dump(instance: Path) -> str:
    """Return the SQL of the same rows on Postgres, without the commands of psql in it."""
    archive = instance.with_name("kept.tar")
    _run(instance, "backup", str(archive))
    server = PostgresServer()
    try:
        server.start()
        _run(instance.with_name("restored"), "restore", str(archive), CREWROOM_DATABASE_URL=server.url)
        dump = [str(find_programs() / "pg_dump"), *_DUMP, server.url.replace("+psycopg", "")]
        lines = subprocess.run(dump, capture_output=True, text=True, check=True).stdout.splitlines()
    finally:
        server.remove()
    return "\n".join(line for line in lines if line and not line.startswith(("\\", "--"))) + "\n"


def _run(instance: Path, *arguments: str, given: str = "", **variables: str) -> str:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CREWROOM_")}
    environment = {**own, "CREWROOM_INSTANCE": str(instance), **variables}
    command = [str(_CREWROOM), *arguments]
    done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=True)
    return done.stdout


def _empty_folders(folder: str, names: list[str]) -> set[str]:
    """Return what git does not keep, and the drafts."""
    return {
        name for name in names if (Path(folder) / name).is_dir() and not any((Path(folder) / name).rglob("*"))
    }


if __name__ == "__main__":
    target = RELEASES / version("crewroom")
    if target.exists():
        sys.exit(f"{target} exists. If the version is not released yet, delete it and try again.")
    keep(target)
