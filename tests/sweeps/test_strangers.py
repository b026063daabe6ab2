"""Every operation that needs to know who asks, by everybody whom the portal does not know (any more)."""

import pytest

from tests.support.operations import CHANGES, PortalOperation, all_operations
from tests.support.sweeping import sweep
from tests.support.world import KEY_STATES, NOBODY, SESSION_STATES

KEYS = [state for state, standing in KEY_STATES.items() if standing == NOBODY]
SESSIONS = [state for state, standing in SESSION_STATES.items() if standing == NOBODY]
ASKING = [
    *(("key", state) for state in KEYS),
    *((dialect, state) for dialect in ("session", "fragment", "page") for state in SESSIONS),
]


@pytest.fixture
def knowing(world) -> list[PortalOperation]:
    """The operations for people we know; those inside organizations too."""
    found = all_operations(world.portal.app, "GET", *CHANGES).values()
    return [operation for operation in found if operation.guard.kind in {"signed_in", "requires"}]


def test_no_operation_and_no_stranger_is_forgotten(knowing):
    outside = [operation for operation in knowing if operation.guard.kind == "signed_in"]

    assert len(outside) > 30
    assert len(knowing) > 65
    assert set(KEYS) == {"bad", "expired", "revoked", "replaced", "disabled"}
    assert set(SESSIONS) == {"nobody", "logged-out", "expired", "disabled"}


@sweep("dialect, state", ASKING, ids=map("-".join, ASKING))
def test_whoever_is_not_known_is_sent_away(world, knowing, dialect, state):
    for operation in knowing:
        fields = operation.given(world.here)
        answer = world.ask(dialect, state, operation.method, operation.path, fields)

        if dialect == "page":
            assert answer.status_code == 303, operation.label
            assert answer.location.startswith("/login/"), operation.label
        else:
            assert answer.status_code == 401, operation.label
    assert world.rows() == world.initial_rows
