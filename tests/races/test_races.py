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
from tests.support.races import ROUNDS, Race, limited_time

pytestmark = limited_time


def test_two_super_admins_who_leave_at_once(race):
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(lambda: race.delete(race.ada, race.ada), lambda: race.delete(race.bob, race.bob))

        roles = race.roles()
        assert sorted(answers) == [200, 409]
        assert list(roles.values()) == ["super_admin"]


def test_two_super_admins_who_remove_each_other(race):
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(lambda: race.delete(race.ada, race.bob), lambda: race.delete(race.bob, race.ada))

        roles = race.roles()
        assert sorted(answers) == [200, 403]
        assert list(roles.values()) == ["super_admin"]


def test_two_super_admins_who_demote_each_other(race):
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(
            lambda: race.post(race.ada, race.bob, "admin"), lambda: race.post(race.bob, race.ada, "admin")
        )

        roles = race.roles()
        assert sorted(answers) == [200, 403]
        assert sorted(roles.values()) == ["admin", "super_admin"]


def test_two_super_admins_who_lower_themselves(race):
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(
            lambda: race.post(race.ada, race.ada, "admin"), lambda: race.post(race.bob, race.bob, "admin")
        )

        roles = race.roles()
        assert sorted(answers) == [200, 409]
        assert sorted(roles.values()) == ["admin", "super_admin"]


def test_leaving_while_being_removed_by_whom_one_demotes(race):
    """Ada demotes Bob; Bob removes Ada: one of them is too late."""
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(
            lambda: race.post(race.ada, race.bob, "read"), lambda: race.delete(race.bob, race.ada)
        )

        roles = race.roles()
        assert sorted(answers) == [200, 403]
        assert list(roles.values()).count("super_admin") == 1


@pytest.mark.parametrize("way", ["erase", "disable"])
def test_accounts_of_two_super_admins_that_end_at_once(race, way):
    for _ in range(ROUNDS):
        ada, bob = stranger(race), stranger(race)
        org = race.portal.organization(ada)
        race.portal.join(org, bob, Role.SUPER_ADMIN)

        ended = race.run_all(lambda: end(race, ada, way), lambda: end(race, bob, way))  # noqa: B023 - done at once

        assert sorted(ended) == [False, True]


def test_account_that_ends_while_it_founds_an_organization(race):
    for _ in range(ROUNDS):
        ada = stranger(race)

        ended, founded = race.run_all(lambda: end(race, ada, "erase"), lambda: found(race, ada))  # noqa: B023 - done at once

        assert sorted([ended, founded]) == [False, True]


@pytest.mark.parametrize("way", ["leave", "erase", "disable", "reset", "require"])
def test_the_factor_of_one_super_admin_goes_while_the_other_does(race, way):
    """Ada and Bob both have a second factor: of what ends Ada's and what ends Bob's only one happens."""
    for _ in range(ROUNDS):
        ada, bob = stranger(race), stranger(race)
        org = race.portal.organization(ada)
        race.portal.join(org, bob, Role.SUPER_ADMIN)
        for person in (ada, bob) if way != "require" else (ada,):
            give_factor(race, person)
        if way != "require":
            require(race, bob, org)

        done = race.run_all(lambda: reset(race, ada), lambda: go(race, bob, org, way))  # noqa: B023 - done at once

        assert sorted(done) == [False, True]


def give_factor(race: Race, person: Person) -> None:
    with race.portal.writing() as db:
        db.add(
            Factor(
                id=identifiers.new("factor"),
                user_id=person.uid,
                kind=FactorKind.TOTP,
                name="",
                created_at=clock.now(),
            )
        )


def require(race: Race, person: Person, org: str) -> bool:
    """Have an organization require a second factor, as a request does; tell whether that was allowed."""

    def switch() -> None:
        actor = race.portal.actor(person)
        access = organization_access.require(actor, org, Action.SECOND_FACTOR_REQUIRE, changing=True)
        two_factor_policy.switch_on(access, days=7)

    return tried(race, switch)


def reset(race: Race, person: Person) -> bool:
    """Reset somebody's second factor as the operator; tell whether that was allowed."""
    return tried(race, lambda: two_factor_reset.reset_by_operator(email_addresses.parse(person.email)))


def go(race: Race, person: Person, org: str, way: str) -> bool:
    """Let somebody stop being a super admin who can act; tell whether that was allowed."""
    if way in {"erase", "disable"}:
        return end(race, person, way)
    if way == "reset":
        return reset(race, person)
    if way == "require":
        return require(race, person, org)

    def leave() -> None:
        access = organization_access.require(
            race.portal.actor(person), org, Action.MEMBERS_LEAVE, changing=True
        )
        removal.remove(access, email_addresses.parse(person.email))

    return tried(race, leave)


def tried(race: Race, deed: Callable[[], object]) -> bool:
    """Do something in a transaction of its own; tell whether that was allowed."""
    try:
        with race.portal.writing():
            deed()
    except Conflict:
        return False
    return True


def stranger(race: Race) -> Person:
    return race.portal.person("Stranger", f"stranger.{secrets.token_hex(6)}@crew.test")


def end(race: Race, person: Person, way: str) -> bool:
    """End an account; tell whether that happened: one that has just joined an organization must try again."""
    address = email_addresses.parse(person.email)
    with race.portal.writing():
        actor = race.portal.actor(person)
    try:
        with race.portal.writing():
            if way == "erase":
                erasure.erase(actor, address)
            else:
                accounts.disable(address)
    except (Conflict, Unavailable):
        return False
    return True


def found(race: Race, person: Person) -> bool:
    """Found an organization by a session, as a request does; tell whether that was allowed."""
    with race.portal.writing():
        _, secret = credentials.issue(person.uid, CredentialKind.SESSION, lifetime=timedelta(days=1))
    try:
        with race.portal.writing():
            organizations.create(credentials.actor_for(secret, CredentialKind.SESSION), name="Late")
    except DomainError:
        return False
    return True
