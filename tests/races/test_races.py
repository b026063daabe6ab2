"""Races of those who lead: whatever meets whatever, somebody leads, and nobody is in twice."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.base import clock, identifiers
from app.base.errors import Conflict, DomainError, Unavailable
from app.base.permissions import Action, Role
from app.models import CredentialKind, Factor, FactorKind
from app.services.accounts import accounts, erasure, two_factor_reset
from app.services.core import credentials, organization_access
from app.services.members import removal
from app.services.organizations import organizations, two_factor_policy
from app.text import email_addresses
from tests.support.portal import Person
from tests.support.race import ROUNDS, Ring, limited_time

pytestmark = limited_time


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


def test_two_super_admins_who_lower_themselves(ring):
    roles = ring.roles()
    for _ in range(ROUNDS):
        ring.both_lead(roles)

        answers = ring.race(
            lambda: ring.post(ring.ada, ring.ada, "admin"), lambda: ring.post(ring.bob, ring.bob, "admin")
        )

        roles = ring.roles()
        assert sorted(answers) == [200, 409]
        assert sorted(roles.values()) == ["admin", "super_admin"]


def test_leaving_while_being_removed_by_whom_one_demotes(ring):
    """Ada demotes Bob; Bob removes Ada: one of them is too late."""
    roles = ring.roles()
    for _ in range(ROUNDS):
        ring.both_lead(roles)

        answers = ring.race(
            lambda: ring.post(ring.ada, ring.bob, "read"), lambda: ring.delete(ring.bob, ring.ada)
        )

        roles = ring.roles()
        assert sorted(answers) == [200, 403]
        assert list(roles.values()).count("super_admin") == 1


@pytest.mark.parametrize("way", ["erase", "disable"])
def test_accounts_of_two_super_admins_that_end_at_once(ring, way):
    for _ in range(ROUNDS):
        ada, bob = stranger(ring), stranger(ring)
        org = ring.portal.organization(ada)
        ring.portal.join(org, bob, Role.SUPER_ADMIN)

        ended = ring.at_once(lambda: end(ring, ada, way), lambda: end(ring, bob, way))  # noqa: B023 - done at once

        assert sorted(ended) == [False, True]


def test_account_that_ends_while_it_founds_an_organization(ring):
    for _ in range(ROUNDS):
        ada = stranger(ring)

        ended, founded = ring.at_once(lambda: end(ring, ada, "erase"), lambda: found(ring, ada))  # noqa: B023 - done at once

        assert sorted([ended, founded]) == [False, True]


@pytest.mark.parametrize("way", ["leave", "erase", "disable", "reset", "require"])
def test_the_factor_of_one_super_admin_goes_while_the_other_does(ring, way):
    """Ada and Bob both have a second factor: of what ends Ada's and what ends Bob's only one happens."""
    for _ in range(ROUNDS):
        ada, bob = stranger(ring), stranger(ring)
        org = ring.portal.organization(ada)
        ring.portal.join(org, bob, Role.SUPER_ADMIN)
        for person in (ada, bob) if way != "require" else (ada,):
            give_factor(ring, person)
        if way != "require":
            require(ring, bob, org)

        done = ring.at_once(lambda: reset(ring, ada), lambda: go(ring, bob, org, way))  # noqa: B023 - done at once

        assert sorted(done) == [False, True]


def give_factor(ring: Ring, person: Person) -> None:
    with ring.portal.working() as db:
        db.add(
            Factor(
                id=identifiers.new("factor"),
                user_id=person.uid,
                kind=FactorKind.TOTP,
                name="",
                created_at=clock.now(),
            )
        )


def require(ring: Ring, person: Person, org: str) -> bool:
    """Have an organization require a second factor, as a request does; tell whether that was allowed."""

    def switch() -> None:
        actor = ring.portal.actor(person)
        access = organization_access.require(actor, org, Action.SECOND_FACTOR_REQUIRE, changing=True)
        two_factor_policy.switch_on(access, days=7)

    return tried(ring, switch)


def reset(ring: Ring, person: Person) -> bool:
    """Reset somebody's second factor as the operator; tell whether that was allowed."""
    return tried(ring, lambda: two_factor_reset.reset_by_operator(email_addresses.parse(person.email)))


def go(ring: Ring, person: Person, org: str, way: str) -> bool:
    """Let somebody stop being a super admin who can act; tell whether that was allowed."""
    if way in {"erase", "disable"}:
        return end(ring, person, way)
    if way == "reset":
        return reset(ring, person)
    if way == "require":
        return require(ring, person, org)

    def leave() -> None:
        access = organization_access.require(
            ring.portal.actor(person), org, Action.MEMBERS_LEAVE, changing=True
        )
        removal.remove(access, email_addresses.parse(person.email))

    return tried(ring, leave)


def tried(ring: Ring, deed: Callable[[], object]) -> bool:
    """Do something in a transaction of its own; tell whether that was allowed."""
    try:
        with ring.portal.working():
            deed()
    except Conflict:
        return False
    return True


def stranger(ring: Ring) -> Person:
    return ring.portal.person("Stranger", f"stranger.{secrets.token_hex(6)}@crew.test")


def end(ring: Ring, person: Person, way: str) -> bool:
    """End an account; tell whether that happened: one that has just joined an organization must try again."""
    address = email_addresses.parse(person.email)
    with ring.portal.working():
        actor = ring.portal.actor(person)
    try:
        with ring.portal.working():
            if way == "erase":
                erasure.erase(actor, address)
            else:
                accounts.disable(address)
    except (Conflict, Unavailable):
        return False
    return True


def found(ring: Ring, person: Person) -> bool:
    """Found an organization by a session, as a request does; tell whether that was allowed."""
    with ring.portal.working():
        _, secret = credentials.issue(person.uid, CredentialKind.SESSION, lifetime=timedelta(days=1))
    try:
        with ring.portal.working():
            organizations.create(credentials.actor_for(secret, CredentialKind.SESSION), name="Late")
    except DomainError:
        return False
    return True
