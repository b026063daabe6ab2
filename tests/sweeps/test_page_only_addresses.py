"""Described addresses answer in JSON; every other address is a page, and otherwise answers 406."""

import pytest
from sqlalchemy import select

from app.models import Credential, CredentialKind
from app.web.openapi import document
from tests.support.answers import assert_refused
from tests.support.clients import ACCEPT_PAGE
from tests.support.operations import all_operations
from tests.support.second_factors import set_up_app

CALLER = "active-super_admin"
PAGE_ONLY = "This address is a page: accept text/html"
# An entrance to other addresses, and two answers without a form: not operations.
UNGUARDED = {"/", "/metrics", "/openapi.json"}


@pytest.fixture
def pages(world):
    """Return the reads that the specification does not describe."""
    return [one for one in reads(world) if one.path not in described(world)]


def reads(world):
    return [one for one in all_operations(world.portal.app, "GET").values() if one.path not in UNGUARDED]


def described(world):
    paths = document.of_app(world.portal.app)["paths"].items()
    return {path.format(bundle_id="bundle_x", id="key_x") for path, item in paths if "get" in item}


@pytest.fixture
def own(world):
    """Return identifiers that the caller may see, by the first part of the addresses that take them."""
    key = select(Credential.id).where(
        Credential.user_id == world.people[CALLER].uid, Credential.kind == CredentialKind.KEY
    )
    set_up_app(world.browsers[CALLER])
    with world.portal.database.reading() as db:
        key_id = db.scalars(key.limit(1)).one()
    factor = world.browsers[CALLER].client.get("/account/security/", headers={"Accept": "application/json"})
    return {
        "account": factor.get_json()["data"]["factors"][0]["id"],
        "apikey": key_id,
        "app": world.here["app"],
        "organization": world.here["key"],
    }


def ask(world, operation, own, accepted, who=CALLER):
    room = operation.path.split("/")[1]
    given = {**operation.example_fields(world.here), "id": own.get(room, "x"), "version": "1.0.0"}
    fields = {name: given[name] for name in operation.guard.operation.required_names()}
    return world.browsers[who].client.get(operation.path, query_string=fields, headers={"Accept": accepted})


@pytest.mark.parametrize("accepted", ["application/json", "application/*", "text/html;q=0, */*", "text/csv"])
def test_a_page_is_406_where_html_is_not_accepted(world, pages, own, subtests, accepted):
    for operation in pages:
        with subtests.test(operation.label):
            assert_refused(ask(world, operation, own, accepted), 406, PAGE_ONLY)


@pytest.mark.parametrize("accepted", [ACCEPT_PAGE, "*/*", "text/*", "application/json, text/html;q=0.1"])
def test_a_page_is_drawn_where_html_is_accepted(world, pages, own, subtests, accepted):
    for operation in pages:
        with subtests.test(operation.label):
            answer = ask(world, operation, own, accepted)

            assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_described_operations_never_answer_406(world, own, subtests):
    for operation in reads(world):
        if operation.path in described(world):
            with subtests.test(operation.label):
                assert ask(world, operation, own, "application/json").status_code != 406


def test_a_caller_without_the_right_is_refused_before_the_page(world, pages, own, subtests):
    inside = [operation for operation in pages if operation.guard.kind == "requires"]
    assert len(inside) > 5

    for operation in inside:
        with subtests.test(operation.label):
            answer = ask(world, operation, own, "application/json", who="outsider")

            assert answer.status_code in {403, 404}
