"""Postgres: what concerns an account waits for who holds it, and looks again at what changed meanwhile."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

from app.base.errors import Conflict, NotAuthenticated, NotFound, NotPermitted
from app.base.permissions import Action, Role
from app.models import User
from app.services.accounts import accounts, erasure, profile, two_factor_reset
from app.services.core import organization_access
from app.services.keys import keys
from app.services.members import removal, responses
from app.storage.database import db
from app.text import email_addresses
from tests.support.databases import only_postgres

pytestmark = only_postgres("on SQLite changes go one at a time")


def beside(portal, first, second) -> Future:
    """Begin a second deed before the transaction of the first ends; return how the second ended."""

    def deed():
        with portal.writing():
            return second()

    with ThreadPoolExecutor(1) as threads:
        with portal.writing():
            first()
            begun = threads.submit(deed)
            wait([begun], 0.5)
        wait([begun], 20)
    return begun


def test_name_is_not_written_back_beside_an_erasure(cast):
    with cast.portal.writing():
        one, other = cast.portal.actor(cast.rita), cast.portal.actor(cast.rita)

    renamed = beside(
        cast.portal,
        lambda: erasure.erase(one, one.address),
        lambda: profile.update(other, name="Rita again"),
    )

    assert isinstance(renamed.exception(), NotAuthenticated)
    with cast.portal.database.reading() as reading:
        assert reading.get_one(User, cast.rita.uid).name == "Erased account"


def test_second_factors_are_not_reset_beside_joining_an_organization_of_others(cast):
    other = cast.portal.organization(cast.charlie, "Elsewhere")
    cast.portal.invite(other, cast.charlie, cast.wendy, Role.READ)
    with cast.portal.writing():
        alice, wendy = cast.portal.actor(cast.alice), cast.portal.actor(cast.wendy)

    def reset() -> None:
        access = organization_access.require(alice, cast.org, Action.SECOND_FACTOR_REQUIRE, changing=True)
        two_factor_reset.reset(access, wendy.address)

    refused = beside(cast.portal, lambda: responses.accept(wendy, other), reset).exception()

    assert isinstance(refused, NotPermitted)
    assert "another organization" in str(refused.message)


def test_operator_makes_no_key_beside_disabling_the_account(cast):
    address = email_addresses.parse(cast.rita.email)

    refused = beside(
        cast.portal,
        lambda: accounts.disable(address),
        lambda: keys.create(db.get_one(User, cast.rita.uid), name="late"),
    ).exception()

    assert isinstance(refused, Conflict)
    assert cast.portal.audit("key.created") == []


def test_operator_makes_no_key_beside_a_removal_from_its_organization(cast):
    with cast.portal.writing():
        alice = cast.portal.actor(cast.alice)
    address = email_addresses.parse(cast.rita.email)

    def remove() -> None:
        access = organization_access.require(alice, cast.org, Action.MEMBERS_MANAGE, changing=True)
        removal.remove(access, address)

    def create() -> None:
        keys.create(db.get_one(User, cast.rita.uid), name="late", organization_id=cast.org)

    assert isinstance(beside(cast.portal, remove, create).exception(), NotFound)
    assert cast.portal.audit("key.created") == []
