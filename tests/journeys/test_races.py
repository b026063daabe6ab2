"""Races over real connections: whatever meets whatever, somebody leads, and nobody is in twice."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Barrier

import httpx
import pytest

from tests.portal import PASSWORD, Person
from tests.serving import Served

# On a machine that does much else, two hundred rounds take their time.
pytestmark = pytest.mark.timeout(240)

ROUNDS = 200
FEWER_ROUNDS = 50
ANSWERS = {200, 403, 404, 409}
MEMBERS = "/organization/members/"

Deed = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Player:
    """Somebody with two connections: a program with a key, and a portal session."""

    person: Person
    program: httpx.Client
    portal: httpx.Client

    @property
    def email(self) -> str:
        return self.person.email


class Ring:
    """One organization and two people at odds, with a thread for each."""

    def __init__(self, org: str, ada: Player, bob: Player) -> None:
        self.org, self.ada, self.bob = org, ada, bob
        self.barrier = Barrier(2)
        self.threads = ThreadPoolExecutor(2)

    def race(self, one: Deed, other: Deed) -> tuple[int, int]:
        """Do two deeds at the same moment; return their statuses."""
        answers = [self.threads.submit(self._at_once, deed).result for deed in (one, other)]
        first, second = (answer() for answer in answers)
        assert {first.status_code, second.status_code} <= ANSWERS, (first.text, second.text)
        return first.status_code, second.status_code

    def post(self, actor: Player, target: Player, role: str) -> httpx.Response:
        """Invite somebody or change their role."""
        return actor.program.post(MEMBERS, json={"orgId": self.org, "email": target.email, "role": role})

    def delete(self, actor: Player, target: Player) -> httpx.Response:
        """Remove somebody, cancel their invitation, or leave."""
        body = {"orgId": self.org, "email": target.email}
        return actor.program.request("DELETE", MEMBERS, json=body)

    def accept(self, player: Player) -> httpx.Response:
        return player.portal.post("/invitation/", json={"orgId": self.org})

    def roles(self) -> dict[str, str]:
        """Who is in, as whoever is left sees it; nobody may be in twice."""
        for player in (self.ada, self.bob):
            answer = player.program.get(MEMBERS, params={"orgId": self.org})
            if answer.status_code == 200:
                seen = [(member["email"], member["role"]) for member in answer.json()["data"]]
                assert len(dict(seen)) == len(seen), seen
                return dict(seen)
        raise AssertionError("nobody is left in the organization")

    def both_lead(self, roles: dict[str, str]) -> None:
        """Make both super admins again, by whoever still is one."""
        leads = [player for player in (self.ada, self.bob) if roles.get(player.email) == "super_admin"]
        assert leads, roles
        for player in (self.ada, self.bob):
            if player not in leads:
                assert self.post(leads[0], player, "super_admin").status_code == 200
                if player.email not in roles:
                    assert self.accept(player).status_code == 200

    def _at_once(self, deed: Deed) -> httpx.Response:
        self.barrier.wait(10)
        return deed()


@pytest.fixture
def ring(served: Served) -> Iterator[Ring]:
    with ExitStack() as opened:
        ada, bob = (player(served, name, opened) for name in ("ada", "bob"))
        created = ada.program.put("/organization/", json={"name": "Ring"})
        ring = Ring(created.json()["id"], ada, bob)
        opened.callback(ring.threads.shutdown)
        yield ring


def player(served: Served, name: str, opened: ExitStack) -> Player:
    person = served.portal.person(name, f"{name}.{secrets.token_hex(4)}@crew.test")
    program = opened.enter_context(served.client(served.portal.key(person)))
    portal = opened.enter_context(served.client())
    portal.headers["X-CSRFToken"] = token(portal)
    entered = portal.post("/login/", json={"email": person.email, "password": PASSWORD})
    assert entered.status_code == 200, entered.text
    portal.headers["X-CSRFToken"] = token(portal)
    return Player(person, program, portal)


def token(portal: httpx.Client) -> str:
    return str(portal.get("/login/").json()["data"]["csrf_token"])


def test_two_super_admins_who_leave_at_once(ring):
    roles = ring.roles()
    for _ in range(ROUNDS):
        ring.both_lead(roles)

        answers = ring.race(lambda: ring.delete(ring.ada, ring.ada), lambda: ring.delete(ring.bob, ring.bob))

        roles = ring.roles()
        assert sorted(answers) == [200, 409]
        assert list(roles.values()) == ["super_admin"]


def test_two_super_admins_who_remove_each_other(ring):
    roles = ring.roles()
    for _ in range(ROUNDS):
        ring.both_lead(roles)

        answers = ring.race(lambda: ring.delete(ring.ada, ring.bob), lambda: ring.delete(ring.bob, ring.ada))

        roles = ring.roles()
        assert sorted(answers) == [200, 403]
        assert list(roles.values()) == ["super_admin"]


def test_two_super_admins_who_demote_each_other(ring):
    roles = ring.roles()
    for _ in range(ROUNDS):
        ring.both_lead(roles)

        answers = ring.race(
            lambda: ring.post(ring.ada, ring.bob, "admin"), lambda: ring.post(ring.bob, ring.ada, "admin")
        )

        roles = ring.roles()
        assert sorted(answers) == [200, 403]
        assert sorted(roles.values()) == ["admin", "super_admin"]


def test_accepting_an_invitation_that_is_being_cancelled(ring):
    for _ in range(FEWER_ROUNDS):
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        accepted, cancelled = ring.race(
            lambda: ring.accept(ring.bob), lambda: ring.delete(ring.ada, ring.bob)
        )

        # Whoever comes first, the removal holds: of the invitation, or of the new member.
        assert cancelled == 200
        assert accepted in {200, 404}
        assert ring.roles() == {ring.ada.email: "super_admin"}


def test_accepting_twice_makes_one_member(ring):
    for _ in range(FEWER_ROUNDS):
        assert ring.post(ring.ada, ring.bob, "write").status_code == 200

        answers = ring.race(lambda: ring.accept(ring.bob), lambda: ring.accept(ring.bob))

        assert sorted(answers) == [200, 409]
        assert ring.roles() == {ring.ada.email: "super_admin", ring.bob.email: "write"}
        assert ring.delete(ring.ada, ring.bob).status_code == 200


def test_inviting_twice_makes_one_invitation(ring):
    for _ in range(FEWER_ROUNDS):
        answers = ring.race(
            lambda: ring.post(ring.ada, ring.bob, "write"), lambda: ring.post(ring.ada, ring.bob, "write")
        )

        assert sorted(answers) == [200, 409]
        assert ring.roles() == {ring.ada.email: "super_admin", ring.bob.email: "invite_write"}
        offers = ring.bob.portal.get("/invitation/").json()["data"]
        assert [offer["orgId"] for offer in offers] == [ring.org]
        assert ring.delete(ring.ada, ring.bob).status_code == 200
