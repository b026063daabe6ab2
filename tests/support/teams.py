"""The team in browser tests; each test creates its own, in the served portal."""

import secrets
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator

from app.base.permissions import Role
from tests.support.browsing import Visitor
from tests.support.portal import Person, Portal
from tests.support.serving import Served

NAME = "Northwind Labs"


@dataclass(frozen=True)
class Team:
    """Ada owns it, Grace is an admin, Linus writes, Tomas reads; Sofia is invited, Zoe is an outsider."""

    portal: Portal
    org: str
    ada: Person
    grace: Person
    linus: Person
    tomas: Person
    sofia: Person
    zoe: Person

    @property
    def members(self) -> str:
        """Return the path of the members page."""
        return f"/organization/members/?orgId={self.org}"


@pytest.fixture
def team(served: Served) -> Team:
    portal = served.portal
    mark = secrets.token_hex(4)
    ada, grace, linus, tomas, sofia, zoe = (
        portal.person(f"{name} {mark}", f"{name.lower()}.{mark}@crew.test")
        for name in ("Ada", "Grace", "Linus", "Tomas", "Sofia", "Zoe")
    )
    org = portal.organization(ada, NAME)
    portal.join(org, grace, Role.ADMIN)
    portal.join(org, linus, Role.WRITE)
    portal.join(org, tomas, Role.READ)
    portal.invite(org, ada, sofia, Role.WRITE)
    return Team(portal, org, ada, grace, linus, tomas, sofia, zoe)


@pytest.fixture
def ada(visit, team: Team) -> Visitor:
    """Return a visitor signed in as Ada, on the members page."""
    visitor: Visitor = visit()
    visitor.enter(team.ada.email)
    visitor.go(team.members)
    return visitor


def row(visitor: Visitor, person: Person) -> Locator:
    return visitor.page.get_by_role("row").filter(has_text=person.email)


def role(visitor: Visitor, person: Person) -> Locator:
    """Return the select of a person's role."""
    return row(visitor, person).get_by_role("combobox")


def select(visitor: Visitor, *people: Person) -> None:
    """Tick the checkboxes of some rows."""
    for person in people:
        row(visitor, person).get_by_role("checkbox").check()


def menu_button(visitor: Visitor, person: Person) -> Locator:
    return row(visitor, person).get_by_role("button", name="Actions for")


def menu_entry(visitor: Visitor, person: Person, entry: str) -> Locator:
    """Open the menu of a row; return one of its entries."""
    menu_button(visitor, person).click()
    return row(visitor, person).get_by_role("menuitem", name=entry)
