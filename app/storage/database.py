"""Units of work, and `db`, the session of the current one."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Row, text
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.local import LocalProxy

from app.base import clock
from app.base.config import Config
from app.base.errors import Unavailable
from app.storage import engines
from app.storage.db_errors import translated

AnyRow = Row[*tuple[Any, ...]]

_current: ContextVar[Session] = ContextVar("session")

db = cast("Session", LocalProxy(_current, unbound_message="no unit of work is open"))
"""The session of the current unit of work: of a request, a command or a job."""


def config() -> Config:
    """Return the configuration of the current unit of work."""
    return cast("Config", db.info["config"])


def fetch(statement: Executable, values: Mapping[str, object]) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that loads no entities, and return its result.

    It runs on the connection, because the session's `execute` prepares to load entities, which takes as long
    as the statement itself. Like that method, it flushes pending changes first.
    """
    current = _current.get()
    if current.autoflush:
        current.flush()
    return current.connection().execute(statement, values)


def changing() -> bool:
    """Return whether a unit of work that writes is open; on SQLite it holds the write lock."""
    current = _current.get(None)
    return current is not None and "changing" in current.info


class Database:
    """A database, with the units of work `reading()`, `writing()` and `snapshot()`.

    On SQLite a read takes no lock, and writes run one at a time: `BEGIN IMMEDIATE` behind a lock in the
    process, because SQLite's own lock is unfair. On Postgres the services lock the organization's row.
    """

    def __init__(self, config: Config) -> None:
        """Create the engines without connecting."""
        self.config = config
        self._write_lock = threading.Lock()
        self.engine, self._read_engine = engines.create(config)
        options: dict[str, Any] = {"info": {"config": config, "database": self}, "expire_on_commit": False}
        self._serial = config.sqlite
        self._writers = sessionmaker(self.engine, **options)
        self._readers = sessionmaker(self._read_engine, autoflush=False, **options)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a unit of work that only reads. Raises `AssertionError` inside another one."""
        _check_outermost()
        with _as_current(self._readers()) as current, translated():
            self._set_clock(current)
            yield current

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a unit of work that writes; it commits at the end and rolls back on any exception.

        Raises `AssertionError` inside another one.
        """
        _check_outermost()
        with translated(), self._holding_write_lock(), self._changing() as current:
            yield current

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a unit of work that only reads, and sees one state of the database throughout."""
        if self._serial:
            with self.reading() as current:
                connection = current.connection()
                connection.exec_driver_sql("BEGIN")
                try:
                    yield current
                finally:
                    connection.exec_driver_sql("ROLLBACK")
            return
        _check_outermost()
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        with _as_current(self._readers(bind=engine)) as current, translated():
            engines.lift_timeouts(current.connection())
            yield current

    def answers(self) -> bool:
        """Return whether the database can be read."""
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
    def _changing(self) -> Iterator[Session]:
        with _as_current(self._writers()) as current, current.begin():
            if self._serial:
                current.connection()  # takes the write lock before the first read
            self._set_clock(current)
            current.info["changing"] = True
            yield current

    def _set_clock(self, current: Session) -> None:
        """Begin the transaction now if the clock is stale: times may be needed before the first statement."""
        if not self._serial and clock.is_stale():
            current.connection()

    @contextmanager
    def _holding_write_lock(self) -> Iterator[None]:
        if not self._serial:
            yield
            return
        if not self._write_lock.acquire(timeout=engines.BUSY_SECONDS):
            raise Unavailable
        try:
            yield
        finally:
            self._write_lock.release()


def savepoint() -> AbstractContextManager[object]:
    """Return a savepoint: an exception inside it rolls back only its part of the unit of work."""
    return db.connection().begin_nested()


def database() -> Database:
    """Return the database of the current unit of work."""
    return cast("Database", db.info["database"])


def _check_outermost() -> None:
    """Raise `AssertionError` in a nested unit of work, which could wait for its outer one forever."""
    if _current.get(None) is not None:
        raise AssertionError("units of work do not nest")


@contextmanager
def _as_current(opened: Session) -> Iterator[Session]:
    token = _current.set(opened)
    try:
        with opened:
            yield opened
    finally:
        _current.reset(token)
