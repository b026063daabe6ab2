"""The database: engines, the units of work, and `session`, the one that runs now."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import orjson
from sqlalchemy import Connection, Engine, Row, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.local import LocalProxy

from app.config import Config, WrongSetting
from app.errors import Unavailable

AnyRow = Row[*tuple[Any, ...]]

BUSY_SECONDS = 10
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456")
_current: ContextVar[Session] = ContextVar("session")

session = cast("Session", LocalProxy(_current, unbound_message="no unit of work is open"))
"""The session of the unit of work that runs now: a request, a command or a job."""


def config() -> Config:
    """Return the settings of the portal whose unit of work runs now."""
    return cast("Config", session.info["config"])


class Database:
    """The two ways to work on one database: `reading()` and `writing()`.

    On SQLite a read takes no lock, and changes go one at a time: `BEGIN IMMEDIATE` behind a lock of ours,
    because SQLite's own waiting is unfair. On Postgres the services lock the organization's row.
    """

    def __init__(self, config: Config) -> None:
        """Make the engines; connect to nothing yet."""
        self.config = config
        self._turn = threading.Lock()
        self.engine, self._read_engine = _engines(config)
        options: dict[str, Any] = {"info": {"config": config, "database": self}, "expire_on_commit": False}
        self._writers = sessionmaker(self.engine, **options)
        self._readers = sessionmaker(self._read_engine, autoflush=False, **options)
        self._serial = config.sqlite

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with _as_current(self._readers()) as current, _outages_named():
            yield current

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that may change things; commit at the end, roll back on any exception."""
        with _outages_named(), self._in_turn(), _as_current(self._writers()) as current, current.begin():
            if self._serial:
                current.connection()  # takes the write lock before the first look
            yield current

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that only reads, and sees all the time what is there now."""
        if self._serial:
            with self.reading() as current:
                connection = current.connection()
                connection.exec_driver_sql("BEGIN")
                try:
                    yield current
                finally:
                    connection.exec_driver_sql("ROLLBACK")
            return
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        with _as_current(self._readers(bind=engine)) as current, _outages_named():
            yield current

    def answers(self) -> bool:
        """Tell whether the database can be read."""
        try:
            with self.reading() as current:
                current.execute(text("SELECT 1"))
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._read_engine.dispose()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._serial:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise Unavailable
        try:
            yield
        finally:
            self._turn.release()


def database() -> Database:
    """Return the database of the unit of work that runs now."""
    return cast("Database", session.info["database"])


@contextmanager
def _as_current(opened: Session) -> Iterator[Session]:
    token = _current.set(opened)
    try:
        with opened:
            yield opened
    finally:
        _current.reset(token)


@contextmanager
def _outages_named() -> Iterator[None]:
    """Turn "no connection", "locked" and "disk full" into an answer that people can act on."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable from error


def _engines(config: Config) -> tuple[Engine, Engine]:
    if not config.sqlite:
        engine = _postgres(config)
        return engine, engine.execution_options(isolation_level="AUTOCOMMIT")
    return _sqlite_writer(config), _sqlite_reader(config)


def _postgres(config: Config) -> Engine:
    try:
        return create_engine(
            config.database_url,
            pool_pre_ping=True,
            json_serializer=_json,
            connect_args={"connect_timeout": 5},
        )
    except ModuleNotFoundError as error:
        raise WrongSetting(
            "CREWROOM_DATABASE_URL", "Postgres needs its driver: install crewroom[postgres]"
        ) from error


def _sqlite_writer(config: Config) -> Engine:
    engine = create_engine(
        config.database_url,
        pool_size=1,
        json_serializer=_json,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin late, and only for changes
        _run_pragmas(connection, *_PRAGMAS)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(config: Config) -> Engine:
    engine = create_engine(
        config.database_url,
        isolation_level="AUTOCOMMIT",
        pool_size=16,
        max_overflow=48,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        _run_pragmas(connection, *_PRAGMAS, "query_only=ON")

    return engine


def _json(value: Any) -> str:
    """Write JSON as people type it, so that a search for `ö` finds it; the standard library escapes it."""
    return orjson.dumps(value).decode()


def _run_pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
