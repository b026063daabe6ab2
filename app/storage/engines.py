"""Creates the engines for SQLite and Postgres, with their settings and timeouts."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event

from app.base.config import Config, WrongSetting
from app.storage import private_files

BUSY_SECONDS = 10
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456")
_NO_TIMEOUTS = (
    "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true), "
    "set_config('idle_in_transaction_session_timeout', '0', true)"
)


def create(config: Config) -> tuple[Engine, Engine]:
    """Return the engine for writes and the one for reads, without connecting."""
    if not config.sqlite:
        engine = _postgres(config)
        return engine, engine.execution_options(isolation_level="AUTOCOMMIT")
    return _sqlite_writer(config), _sqlite_reader(config)


def lift_timeouts(connection: Connection) -> None:
    """Lift the timeouts of the current transaction, for migrations and restores."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_NO_TIMEOUTS)
        driver: Any = connection.connection.driver_connection
        driver.patience = None


def _postgres(config: Config) -> Engine:
    try:
        from app.storage import postgres
    except ModuleNotFoundError as error:
        raise WrongSetting(
            "CREWROOM_DATABASE_URL", "Postgres needs its driver: install crewroom[postgres]"
        ) from error
    return postgres.make(config, wait_seconds=BUSY_SECONDS, json_serializer=_json)


def _sqlite_writer(config: Config) -> Engine:
    engine = create_engine(
        config.database_url,
        pool_size=1,
        json_serializer=_json,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin late, and only for writes
        _run_pragmas(connection, *_PRAGMAS)

    event.listen(engine, "do_connect", _make_private)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(config: Config) -> Engine:
    engine = create_engine(
        config.database_url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        pool_size=16,
        max_overflow=48,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False},
    )

    event.listen(engine, "do_connect", _make_private)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        _run_pragmas(connection, *_PRAGMAS, "query_only=ON")

    return engine


def _make_private(_dialect: Any, _record: Any, arguments: list[Any], _options: dict[str, Any]) -> None:
    """Create a new database file with mode 0600, whatever the umask; SQLite gives its WAL the same."""
    private_files.create(Path(arguments[0]))


def _json(value: Any) -> str:
    """Return JSON without escapes, so that a search for `ö` finds it; the standard library escapes it."""
    return orjson.dumps(value).decode()


def _run_pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", *pragmas):
        _run_pragma(cursor, pragma)
    cursor.close()


def _run_pragma(cursor: Any, pragma: str) -> None:
    """Run one pragma; retry while the database is locked, as the change to WAL ignores `busy_timeout`."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
