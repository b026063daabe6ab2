"""Races over real connections: members of one organization who send requests at the same moment."""

import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from threading import Barrier
from typing import TypeVar

import httpx
import pytest
from sqlalchemy import delete

from app.models import CredentialKind, Lockout, User
from app.services.accounts import password_reset
from app.services.core import users
from app.text import links
from tests.support.databases import on_postgres
from tests.support.portal import Person, Portal
from tests.support.serving import Served

# On SQLite, whose changes are serial, fewer outcomes are possible.
SHORT = 3 if on_postgres() else 1
ROUNDS = int(os.environ.get("CREWROOM_TEST_ROUNDS", SHORT))
# The outcomes that a race may have; a deadlock would be an outage, with a status of 5xx.
ANSWERS = {200, 401, 403, 404, 409, 410}
MEMBERS = "/organization/members/"
# A round is slow on a busy machine.
limited_time = pytest.mark.timeout(60 + ROUNDS)

Result = TypeVar("Result")
Request = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Contender:
    """A person with two connections: an API client with a key, and a session of the portal."""

    person: Person
    program: httpx.Client
    portal: httpx.Client

    @property
    def email(self) -> str:
        return self.person.email


class Race:
    """An organization with Ada, Bob and Carl, and a thread for each of two requests.

    Clients alternate between the servers; in long runs these are two processes.
    """

    def __init__(self, served: Served, second_server: Served, stack: ExitStack) -> None:
        self.served = served
        self.servers = cycle([served, second_server])
        self.stack = stack
        self.portal: Portal = served.portal
        self.ada, self.bob, self.carl = (
            _contender(next(self.servers), served, name, stack) for name in ("ada", "bob", "carl")
        )
        self.org = self.ada.program.put("/organization/", json={"name": "Race"}).json()["id"]
        self.barrier = Barrier(2)
        self.threads = stack.enter_context(ThreadPoolExecutor(2))

    def run(self, one: Request, other: Request) -> tuple[int, int]:
        """Send two requests at the same moment; return their statuses."""
        first, second = self.run_all(one, other)
        assert {first.status_code, second.status_code} <= ANSWERS, (first.text, second.text)
        return first.status_code, second.status_code

    def run_all(self, *requests: Callable[[], Result]) -> list[Result]:
        """Run two calls at the same moment; return their results."""
        running = [self.threads.submit(self._together, request) for request in requests]
        return [request.result() for request in running]

    def post(self, actor: Contender, target: Contender, role: str) -> httpx.Response:
        """Invite a person or change their role."""
        return actor.program.post(MEMBERS, json={"orgId": self.org, "email": target.email, "role": role})

    def delete(self, actor: Contender, target: Contender) -> httpx.Response:
        """Remove a member, cancel an invitation, or leave."""
        body = {"orgId": self.org, "email": target.email}
        return actor.program.request("DELETE", MEMBERS, json=body)

    def accept(self, player: Contender) -> httpx.Response:
        return player.portal.post("/invitation/", json={"orgId": self.org})

    def join(self, player: Contender, role: str) -> None:
        """Have Ada make a person a member with this role."""
        answer = self.post(self.ada, player, role)
        assert answer.status_code in {200, 409}, answer.text
        if answer.status_code == 200 and answer.json()["data"]["role"].startswith("invite_"):
            assert self.accept(player).status_code == 200

    def roles(self) -> dict[str, str]:
        """Return each member's role, as a remaining super admin sees it; nobody may be listed twice."""
        for player in (self.ada, self.bob):
            answer = player.program.get(MEMBERS, params={"orgId": self.org})
            if answer.status_code == 200:
                seen = [(member["email"], member["role"]) for member in answer.json()["data"]]
                assert len(dict(seen)) == len(seen), seen
                return dict(seen)
        raise AssertionError("Ada and Bob have both left the organization")

    def make_both_super_admins(self, roles: dict[str, str]) -> None:
        """Make Ada and Bob super admins again, through the one who still is."""
        leads = [player for player in (self.ada, self.bob) if roles.get(player.email) == "super_admin"]
        assert leads, roles
        for player in (self.ada, self.bob):
            if player not in leads:
                assert self.post(leads[0], player, "super_admin").status_code == 200
                if player.email not in roles:
                    assert self.accept(player).status_code == 200

    def newcomer(self) -> Person:
        """Create a person in a portal without lockouts."""
        with self.portal.writing() as db:
            db.execute(delete(Lockout))
        return self.portal.person("Newcomer", f"newcomer.{secrets.token_hex(4)}@crew.test")

    def signed_in_client(self, person: Person) -> httpx.Client:
        """Return a client with a new session of a person."""
        return self.stack.enter_context(next(self.servers).log_in(person.email))

    def visitor(self) -> httpx.Client:
        """Return a client that is not signed in, with the form's CSRF token."""
        return self.stack.enter_context(next(self.servers).visitor())

    def reset_link(self, person: Person) -> str:
        """Return the token of a password reset link."""
        with self.portal.writing() as db:
            user = db.get_one(User, person.uid)
            purpose, identifier = users.issue_link(user, CredentialKind.RESET, password_reset.LIFETIME)
        return links.secret(self.portal.config, purpose, identifier)

    def _together(self, request: Callable[[], Result]) -> Result:
        self.barrier.wait(10)
        return request()


@pytest.fixture(scope="session")
def second_server(served: Served) -> Iterator[Served]:
    """Return another process on the same installation; in short runs, the same one."""
    if ROUNDS <= SHORT:
        yield served
        return
    other = Served(served.instance)
    other.start()
    yield other
    other.stop()


@pytest.fixture
def race(served: Served, second_server: Served) -> Iterator[Race]:
    with ExitStack() as stack:
        yield Race(served, second_server, stack)


def _contender(server: Served, served: Served, name: str, stack: ExitStack) -> Contender:
    person = served.portal.person(name, f"{name}.{secrets.token_hex(4)}@crew.test")
    program = stack.enter_context(server.client(served.portal.key(person)))
    return Contender(person, program, stack.enter_context(server.log_in(person.email)))
