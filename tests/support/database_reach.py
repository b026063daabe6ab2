"""Decides which tests must also run on Postgres; decision 0147 explains why the others run on SQLite only."""

import pytest

# Folders whose tests are about framing, rendering or the specification, not about rows.
WITHOUT_SQL = {"openapi", "server"}
# A test that requests only these fixtures has no portal.
PLAIN = {"capsys", "monkeypatch", "request", "subtests", "tmp_path", "tmp_path_factory", "real_hashes"}


def depends_on_database(item: pytest.Item) -> bool:
    """Return whether the database could influence a test, judged by its folder and its fixtures."""
    if item.path.parent.name in WITHOUT_SQL or item.get_closest_marker("browser"):
        return False
    if not isinstance(item, pytest.Function):
        return True
    parameters = item.callspec.params.keys() if hasattr(item, "callspec") else set()
    asked_for = {name for name in item.fixturenames if not name.startswith("_")}
    return not asked_for <= PLAIN | parameters
