"""The schema's history, and the way to its newest state."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from app.base.config import WrongSetting
from app.storage import engines
from app.storage.database import Database

FOLDER = Path(__file__).parent
REVISIONS = sorted(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))
HEAD = REVISIONS[-1]
# Any number that nothing else on the server takes a lock by.
_TURN = 0x43726577726F6F6D


class NewerSchema(Exception):
    """The database was made by a newer Crewroom."""


def bring_up_to_date(database: Database) -> None:
    """Migrate the database to this program's schema; refuse a newer one, and one that cannot be opened."""
    try:
        _bring_up_to_date(database)
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise WrongSetting("CREWROOM_DATABASE_URL", f"the database cannot be opened ({reason})") from error


def _bring_up_to_date(database: Database) -> None:
    with database.engine.begin() as connection:
        if current_revision(connection) == HEAD:
            return
        _wait_for_turn(connection)
        revision = current_revision(connection)
        if revision == HEAD:
            return
        if revision is not None and revision not in REVISIONS:
            raise NewerSchema(
                f"the database has schema {revision}, this Crewroom knows up to {HEAD}: use a newer Crewroom"
            )
        config = database.config
        migrate(connection, HEAD, secret_key=config.secret_key, base_url=config.base_url)


def _wait_for_turn(connection: Connection) -> None:
    """Let one process migrate at a time, one included that was killed and whose end the server has not seen.

    On SQLite the transaction holds the write lock already.
    """
    engines.unhurried(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def current_revision(connection: Connection) -> str | None:
    """Return the revision a database is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(
    connection: Connection, revision: str, *, down: bool = False, secret_key: str = "", base_url: str = ""
) -> None:
    """Run the migrations to a revision inside the connection's transaction.

    `secret_key` and `base_url` are the portal's; what is made of them stays unknown without.
    """
    from alembic import command
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(connection=connection, secret_key=secret_key, base_url=base_url)
    (command.downgrade if down else command.upgrade)(config, revision)
