"""The database: the units of work, and `db`, the one that runs now."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import Row, text
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.local import LocalProxy

from app.base import clock
from app.base.config import Config
from app.base.errors import Unavailable
from app.storage import engines
from app.storage.db_errors import read_only, translated
from app.storage.gate import Gate

AnyRow = Row[*tuple[Any, ...]]

_current: ContextVar[Session] = ContextVar("session")

db = cast("Session", LocalProxy(_current, unbound_message="no unit of work is open"))
"""The session of the unit of work that runs now: a request, a command or a job."""


def config() -> Config:
    """Return the settings of the portal whose unit of work runs now."""
    return cast("Config", db.info["config"])


def changing() -> bool:
    """Tell whether the unit of work that runs now may change things, and so keeps others from doing so."""
    current = _current.get(None)
    return current is not None and "changing" in current.info


class Database:
    """The two ways to work on one database: `reading()` and `writing()`.

    On SQLite a read takes no lock, and changes go one at a time: `BEGIN IMMEDIATE` behind a lock of ours,
    because SQLite's own waiting is unfair. On Postgres the services lock the organization's row.
    """

    def __init__(self, config: Config) -> None:
        """Make the engines; connect to nothing yet."""
        self.config = config
        self._turn = threading.Lock()
        self._gate = Gate()
        self.engine, self._read_engine = engines.make(config)
        options: dict[str, Any] = {"info": {"config": config, "database": self}, "expire_on_commit": False}
        self._serial = config.sqlite
        self._writers = sessionmaker(self.engine, **options)
        self._readers = sessionmaker(self._read_engine, autoflush=False, **options)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads. Raises `AssertionError` inside another unit of work."""
        _check_outermost()
        with self._reopened(), self._gate.passed(), _as_current(self._readers()) as current, translated():
            self._set_clock(current)
            yield current

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that may change things; commit at the end, roll back on any exception.

        Raises `AssertionError` inside another unit of work.
        """
        _check_outermost()
        with (
            self._reopened(),
            translated(),
            self._in_turn(),
            self._gate.passed(),
            self._changing() as current,
        ):
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
        _check_outermost()
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        engine = self.engine.execution_options(**options)
        with _as_current(self._readers(bind=engine)) as current, translated():
            engines.unhurried(current.connection())
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
    def _changing(self) -> Iterator[Session]:
        with _as_current(self._writers()) as current, current.begin():
            if self._serial:
                current.connection()  # takes the write lock before the first look
            self._set_clock(current)
            current.info["changing"] = True
            yield current

    def _set_clock(self, current: Session) -> None:
        """Begin at once where the clock has to be read: moments may be written before the first statement."""
        if not self._serial and clock.stale():
            current.connection()

    @contextmanager
    def _reopened(self) -> Iterator[None]:
        """Connect anew to a file that was read-only and is not: SQLite looks when no connection is left."""
        try:
            yield
        except Unavailable as refusal:
            if read_only(refusal) and os.access(self.engine.url.database or "", os.W_OK):
                self._gate.when_empty(self.close)
            raise

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._serial:
            yield
            return
        if not self._turn.acquire(timeout=engines.BUSY_SECONDS):
            raise Unavailable
        try:
            yield
        finally:
            self._turn.release()


def savepoint() -> AbstractContextManager[object]:
    """Return a part of the unit of work that runs now, which an exception undoes without ending the rest."""
    return db.connection().begin_nested()


def database() -> Database:
    """Return the database of the unit of work that runs now."""
    return cast("Database", db.info["database"])


def _check_outermost() -> None:
    """Refuse a nested unit of work before it waits for a lock or a connection of its outer one."""
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
