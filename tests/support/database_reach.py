"""Which tests a database could make a difference to; decision 0147 says why the others run on SQLite only."""

import pytest

# What is framed, drawn or described, whatever the rows came from.
WITHOUT_SQL = {"openapi", "server"}
# A test that asks for nothing else has no portal.
PLAIN = {"capsys", "monkeypatch", "request", "subtests", "tmp_path", "tmp_path_factory", "real_hashes"}


def reaches_sql(item: pytest.Item) -> bool:
    """Tell whether a database could make a difference to a test: by its folder, and by what it asks for."""
    if item.path.parent.name in WITHOUT_SQL or item.get_closest_marker("browser"):
        return False
    if not isinstance(item, pytest.Function):
        return True
    parameters = item.callspec.params.keys() if hasattr(item, "callspec") else set()
    asked_for = {name for name in item.fixturenames if not name.startswith("_")}
    return not asked_for <= PLAIN | parameters
