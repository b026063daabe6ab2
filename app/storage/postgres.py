"""Connects to Postgres without session state, and gives up on a server that stops answering.

A pooler such as PgBouncer may run each transaction on another server connection. So statements are not
prepared, and settings are local to their transaction. Needs psycopg, which is optional.
"""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import Dialect

from app.base import clock
from app.base.config import Config

CONNECT_SECONDS = 5
PING_SECONDS = 3
# Added to the time that a statement may wait for a lock: the server cancels it before the client gives up.
STATEMENT_SECONDS = 4
SILENCE_SECONDS = 6
# A host that lost power keeps its locks no longer than this.
IDLE_SECONDS = 60

_PREPARE = (
    "SELECT clock_timestamp(), set_config('lock_timeout', '{lock}ms', true), "
    "set_config('statement_timeout', '{statement}ms', true), "
    f"set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', true)"
)
_READ_CLOCK = "SELECT clock_timestamp()"


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits `patience` seconds for an answer, or forever if that is None.

    Timeouts on the server do not cover a frozen server or a network that drops packets.
    """

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Return the answer. Raises `OperationalError` and closes the connection if it takes too long."""
        return super().wait(_limited(self, gen), interval, timeout)


def make(config: Config, *, wait_seconds: float, json_serializer: Callable[[Any], str]) -> Engine:
    """Return an engine whose statements wait for a lock at most `wait_seconds`, without connecting."""
    engine = create_engine(
        config.database_url,
        isolation_level="READ COMMITTED",  # whatever the server's default is
        pool_pre_ping=True,
        pool_size=config.database_pool,
        max_overflow=0,
        pool_timeout=wait_seconds,
        json_serializer=json_serializer,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": int(wait_seconds * 1000),
            "prepare_threshold": None,
        },
    )
    _listen(engine, wait_seconds)
    return engine


def _listen(engine: Engine, wait_seconds: float) -> None:
    patience = wait_seconds + SILENCE_SECONDS
    prepare = _PREPARE.format(
        lock=int(wait_seconds * 1000), statement=int((wait_seconds + STATEMENT_SECONDS) * 1000)
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Dialect, _record: Any, given: Any, options: Any) -> PatientConnection:
        connection = PatientConnection.connect(*given, **options)
        connection.patience = patience
        return connection

    @event.listens_for(engine, "checkin")
    def idle(connection: PatientConnection | None, _record: Any) -> None:
        if connection is not None:
            connection.patience = PING_SECONDS

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.patience = patience
        if not driver.autocommit:
            _follow_clock(connection, prepare)
        elif clock.is_stale():
            _follow_clock(connection, _READ_CLOCK)


def _follow_clock(connection: Connection, statement: str) -> None:
    """Read the server's clock, which every host of the portal follows."""
    sent = clock.elapsed()
    moment = connection.exec_driver_sql(statement).scalar_one()
    clock.follow(moment, since=(sent + clock.elapsed()) / 2)


def _limited(connection: PatientConnection, gen: PQGen[RV]) -> PQGen[RV]:
    deadline = None if connection.patience is None else clock.elapsed() + connection.patience
    try:
        awaited = next(gen)
        while True:
            ready = yield awaited
            if not ready and deadline is not None and clock.elapsed() > deadline:
                connection.pgconn.finish()
                raise psycopg.OperationalError(f"no answer within {connection.patience} seconds")
            awaited = gen.send(ready)
    except StopIteration as end:
        result: RV = end.value
        return result
