"""Operations that need an authenticated caller refuse every invalid credential."""

import pytest

from tests.support.operations import CHANGES, PortalOperation, all_operations
from tests.support.sweeping import sweep
from tests.support.world import KEY_STATES, SESSION_STATES, UNAUTHENTICATED

KEYS = [state for state, effective_role in KEY_STATES.items() if effective_role == UNAUTHENTICATED]
SESSIONS = [state for state, effective_role in SESSION_STATES.items() if effective_role == UNAUTHENTICATED]
ASKING = [
    *(("key", state) for state in KEYS),
    *((dialect, state) for dialect in ("session", "fragment", "page") for state in SESSIONS),
]


@pytest.fixture
def closed_operations(world) -> list[PortalOperation]:
    """Return the operations that need an authenticated caller, inside organizations or not."""
    found = all_operations(world.portal.app, "GET", *CHANGES).values()
    return [operation for operation in found if operation.guard.kind in {"signed_in", "requires"}]


def test_no_operation_and_no_invalid_credential_is_forgotten(closed_operations):
    outside = [operation for operation in closed_operations if operation.guard.kind == "signed_in"]

    assert len(outside) > 30
    assert len(closed_operations) > 65
    assert set(KEYS) == {"bad", "expired", "revoked", "replaced", "disabled"}
    assert set(SESSIONS) == {"visitor", "signed-out", "expired", "disabled"}


@sweep("dialect, state", ASKING, ids=map("-".join, ASKING))
def test_unauthenticated_callers_are_refused(world, closed_operations, dialect, state):
    for operation in closed_operations:
        fields = operation.example_fields(world.here)
        answer = world.ask(dialect, state, operation.method, operation.path, fields)

        if dialect == "page":
            assert answer.status_code == 303, operation.label
            assert answer.location.startswith("/login/"), operation.label
        else:
            assert answer.status_code == 401, operation.label
    assert world.rows() == world.initial_rows
