"""Two server processes on one installation."""

from collections.abc import Iterator

import pytest

from tests.support.serving import Served


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served]]:
    instance = tmp_path_factory.mktemp("processes")
    first, second = Served(instance), Served(instance)
    first.start()
    second.start()
    yield first, second
    first.stop()
    second.stop()
