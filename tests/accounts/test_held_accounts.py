"""Postgres: changes of one account wait for its row lock, then check its state again."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

from app.base.errors import NotAuthenticated, NotPermitted, OperatorError
from app.base.permissions import Action, Role
from app.models import User
from app.services.accounts import accounts, erasure, profile, two_factor_reset
from app.services.core import organization_access
from app.services.keys import keys
from app.services.members import invitation_answers, removal
from app.storage.database import db
from app.text import email_addresses
from tests.support.databases import only_postgres

pytestmark = only_postgres("SQLite runs one change at a time")


def concurrently(portal, first, second) -> Future:
    """Start a second change before the first one's transaction ends; return the future of the second."""

    def change():
        with portal.writing():
            return second()

    with ThreadPoolExecutor(1) as threads:
        with portal.writing():
            first()
            started = threads.submit(change)
            wait([started], 0.5)
        wait([started], 20)
    return started


def test_renaming_during_an_erasure_does_not_restore_the_name(cast):
    with cast.portal.writing():
        one, other = cast.portal.actor(cast.rita), cast.portal.actor(cast.rita)

    renamed = concurrently(
        cast.portal,
        lambda: erasure.erase(one, one.address),
        lambda: profile.update(other, name="Rita again"),
    )

    assert isinstance(renamed.exception(), NotAuthenticated)
    with cast.portal.database.reading() as reading:
        assert reading.get_one(User, cast.rita.uid).name == "Erased account"


def test_resetting_factors_is_refused_while_the_member_joins_another_organization(cast):
    other = cast.portal.organization(cast.charlie, "Elsewhere")
    cast.portal.invite(other, cast.charlie, cast.wendy, Role.READ)
    with cast.portal.writing():
        alice, wendy = cast.portal.actor(cast.alice), cast.portal.actor(cast.wendy)

    def reset() -> None:
        access = organization_access.require(alice, cast.org, Action.SECOND_FACTOR_REQUIRE, changing=True)
        two_factor_reset.reset(access, wendy.address)

    refused = concurrently(cast.portal, lambda: invitation_answers.accept(wendy, other), reset).exception()

    assert isinstance(refused, NotPermitted)
    assert "another organization" in str(refused.message)


def test_operator_cannot_create_a_key_while_the_account_is_disabled(cast):
    address = email_addresses.parse(cast.rita.email)

    refused = concurrently(
        cast.portal,
        lambda: accounts.disable(address),
        lambda: keys.create(db.get_one(User, cast.rita.uid), name="late"),
    ).exception()

    assert isinstance(refused, OperatorError)
    assert cast.portal.audit("key.created") == []


def test_operator_cannot_create_a_key_during_a_removal_from_its_organization(cast):
    with cast.portal.writing():
        alice = cast.portal.actor(cast.alice)
    address = email_addresses.parse(cast.rita.email)

    def remove() -> None:
        access = organization_access.require(alice, cast.org, Action.MEMBERS_MANAGE, changing=True)
        removal.remove(access, address)

    def create() -> None:
        keys.create(db.get_one(User, cast.rita.uid), name="late", organization_id=cast.org)

    assert isinstance(concurrently(cast.portal, remove, create).exception(), OperatorError)
    assert cast.portal.audit("key.created") == []
