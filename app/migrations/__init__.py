"""Migrates the database to this program's schema."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from app.base.config import WrongSetting
from app.storage import engines
from app.storage.database import Database

FOLDER = Path(__file__).parent
REVISIONS = sorted(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))
HEAD = REVISIONS[-1]
# The number of the advisory lock: "Crewroom" in ASCII, so that other programs do not use it.
_LOCK_NUMBER = 0x43726577726F6F6D


class UnknownSchema(Exception):
    """A database or a backup has a schema that this program cannot migrate."""

    def __init__(self, owner: str, revision: str) -> None:
        """Say which schema `owner` has, and which program to use instead."""
        wanted = "a newer Crewroom" if revision > HEAD else "an older Crewroom first"
        known = HEAD if len(REVISIONS) == 1 else f"{REVISIONS[0]} to {HEAD}"
        super().__init__(f"{owner} has schema {revision}, this Crewroom knows {known}: use {wanted}")


def bring_up_to_date(database: Database) -> None:
    """Migrate the database to this program's schema.

    Raises `UnknownSchema` if its schema is newer or older than the migrations, and `WrongSetting` if the
    database cannot be opened.
    """
    try:
        _bring_up_to_date(database)
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise WrongSetting("CREWROOM_DATABASE_URL", f"the database cannot be opened ({reason})") from error


def _bring_up_to_date(database: Database) -> None:
    with database.engine.begin() as connection:
        if current_revision(connection) == HEAD:
            return
        _lock_migrations(connection)
        revision = current_revision(connection)
        if revision == HEAD:
            return
        if revision is not None and revision not in REVISIONS:
            raise UnknownSchema("the database", revision)
        migrate(connection, HEAD)


def _lock_migrations(connection: Connection) -> None:
    """Wait until no other process migrates, nor a killed one whose connection the server still has.

    On SQLite the transaction has the write lock already.
    """
    engines.lift_timeouts(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})


def current_revision(connection: Connection) -> str | None:
    """Return the revision of a database, or None if it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(connection: Connection, revision: str, *, down: bool = False) -> None:
    """Run the migrations up or down to a revision, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)
