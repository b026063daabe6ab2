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


class NewerSchema(Exception):
    """The database has the schema of a newer Crewroom."""


def bring_up_to_date(database: Database) -> None:
    """Migrate the database to this program's schema.

    Raises `NewerSchema` if its schema is newer, and `WrongSetting` if it cannot be opened.
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
            raise NewerSchema(
                f"the database has schema {revision}, this Crewroom knows up to {HEAD}: use a newer Crewroom"
            )
        config = database.config
        migrate(connection, HEAD, secret_key=config.secret_key, base_url=config.base_url)


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


def migrate(
    connection: Connection, revision: str, *, down: bool = False, secret_key: str = "", base_url: str = ""
) -> None:
    """Run the migrations up or down to a revision, inside the connection's transaction.

    Values that are derived from `secret_key` and `base_url` stay unknown if these are not given.
    """
    from alembic import command
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(connection=connection, secret_key=secret_key, base_url=base_url)
    (command.downgrade if down else command.upgrade)(config, revision)
