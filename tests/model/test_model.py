"""The portal behaves as the model of the contract, whatever random actions people take."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Machine
from tests.model.stage import Stage
from tests.support.shared_installation import SharedInstallation

PLAYS = os.environ.get("CREWROOM_TEST_PLAYS")

pytestmark = pytest.mark.timeout(0 if PLAYS else 300)

# The suite always runs the same short plays; `make model` runs many, from the seed it prints.
SHORT = settings(max_examples=8, stateful_step_count=20, derandomize=True, database=None)
LONG = settings(max_examples=int(PLAYS or 1), stateful_step_count=50, database=None)


@pytest.mark.long
def test_portal_agrees_with_the_model(installation: SharedInstallation):
    stage = Stage(installation)

    run_state_machine_as_test(
        lambda: Machine(stage),  # type: ignore[arg-type] # any maker will do
        settings=settings(
            LONG if PLAYS else SHORT,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    print(dict(sorted(Machine.actions.items())))  # noqa: T201 - shown by `make model`
    assert Machine.actions["answer POST 200"] > 0
