"""The data that the documents assume: My Company, its people, and their keys."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.base.permissions import Role
from app.models import Membership, Organization, User
from app.text import email_addresses
from tests.documents import PRINTED_KEY, PrintedRequest
from tests.support.portal import Person
from tests.support.serving import Served

PICTURES = {"john": "https://example.com/avatar.png", "jane": "https://example.com/avatar2.png"}

SHAPES = {
    "id": re.compile(r"org_[0-9a-f]{32}"),
    "uid": re.compile(r"user_[0-9a-f]{32}"),
    "created_at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "updated_at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
}


@dataclass
class Company:
    """An organization as the documents print it, on a running server."""

    served: Served
    org: str
    john: Person

    def send(
        self, printed: PrintedRequest, key: str, *, slash: bool = True, **changed: Any
    ) -> httpx.Response:
        """Send a printed request with the real host, key and identifiers, and the test's own changes."""
        target = printed.target.replace("org_123", self.org)
        body = printed.body and printed.body.replace("org_123", self.org)
        if changed:
            body = json.dumps({**json.loads(body or "{}"), **changed})
        headers = {name: value.replace(PRINTED_KEY, key) for name, value in printed.headers.items()}
        path = target if slash else target.replace("/?", "?").removesuffix("/")
        with self.served.client() as client:
            return client.request(printed.method, path, headers=headers, content=body)

    def key(self, person: Person) -> str:
        return self.served.portal.key(person)

    def make(self, person: Person, role: Role) -> None:
        """Give a member a role directly in the database."""
        with self.served.portal.writing() as db:
            db.get_one(Membership, (self.org, person.uid)).role = role


def company(served: Served) -> Company:
    """Return a new My Company, with John as its only member."""
    john = account(served, "john")
    org = served.portal.organization(john, "My Company")
    with served.portal.writing() as db:
        organization = db.get_one(Organization, org)
        organization.logo = "https://example.com/logo.png"
        organization.management_email = "admin@example.com"
        organization.customer_id = "cus_123"
    return Company(served, org, john)


def account(served: Served, name: str) -> Person:
    """Return an account at example.com, which another test may have created."""
    address = email_addresses.parse(f"{name}@example.com")
    with served.portal.database.reading() as db:
        user = db.scalar(select(User).where(User.email_key == address.key))
    if user:
        return Person(user.id, user.email, user.name)
    person = served.portal.person(name, address.typed)
    with served.portal.writing() as db:
        db.get_one(User, person.uid).image_url = PICTURES.get(name)
    return person


def assert_as_printed(answer, printed) -> None:
    """Assert that everything printed is present: identifiers and times by shape, the rest by value."""
    if isinstance(printed, list):
        assert len(answer) == len(printed)
        for found, expected in zip(answer, printed, strict=True):
            assert_as_printed(found, expected)
    elif isinstance(printed, dict):
        assert printed.keys() <= answer.keys()
        for name, expected in printed.items():
            if name in SHAPES:
                assert SHAPES[name].fullmatch(answer[name]), name
            else:
                assert_as_printed(answer[name], expected)
    else:
        assert answer == printed


@pytest.fixture
def my_company(served) -> Company:
    return company(served)
