"""A short fuzzing run; `make fuzz` makes long ones."""

import pytest

from tests.fuzzing.run import fuzz
from tests.support.serving import Served

# The same seed each time, so that only a change of the code makes it fail.
SEED = 7
SECONDS = 10


@pytest.mark.long
@pytest.mark.timeout(180)
def test_every_answer_is_one_that_is_described(tmp_path):
    served = Served(tmp_path / "instance")
    served.start()
    try:
        outcomes = fuzz(served, tmp_path, seconds=SECONDS, seed=SEED)
    finally:
        served.stop()

    assert [outcome.text for outcome in outcomes if not outcome.passed] == []
    assert all(outcome.cases > 5 for outcome in outcomes), [(found.who, found.cases) for found in outcomes]
