"""Open a database for inspection without changing anything: no file is created, no mode changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.base.config import Config, WrongSetting
from app.base.errors import Unavailable
from app.services.installation import secret_key_fingerprint, swap
from app.storage.database import Database


@contextmanager
def opened_for_reading(config: Config) -> Iterator[Connection]:
    """Open the database read-only. Raises `WrongSetting` if it can't be opened."""
    file = swap.database_file(config)
    try:
        if file:
            with _file(file) as connection:
                yield connection
        else:
            with closing(Database(config)) as database, database.reading() as db:
                yield db.connection()
    except (DBAPIError, Unavailable) as error:
        raise secret_key_fingerprint.not_opened(error) from error


@contextmanager
def _file(file: Path) -> Iterator[Connection]:
    if not file.exists():
        raise WrongSetting(
            "CREWROOM_DATABASE_URL",
            f"there is no database at {file}; `crewroom serve` creates one. "
            "If there should be one, check CREWROOM_INSTANCE and CREWROOM_DATABASE_URL",
        )
    if file.is_file() and not file.stat().st_size:
        raise WrongSetting(
            "CREWROOM_DATABASE_URL", f"{file} is empty; restore a backup, or remove the file to start over"
        )
    # Without a WAL nothing is being written; `immutable` then keeps SQLite from creating files beside it.
    immutable = "" if Path(f"{file}-wal").exists() else "&immutable=1"
    uri = f"{file.as_uri()}?mode=ro{immutable}"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
