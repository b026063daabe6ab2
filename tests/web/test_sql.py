"""SQL in names and searches is stored and searched as text, and never executed."""

import time
from urllib.parse import urlencode

import pytest

from tests.support import corpora
from tests.support.operations import all_operations

NAMES: list[str] = corpora.read("sql")["names"]
CALLER = "active-super_admin"
# In seconds; part of the corpus would make Postgres sleep for ten.
LONGEST = 5


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_sql_is_a_name(cast, name):
    org = cast.api("alice").put("/organization/", name=name).get_json()["id"]

    listed = cast.api("alice").get("/organization/").get_json()["data"]

    assert {row["name"] for row in listed} == {"Northwind", name}
    assert cast.api("alice").get("/organization/", orgId=org).get_json()["data"]["name"] == name
    assert cast.portal.role_of(cast.org, cast.rita) == "read"


@pytest.mark.parametrize("name", NAMES)
def test_a_search_for_sql_finds_rows_with_that_text(cast, name):
    cast.portal.join(cast.org, cast.portal.person(f"Mallory {name}", "mallory@crew.test"), "read")

    page = cast.browser("alice").get(f"/organization/members/?{urlencode({'orgId': cast.org, 'q': name})}")

    found = {row.get_text(" ", strip=True) for row in page.select("tbody tr")}
    others = [person for person in cast.people if name in person.name or name in person.email]
    assert len([row for row in found if "mallory@crew.test" in row]) == 1
    assert len(found) == 1 + len(others)


def test_sql_in_every_field_breaks_nothing(world):
    """No operation fails or waits, whatever field contains the SQL."""
    browser, token = world.browsers[CALLER].client, world.tokens[CALLER]
    tried = 0

    for operation in all_operations(world.portal.app, "GET", "POST", "PUT", "DELETE").values():
        for field in operation.fields:
            sent = {**operation.example_fields(world.here), field.name: NAMES[tried % len(NAMES)]}
            carried = {"query_string": sent} if operation.method == "GET" else {"data": sent}
            began = time.monotonic()
            answer = browser.open(
                operation.path, method=operation.method, headers={"X-CSRFToken": token}, **carried
            )
            assert answer.status_code < 500, (operation.label, field.name, sent)
            assert time.monotonic() - began < LONGEST, (operation.label, field.name, sent)
            tried += 1

    assert tried > 120
