"""Callers in every possible relation to an organization, in a database that is restored after each test."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.base import clock, config, identifiers
from app.base.permissions import Role
from app.base.tokens import digest
from app.models import Credential, Factor, User
from app.models.factor import FactorKind
from app.services.keys import keys
from app.services.login import last_used
from app.storage.database import db
from tests.support import databases
from tests.support.clients import ACCEPT_PAGE, Api, Browser
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.snapshots import Rows, Snapshot, snapshot

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
_A_MINUTE = timedelta(minutes=1)
ROLES = ("read", "upload", "write", "admin", "super_admin")
UNAUTHENTICATED, OUTSIDER = "unauthenticated", "outsider"

# What each state amounts to: a role, `OUTSIDER`, or `UNAUTHENTICATED` for an invalid credential.
KEY_STATES = {
    "bad": UNAUTHENTICATED,
    "expired": UNAUTHENTICATED,
    "revoked": UNAUTHENTICATED,
    "replaced": UNAUTHENTICATED,
    "disabled": UNAUTHENTICATED,
    "outsider": OUTSIDER,
    "removed": OUTSIDER,
    "blocked": OUTSIDER,
    "limited-elsewhere": OUTSIDER,
    "limited-here": "super_admin",
    "limited-read": "read",
    **{f"invited-{role}": OUTSIDER for role in ROLES},
    **{f"active-{role}": role for role in ROLES},
    **{f"ceiling-{role}": role for role in ROLES},
}
SESSION_STATES = {
    "visitor": UNAUTHENTICATED,
    "signed-out": UNAUTHENTICATED,
    "expired": UNAUTHENTICATED,
    "disabled": UNAUTHENTICATED,
    "outsider": OUTSIDER,
    "removed": OUTSIDER,
    **{f"invited-{role}": OUTSIDER for role in ROLES},
    **{f"active-{role}": role for role in ROLES},
}
DIALECTS = {"key": KEY_STATES, "session": SESSION_STATES, "fragment": SESSION_STATES, "page": SESSION_STATES}


@dataclass
class World:
    """Northwind and a foreign organization, Elsewhere; a key and a browser for each state of a caller."""

    portal: Portal
    org: str = ""
    elsewhere: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    here: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    snapshot: Snapshot = field(init=False)

    @property
    def unknown(self) -> dict[str, str]:
        """Return well-formed identifiers that belong to nothing."""
        return {name: f"{name}_" + "0" * 32 for name in self.here}

    @property
    def initial_rows(self) -> Rows:
        """Return the rows of all tables when the world was made."""
        return self.snapshot.rows

    def address(self, state: str) -> str:
        """Return the email address of the caller in a state."""
        return self.people[state].email if state in self.people else self.people["roamer"].email

    def api(self, state: str) -> Api:
        return self.portal.api(self.keys[state])

    def ask(self, dialect: str, state: str, method: str, path: str, fields: dict[str, Any]) -> TestResponse:
        """Send a request in a dialect, as the caller in a state."""
        if dialect == "key":
            return self._send_json(self.api(state), method, path, fields, {})
        browser = self.browsers[state]
        if dialect == "session":
            api = Api(self.portal.app, {})
            api.client = browser.client
            return self._send_json(api, method, path, fields, {"X-CSRFToken": self.tokens[state]})
        headers = {"Accept": ACCEPT_PAGE, "Sec-Fetch-Site": "same-origin"}
        if dialect == "fragment":
            headers["HX-Request"] = "true"
        if method == "GET":
            return browser.client.get(path, query_string=fields, headers=headers)
        hidden = {"csrf_token": self.tokens[state]} | ({} if method == "POST" else {"_method": method})
        return browser.client.post(path, data={**fields, **hidden}, headers=headers)

    def rows(self) -> Rows:
        """Return the current rows of all tables."""
        return self.snapshot.contents()

    def take_snapshot(self) -> None:
        """Remember the current rows and cookies."""
        self.snapshot = snapshot(self.portal.config)
        jars = {state: browser.cookie() for state, browser in self.browsers.items()}
        self.cookies = {state: cookie.value for state, cookie in jars.items() if cookie}

    def put_back(self) -> None:
        """Restore the rows and the cookies, which carry pending notices."""
        self.snapshot.put_back()
        for state, value in self.cookies.items():
            if not (cookie := self.browsers[state].cookie()) or cookie.value != value:
                self.browsers[state].set_cookie(value)

    def _send_json(
        self, api: Api, method: str, path: str, fields: dict[str, Any], headers: dict[str, str]
    ) -> TestResponse:
        if method == "GET":
            return api.send(method, path, query_string=fields, headers=headers)
        if "file" in fields:
            return api.send(method, path, data=fields, headers=headers)
        return api.send(method, path, json=fields, headers=headers)


def make_world(portal: Portal) -> World:
    """Create all people, organizations, keys and browsers."""
    world = World(portal)
    boss, roamer, foreigner = (
        world.people.setdefault(name, portal.person(name)) for name in ("boss", "roamer", "foreigner")
    )
    world.org = portal.organization(boss, "Northwind")
    world.elsewhere = portal.organization(foreigner, "Elsewhere")
    for name in ("outsider", "removed", "disabled", "expired", "victim", "newcomer"):
        world.people[name] = portal.person(name)
    _add_members(world, boss, roamer)
    _give_keys(world, roamer)
    _open_browsers(world)
    _end_credentials(world, boss)
    _add_factors(world, boss, world.people["victim"], foreigner)
    world.here = _add_resources(world, world.org, boss, world.people["victim"])
    world.foreign = _add_resources(world, world.elsewhere, foreigner, foreigner)
    return world


def _add_members(world: World, boss: Person, roamer: Person) -> None:
    portal = world.portal
    for role in ROLES:
        active = world.people[f"active-{role}"] = portal.person(f"active-{role}")
        portal.join(world.org, active, Role(role))
        invited = world.people[f"invited-{role}"] = portal.person(f"invited-{role}")
        portal.invite(world.org, boss, invited, Role(role))
    for organization in (world.org, world.elsewhere):
        portal.join(organization, roamer, Role.SUPER_ADMIN)
    portal.join(world.org, world.people["removed"], Role.SUPER_ADMIN)
    portal.join(world.org, world.people["disabled"], Role.SUPER_ADMIN)
    portal.join(world.org, world.people["expired"], Role.SUPER_ADMIN)
    portal.join(world.org, world.people["victim"], Role.READ)


def _give_keys(world: World, roamer: Person) -> None:
    portal = world.portal
    for state in KEY_STATES.keys() & world.people.keys():
        world.keys[state] = portal.key(world.people[state])
    for role in ROLES:
        world.keys[f"ceiling-{role}"] = portal.key(roamer, Role(role))
    world.keys["limited-here"] = portal.key(roamer, organization=world.org)
    world.keys["limited-elsewhere"] = portal.key(roamer, organization=world.elsewhere)
    world.keys["limited-read"] = portal.key(roamer, Role.READ, organization=world.org)
    world.keys["blocked"] = portal.key(roamer)
    world.keys["replaced"] = portal.key(roamer)
    world.keys["expired"] = portal.key(world.people["expired"], lifetime=_A_MINUTE)
    world.keys["revoked"] = portal.key(roamer)
    world.keys["bad"] = "your-api-key"


def _open_browsers(world: World) -> None:
    for state in SESSION_STATES:
        person = world.people.get(state, world.people["roamer"])
        browser = world.browsers[state] = Browser(world.portal.app)
        if state != "visitor":
            browser.log_in(person.email, PASSWORD)
        world.tokens[state] = browser.token()


def _end_credentials(world: World, boss: Person) -> None:
    portal = world.portal
    stale = world.browsers["signed-out"].cookie()
    assert stale
    world.browsers["signed-out"].submit("/logout/")
    world.browsers["signed-out"].set_cookie(stale.value)
    removed = portal.api(portal.key(boss)).delete(
        "/organization/members/", orgId=world.org, email=world.people["removed"].email
    )
    assert removed.status_code == 200
    with portal.writing():
        db.get_one(User, world.people["disabled"].uid).disabled_at = clock.now()
        _key(world, "revoked").revoked_at = clock.now()
        lapsed = Credential.user_id == world.people["expired"].uid
        db.execute(update(Credential).where(lapsed).values(expires_at=clock.now() + _A_MINUTE))
        roamer = portal.actor(world.people["roamer"])
        keys.renew(roamer, _key(world, "replaced").id)
        last_used.block(roamer, _key(world, "blocked").id, world.org)


def _key(world: World, state: str) -> Credential:
    """Return the row of a key; needs an open unit of work."""
    return db.scalars(select(Credential).where(Credential.digest == digest(world.keys[state]))).one()


def _add_factors(world: World, *people: Person) -> None:
    """Give people an authenticator app; no test will need its codes."""
    with world.portal.writing() as db:
        for person in people:
            db.add(
                Factor(
                    id=identifiers.new("factor"),
                    user_id=person.uid,
                    kind=FactorKind.TOTP,
                    name="Authenticator app",
                    created_at=clock.now(),
                )
            )


def _add_resources(world: World, organization: str, owner: Person, member: Person) -> dict[str, str]:
    """Give an organization an app, a bundle and a member's key; return their identifiers."""
    api = world.portal.api(world.portal.key(owner))
    app = api.post("/app/", orgId=organization, name="Atlas").get_json()["data"]["id"]
    form = {"app_id": app, "version": "1.0.0", "file": (io.BytesIO(b"a bundle"), "b.zip")}
    bundle = api.send("POST", "/bundle/", data=form).get_json()["data"]["id"]
    secret = world.portal.key(member, organization=organization)
    with world.portal.database.reading() as db:
        key = db.scalars(select(Credential.id).where(Credential.digest == digest(secret))).one()
    return {"org": organization, "app": app, "bundle": bundle, "key": key}


@pytest.fixture(scope="session")
def session_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the world, created an hour before `NOW`."""
    instance = tmp_path_factory.mktemp("world")
    databases.install(instance)
    portal = Portal(config.load({"CREWROOM_INSTANCE": str(instance), "CREWROOM_RATE_LIMIT": "0"}))
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        world = make_world(portal)
    world.take_snapshot()
    yield world
    world.snapshot.close()
    portal.close()


@pytest.fixture
def world(session_world: World) -> Iterator[World]:
    """Return the world at `NOW`; it is restored after each test."""
    with time_machine.travel(NOW, tick=False):
        yield session_world
    session_world.put_back()
