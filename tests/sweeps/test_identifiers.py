"""Operations answer unknown, foreign and malformed identifiers with identical bytes."""

import pytest
from sqlalchemy import select

from app.models import Credential, CredentialKind, Factor
from tests.support.answers import comparable
from tests.support.operations import CHANGES, all_operations
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

CALLER = "active-super_admin"
IDENTIFIERS = {"id", "orgId", "org_id", "app_id"}
DIALECTS = ("session", "fragment", "page")


@pytest.fixture
def foreign(world) -> dict[str, list[str]]:
    """Return identifiers of the foreign organization, by the fields that could contain them."""
    uid = world.people["foreigner"].uid
    factor = select(Factor.id).where(Factor.user_id == uid)
    entered = select(Credential.id).where(
        Credential.user_id == uid, Credential.kind == CredentialKind.SESSION
    )
    with world.portal.database.reading() as db:
        own = [db.scalars(found.limit(1)).one() for found in (factor, entered)]
    places = world.foreign
    orgs, apps = [places["org"]], [places["app"]]
    return {
        "orgId": orgs,
        "org_id": orgs,
        "app_id": apps,
        "id": [*apps, places["key"], places["bundle"], *own],
    }


@pytest.fixture
def operations(world):
    """Return the operations that take an identifier, in a field or in their path, and where."""
    return [
        (operation, name)
        for operation in all_operations(world.portal.app, "GET", *CHANGES).values()
        for name in sorted(IDENTIFIERS & {field.name for field in operation.fields})
        if operation.guard.kind != "public"
    ]


def test_no_operation_that_takes_an_identifier_is_forgotten(operations):
    assert len(operations) > 50


@sweep("dialect", DIALECTS)
def test_foreign_identifiers_are_answered_like_unknown_ones(world, operations, foreign, dialect):
    for operation, name in operations:
        answers = {
            comparable(ask(world, dialect, operation, name, value))
            for value in (*foreign[name], *unknown(foreign[name]), "no such thing")
        }

        assert len(answers) == 1, (operation.label, name, [answer[0] for answer in answers])
    assert world.rows() == world.initial_rows


def unknown(identifiers):
    """Return well-formed identifiers that belong to nothing."""
    return [identifier.partition("_")[0] + "_" + "0" * 32 for identifier in identifiers]


def ask(world, dialect, operation, name, value):
    """Send a request with the identifier in its field, or in the path."""
    path = operation.path.replace("key_x", value.replace(" ", "%20"))
    given = operation.example_fields(world.here)
    fields = {**given, **{field: PASSWORD for field in given if field == "password"}, name: value}
    if path != operation.path:
        fields.pop(name)
    return world.ask(dialect, CALLER, operation.method, path, fields)
