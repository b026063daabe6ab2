"""The cast that plays in most tests, and the way to have it on its marks at once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from app.base import clock
from app.base.permissions import Role
from tests.support.clients import Api, Browser
from tests.support.databases import databases
from tests.support.portal import Person, Portal

# An invitation that was mailed just now is not mailed again for five minutes; "just now" must stay true.
_FRESH = timedelta(minutes=1)


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
    def people(self) -> tuple[Person, ...]:
        return (self.alice, self.adam, self.wendy, self.uma, self.rita, self.ivy, self.charlie)


@dataclass(frozen=True)
class SavedCast:
    """A cast that was kept: when it came in, and the address of the portal that its mail names."""

    cast: Cast
    since: datetime
    base_url: str

    def fits(self, portal: Portal) -> bool:
        return self.base_url == portal.config.base_url and timedelta() <= clock.now() - self.since < _FRESH


def set_up_cast(portal: Portal) -> Cast:
    """Let the cast in: from what was kept a moment ago, where the portal is empty."""
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
