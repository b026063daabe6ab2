"""What every test can have: a portal of its own, and the cast that plays in it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from app import config as settings
from app.config import Config
from app.database import Database
from app.migrations import bring_up_to_date
from app.permissions import Role
from tests.clients import Api, Browser
from tests.portal import Person, Portal

pytest_plugins = (
    "tests.serving",
    "tests.browsing",
    "tests.teams",
    "tests.world",
    "tests.documents.scene",
    "tests.commands",
    "tests.hostile_team",
)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test: migrating takes longer than most tests."""
    instance = tmp_path_factory.mktemp("template")
    database = Database(settings.load({"CREWROOM_INSTANCE": str(instance)}))
    bring_up_to_date(database)
    database.close()
    return instance / "crewroom.db"


@pytest.fixture
def settings_for(tmp_path: Path, empty_database: Path):
    """Make the settings of a fresh installation; variables may be given as for the command line."""

    def make(**variables: str) -> Config:
        instance = tmp_path / "instance"
        instance.mkdir(exist_ok=True)
        shutil.copy(empty_database, instance / "crewroom.db")
        defaults = {"CREWROOM_INSTANCE": str(instance), "CREWROOM_RATE_LIMIT": "0"}
        return settings.load({**defaults, **variables})

    return make


@pytest.fixture
def portal(settings_for) -> Iterator[Portal]:
    """A fresh portal without limits of rate and without a mail server."""
    portal = Portal(settings_for())
    yield portal
    portal.close()


@dataclass
class Cast:
    """Alice owns Northwind, Adam administers it, Wendy, Uma and Rita work there, Ivy is invited to write.

    Charlie has an account and is a stranger. Members' keys are made when they are first asked for.
    """

    portal: Portal
    org: str
    alice: Person
    adam: Person
    wendy: Person
    uma: Person
    rita: Person
    ivy: Person
    charlie: Person

    def __post_init__(self) -> None:
        self._keys: dict[str, str] = {}

    def api(self, name: str) -> Api:
        """The program of one of the cast, with a key of theirs."""
        if name not in self._keys:
            self._keys[name] = self.portal.key(getattr(self, name))
        return self.portal.api(self._keys[name])

    def browser(self, name: str) -> Browser:
        """The browser of one of the cast, logged in."""
        return self.portal.browser(getattr(self, name))

    @cached_property
    def everybody(self) -> tuple[Person, ...]:
        return (self.alice, self.adam, self.wendy, self.uma, self.rita, self.ivy, self.charlie)


@pytest.fixture
def cast(portal: Portal) -> Cast:
    """The cast, on its marks."""
    alice, adam, wendy, uma, rita, ivy, charlie = (
        portal.person(name) for name in ("Alice", "Adam", "Wendy", "Uma", "Rita", "Ivy", "Charlie")
    )
    org = portal.organization(alice)
    roles = {adam.uid: Role.ADMIN, wendy.uid: Role.WRITE, uma.uid: Role.UPLOAD, rita.uid: Role.READ}
    for person in (adam, wendy, uma, rita):
        portal.join(org, person, roles[person.uid])
    portal.invite(org, alice, ivy, Role.WRITE)
    return Cast(portal, org, alice, adam, wendy, uma, rita, ivy, charlie)
