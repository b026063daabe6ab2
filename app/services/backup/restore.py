"""Restore a backup: receive it beside the current installation, validate it, then swap the two."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from sqlalchemy import select

from app.base import tokens
from app.base.config import Config
from app.base.errors import OperatorError
from app.base.events import Event
from app.migrations import HEAD, REVISIONS, NewerSchema, migrate
from app.models import Bundle, PortalKey
from app.services.audit_log import verification
from app.services.audit_log.verification import Broken
from app.services.backup import dumps, emptiness
from app.services.backup.receiving import Received, receive
from app.services.core import audit, last_super_admin
from app.services.installation import instance, swap
from app.storage import blobs, engines
from app.storage.archives import Damaged
from app.storage.database import Database, db


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore."""

    taken_at: str
    rows: int
    files: int
    lacking: int
    record: str
    kept: list[Path]


def restore(
    config: Config, file: IO[bytes], *, replacing: bool = False, broken_record: bool = False
) -> Restored:
    """Replace the installation with a backup. It must be empty unless `replacing`.

    `broken_record` accepts a backup whose audit log is broken. Raises `Damaged` if the backup is invalid, and
    `OperatorError` if the installation is in use or not empty.
    """
    with blobs.translated_errors(), instance.exclusive(config):
        emptiness.check(config, replacing=replacing)
        try:
            received = receive(config, file)
            _check_schema(received.schema)
            return _loaded(config, received, broken_record=broken_record)
        except BaseException:
            swap.settle(config)
            raise


def _check_schema(schema: str) -> None:
    if schema in REVISIONS:
        return
    if schema > HEAD:
        raise NewerSchema(
            f"the backup has schema {schema}, this Crewroom knows up to {HEAD}: use a newer one"
        )
    raise Damaged(f"This is not a backup of Crewroom: there is no schema {schema[:40]!r}")


def _loaded(config: Config, received: Received, *, broken_record: bool) -> Restored:
    """Load and validate in one transaction. Its commit switches a server; a rename switches a file."""
    file = swap.places(config).database
    url = f"sqlite:///{file}" if file else config.database_url
    kept: list[Path] = []
    target = replace(config, database_url=url, secret_key=received.key)
    with closing(Database(target)) as database, database.writing():
        _load(received)
        _check_key(received)
        _check_members()
        lacking = _check_files(received)
        record = _check_audit_log(broken_record=broken_record)
        audit.record(Event.PORTAL_RESTORED, None, "portal", after={"taken_at": received.taken_at})
        if file is None:
            kept = swap.commit(config)
    if file:
        _check_closed(file)
        kept = swap.commit(config)
    return Restored(
        taken_at=received.taken_at,
        rows=sum(received.rows.values()),
        files=len(received.named),
        lacking=lacking,
        record=record,
        kept=kept,
    )


def _load(received: Received) -> None:
    """Load the tables with the backup's schema, then migrate them to the current one."""
    connection = db.connection()
    engines.lift_timeouts(connection)
    emptiness.clear_empty_tables(connection)
    migrate(connection, received.schema, secret_key=received.key)
    for table in dumps.tables_in(connection, set(received.rows)):
        with received.table(table.name) as file:
            if dumps.read(connection, table, file) != received.rows.get(table.name):
                raise Damaged(f"This backup is inconsistent: rows of {table.name} are missing")
    if received.schema != HEAD:
        migrate(connection, HEAD, secret_key=received.key)


def _check_files(received: Received) -> int:
    """Check that each file that a row names is there; return how many the backup lacked from the start."""
    received.named = set()
    for row in db.execute(select(Bundle.id, Bundle.checksum, Bundle.size)):
        received.named.add(row.checksum)
        if received.sizes.get(row.checksum, row.size) != row.size:
            raise Damaged(f"This backup is inconsistent: the file of {row.id} has another size")
    absent = received.named - received.sizes.keys()
    if absent - received.lacking:
        raise Damaged(f"{len(absent - received.lacking)} files of bundles are not in this backup")
    received.drop_unnamed()
    return len(absent)


def _check_key(received: Received) -> None:
    """Raise `Damaged` if the key doesn't match the database's fingerprint, so the portal wouldn't start."""
    fingerprint = db.scalar(select(PortalKey.fingerprint).order_by(PortalKey.number.desc()).limit(1))
    if fingerprint not in {None, tokens.fingerprint(received.key)}:
        raise Damaged("This backup is inconsistent: its secret key is not the one of its database")


def _check_members() -> None:
    """Raise `Damaged` if an organization has no active super admin, which the portal never allows."""
    leaderless = last_super_admin.organization_without_one()
    if leaderless:
        raise Damaged(f"This backup is inconsistent: {leaderless} has no active super admin")


def _check_audit_log(*, broken_record: bool) -> str:
    try:
        entries, chains = verification.verify()
    except Broken as error:
        if not broken_record:
            raise
        return f"broken, as accepted: {error.error}"
    return f"{entries} entries in {chains} chain{'' if chains == 1 else 's'}: whole"


def _check_closed(file: Path) -> None:
    """Raise `OperatorError` if a WAL is left beside the file, so its database was not closed properly."""
    if Path(f"{file}-wal").exists():
        raise OperatorError(f"{file} could not be written completely")
