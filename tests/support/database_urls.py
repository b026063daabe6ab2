"""A fixture for tests that run on SQLite and on Postgres, whatever the rest of the suite runs on."""

import secrets
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        (tmp_path / "instance").mkdir()
        return f"sqlite:///{tmp_path}/instance/crewroom.db"
    server = request.getfixturevalue("postgres")
    name = f"crewroom_{secrets.token_hex(4)}"
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(server.url.rpartition("/")[0]) + f"/{name}"
