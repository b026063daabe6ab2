"""The number of SQL statements of a read is fixed, whatever the size of the team."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from app.base.permissions import Role
from tests.support.clients import ACCEPT_PAGE
from tests.support.sweeping import sweep

ORGANIZATION, MEMBERS = "/organization/", "/organization/members/"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Return a list that collects the statements sent to the database."""
    seen: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def crowd(cast):
    """Add sixty members."""
    for number in range(60):
        cast.portal.join(cast.org, cast.portal.person(f"P{number}"), Role.READ)
    return cast


@sweep(
    "path, query, number",
    [
        (MEMBERS, {"orgId": "{org}"}, 2),
        (MEMBERS, {"orgId": "{org}", "limit": "10"}, 2),
        (ORGANIZATION, {}, 2),
        (ORGANIZATION, {"orgId": "{org}"}, 1),
    ],
    ids=str,
)
def test_a_read_by_key_takes_two_statements_at_most(crowd, path, query, number):
    api = crowd.api("rita")

    with statements() as seen:
        answer = api.get(path, **{name: text.format(org=crowd.org) for name, text in query.items()})

    assert answer.status_code == 200
    assert len(seen) == number, seen
    assert all(statement.startswith("SELECT") for statement in seen)


@sweep("headers", [{"Accept": ACCEPT_PAGE}, {"HX-Request": "true"}], ids=["page", "fragment"])
@sweep("name", ["alice", "rita"])
def test_the_members_page_takes_four_statements_at_most(crowd, headers, name):
    client = crowd.browser(name).client

    with statements() as seen:
        answer = client.get(MEMBERS, query_string={"orgId": crowd.org}, headers=headers)

    assert answer.status_code == 200
    assert "p59@crew.test" in answer.text
    assert 2 <= len(seen) <= 4, seen
    assert all(statement.startswith("SELECT") for statement in seen)


def test_a_malformed_key_takes_no_statement(crowd):
    with statements() as seen:
        answer = crowd.portal.api("your-api-key").get(MEMBERS, orgId=crowd.org)

    assert answer.status_code == 401
    assert seen == []
