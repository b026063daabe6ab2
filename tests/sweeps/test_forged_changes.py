"""Every change by cookie is refused without the token of its session, and from other sites."""

import io

import pytest

from tests.support.operations import CHANGES, all_operations

CALLER = "active-super_admin"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
]


@pytest.fixture
def changes(world):
    found = list(all_operations(world.portal.app, *CHANGES).values())
    assert len(found) > 40
    return found


def attempt(world, operation, headers):
    file = {"file": (io.BytesIO(b"a bundle"), "b.zip")} if operation.guard.streams else {}
    sent = {**operation.example_fields(world.here), **file}
    return world.browsers[CALLER].client.open(
        operation.path, method=operation.method, data=sent, headers=headers
    )


def assert_all_refused(world, changes, headers):
    for operation in changes:
        answer = attempt(world, operation, headers)
        assert (answer.status_code, answer.get_json()["error"]) == (403, "The form has expired"), (
            operation.label
        )
    assert world.rows() == world.initial_rows


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_changes_from_another_site_are_refused(world, changes, headers):
    assert_all_refused(world, changes, {**headers, "X-CSRFToken": world.tokens[CALLER]})


def test_changes_without_a_token_are_refused(world, changes):
    assert_all_refused(world, changes, {})


def test_changes_with_the_token_of_another_session_are_refused(world, changes):
    assert_all_refused(world, changes, {"X-CSRFToken": world.tokens["active-admin"]})
