"""Check that a restore would not destroy the data of an installation."""

from contextlib import closing

from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from app.base.config import Config
from app.base.errors import OperatorError, Unavailable
from app.models import PortalKey
from app.services.backup import dumps
from app.services.installation import swap
from app.storage.database import Database


def check(config: Config, *, replacing: bool) -> None:
    """Raise `OperatorError` if the database file contains data, unless it is to be replaced."""
    file = swap.database_file(config)
    if file is None or replacing or not file.exists() or _is_empty(config):
        return
    raise OperatorError(
        f"{config.instance} already contains a portal; to replace it with the backup, add --replace "
        "(the current files are kept beside it)"
    )


def clear_empty_tables(connection: Connection) -> None:
    """Drop the tables of an empty database. Raises `OperatorError` if they contain data."""
    tables = _ours(connection)
    if tables and connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {', '.join(table.name for table in tables)}"))
    if _has_rows(connection, tables):
        raise OperatorError(
            "The database already contains a portal; create an empty one and name it in CREWROOM_DATABASE_URL"
        )
    for table in reversed(tables):
        table.drop(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _is_empty(config: Config) -> bool:
    """Return whether the database can be read and has no rows. An unreadable one may be worth keeping."""
    try:
        with closing(Database(config)) as database, database.reading() as db:
            connection = db.connection()
            return not _has_rows(connection, _ours(connection))
    except (DBAPIError, Unavailable):
        return False


def _ours(connection: Connection) -> list[Table]:
    present = set(inspect(connection).get_table_names())
    return [table for table in dumps.TABLES if table.name in present]


def _has_rows(connection: Connection, tables: list[Table]) -> bool:
    """Return whether there are rows other than the secret key's fingerprint, which every start adds."""
    filled = [table for table in tables if table.name != PortalKey.__tablename__]
    queries = (select(text("1")).select_from(table).limit(1) for table in filled)
    return any(connection.execute(query).first() for query in queries)
