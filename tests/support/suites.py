"""Decides which tests `make test` runs and which `make test-long`; decision 0147 explains why."""

import pytest

# Rooms about commands, processes, mail and files. What they show of rights is marked `short`.
LONG_ROOMS = {"backup", "cli", "faults", "journeys", "mail", "openapi", "races", "server", "storage"}


def is_long(item: pytest.Item, *, about_postgres: bool) -> bool:
    """Return whether a test without the mark `long` still waits for `make test-long`.

    `about_postgres` says that the test starts a Postgres server of its own.
    """
    if item.get_closest_marker("browser") or about_postgres:
        return True
    return item.path.parent.name in LONG_ROOMS and not item.get_closest_marker("short")
