"""Races of super admins: one always remains, and nobody is a member twice."""

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


def test_two_super_admins_who_demote_themselves(race):
    roles = race.roles()
    for _ in range(ROUNDS):
        race.make_both_super_admins(roles)

        answers = race.run(
            lambda: race.post(race.ada, race.ada, "admin"), lambda: race.post(race.bob, race.bob, "admin")
        )

        roles = race.roles()
        assert sorted(answers) == [200, 409]
        assert sorted(roles.values()) == ["admin", "super_admin"]


def test_demoting_a_super_admin_who_removes_the_actor(race):
    """Ada demotes Bob while Bob removes Ada: one of them is too late."""
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
def test_accounts_of_two_super_admins_end_at_once(race, way):
    for _ in range(ROUNDS):
        ada, bob = stranger(race), stranger(race)
        org = race.portal.organization(ada)
        race.portal.join(org, bob, Role.SUPER_ADMIN)

        ended = race.run_all(lambda: end(race, ada, way), lambda: end(race, bob, way))  # noqa: B023 - called within the loop

        assert sorted(ended) == [False, True]


def test_erasing_an_account_that_is_creating_an_organization(race):
    for _ in range(ROUNDS):
        ada = stranger(race)

        ended, founded = race.run_all(lambda: end(race, ada, "erase"), lambda: create_organization(race, ada))  # noqa: B023 - called within the loop

        assert sorted([ended, founded]) == [False, True]


@pytest.mark.parametrize("way", ["leave", "erase", "disable", "reset", "require"])
def test_one_super_admin_loses_the_factor_while_the_other_leaves(race, way):
    """Ada and Bob have second factors: only one of the two changes that end them may happen."""
    for _ in range(ROUNDS):
        ada, bob = stranger(race), stranger(race)
        org = race.portal.organization(ada)
        race.portal.join(org, bob, Role.SUPER_ADMIN)
        for person in (ada, bob) if way != "require" else (ada,):
            give_factor(race, person)
        if way != "require":
            require(race, bob, org)

        done = race.run_all(lambda: reset(race, ada), lambda: stop_leading(race, bob, org, way))  # noqa: B023 - called within the loop

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
    """Require a second factor in an organization, as a request does; return whether that was allowed."""

    def switch() -> None:
        actor = race.portal.actor(person)
        access = organization_access.require(actor, org, Action.SECOND_FACTOR_REQUIRE, changing=True)
        two_factor_policy.switch_on(access, days=7)

    return allowed(race, switch)


def reset(race: Race, person: Person) -> bool:
    """Reset a person's second factor as the operator; return whether that was allowed."""
    return allowed(race, lambda: two_factor_reset.reset_by_operator(email_addresses.parse(person.email)))


def stop_leading(race: Race, person: Person, org: str, way: str) -> bool:
    """End a person's ability to act as super admin; return whether that was allowed."""
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

    return allowed(race, leave)


def allowed(race: Race, action: Callable[[], object]) -> bool:
    """Run an action in its own transaction; return whether that was allowed."""
    try:
        with race.portal.writing():
            action()
    except Conflict:
        return False
    return True


def stranger(race: Race) -> Person:
    return race.portal.person("Stranger", f"stranger.{secrets.token_hex(6)}@crew.test")


def end(race: Race, person: Person, way: str) -> bool:
    """End an account; return whether that was allowed. A new membership can make it fail."""
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


def create_organization(race: Race, person: Person) -> bool:
    """Create an organization with a session, as a request does; return whether that was allowed."""
    with race.portal.writing():
        _, secret = credentials.issue(person.uid, CredentialKind.SESSION, lifetime=timedelta(days=1))
    try:
        with race.portal.writing():
            organizations.create(credentials.actor_for(secret, CredentialKind.SESSION), name="Late")
    except DomainError:
        return False
    return True
