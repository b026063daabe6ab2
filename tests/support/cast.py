"""The cast: the people in most tests, restored from a saved copy where that is possible."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from app.base import clock
from app.base.permissions import Role
from tests.support.clients import Api, Browser
from tests.support.databases import databases
from tests.support.portal import Person, Portal

# Invitations have a cool-down of five minutes, so a saved invitation must still count as just sent.
_FRESH = timedelta(minutes=1)


@dataclass
class Cast:
    """Alice owns Northwind, Adam is an admin; Wendy, Uma and Rita are members; Ivy is invited to write.

    Charlie has an account but is not a member. API keys are created on first use.
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
        """Return an API client with a key of this person."""
        if name not in self._keys:
            self._keys[name] = self.portal.key(getattr(self, name))
        return self.portal.api(self._keys[name])

    def browser(self, name: str) -> Browser:
        """Return a browser signed in as this person."""
        return self.portal.browser(getattr(self, name))

    @cached_property
    def people(self) -> tuple[Person, ...]:
        return (self.alice, self.adam, self.wendy, self.uma, self.rita, self.ivy, self.charlie)


@dataclass(frozen=True)
class SavedCast:
    """A cast saved in the database, with its time and the base URL that its mails contain."""

    cast: Cast
    since: datetime
    base_url: str

    def fits(self, portal: Portal) -> bool:
        return self.base_url == portal.config.base_url and timedelta() <= clock.now() - self.since < _FRESH


def set_up_cast(portal: Portal) -> Cast:
    """Return the cast, restored from a recent copy if the portal is empty and a copy fits."""
    if not portal.empty():
        return _cast(portal)
    instance = portal.config.instance
    saved: SavedCast | None = databases().saved(instance)
    if saved and saved.fits(portal):
        databases().restore(instance)
        return replace(saved.cast, portal=portal)
    cast = _cast(portal)
    databases().save(instance, SavedCast(cast, clock.now(), portal.config.base_url))
    return cast


def _cast(portal: Portal) -> Cast:
    alice, adam, wendy, uma, rita, ivy, charlie = (
        portal.person(name) for name in ("Alice", "Adam", "Wendy", "Uma", "Rita", "Ivy", "Charlie")
    )
    org = portal.organization(alice)
    roles = {adam.uid: Role.ADMIN, wendy.uid: Role.WRITE, uma.uid: Role.UPLOAD, rita.uid: Role.READ}
    for person in (adam, wendy, uma, rita):
        portal.join(org, person, roles[person.uid])
    portal.invite(org, alice, ivy, Role.WRITE)
    return Cast(portal, org, alice, adam, wendy, uma, rita, ivy, charlie)
