"""Decides which tests must also run on Postgres; decision 0147 explains why the others run on SQLite only."""

import pytest

# Folders whose tests are about framing, headers, rendering or the specification, and their files about rows.
WITHOUT_SQL = {"openapi", "server", "web"}
WITH_SQL = {"test_credentials.py", "test_metrics.py", "test_sql.py", "test_statements.py"}
# The dialects of the role matrix that are drawn; the same statements answer the others.
DRAWN = {"page", "fragment"}
# A test that requests only these fixtures has no portal.
PLAIN = {"capsys", "monkeypatch", "request", "subtests", "tmp_path", "tmp_path_factory", "real_hashes"}


def depends_on_database(item: pytest.Item) -> bool:
    """Return whether the database could influence a test, judged by its folder and its fixtures."""
    about_rows = item.path.parent.name not in WITHOUT_SQL or item.path.name in WITH_SQL
    if not about_rows or item.get_closest_marker("browser"):
        return False
    if not isinstance(item, pytest.Function):
        return True
    parameters = parameters_of(item)
    if item.path.parent.name == "sweeps" and parameters.get("dialect") in DRAWN:
        return False
    asked_for = {name for name in item.fixturenames if not name.startswith("_")}
    return not asked_for <= PLAIN | parameters.keys()


def parameters_of(item: pytest.Item) -> dict[str, object]:
    """Return the parameters of a parametrized test, and none of any other."""
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}
