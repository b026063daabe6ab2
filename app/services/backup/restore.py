"""Restoring: a backup is received beside what is in use, judged as a whole, then put in its place."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from sqlalchemy import select

from app.base import tokens
from app.base.config import Config
from app.base.errors import Conflict
from app.base.events import Event
from app.base.permissions import Role
from app.migrations import HEAD, REVISIONS, NewerSchema, migrate
from app.models import Bundle, Membership, Organization, PortalKey, User
from app.services.audit_log import verification
from app.services.audit_log.verification import Broken
from app.services.backup import dumps, emptiness
from app.services.backup.receiving import Received, receive
from app.services.core import audit
from app.services.installation import instance, swap
from app.storage import blobs, engines
from app.storage.archives import Damaged
from app.storage.database import Database, db


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    taken_at: str
    program: str
    schema: str
    rows: int
    files: int
    lacking: int
    record: str
    kept: list[Path]


def restore(
    config: Config, file: IO[bytes], *, replacing: bool = False, broken_record: bool = False
) -> Restored:
    """Put a backup in the place of the installation; what is there must be empty, or may be replaced.

    `broken_record` accepts one whose audit log is not whole, for those who must go on with it.
    """
    with blobs.translated_errors(), instance.exclusive(config):
        emptiness.check(config, replacing=replacing)
        try:
            received = receive(config, file)
            _check_schema(received.schema)
            return _entered(config, received, broken_record=broken_record)
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
    raise Damaged(f"This is no backup of Crewroom: there is no schema {schema[:40]!r}")


def _entered(config: Config, received: Received, *, broken_record: bool) -> Restored:
    """Load and judge in one transaction; a server is switched by its commit, a file by its name."""
    file = swap.places(config).database
    url = f"sqlite:///{file}" if file else config.database_url
    kept: list[Path] = []
    target = replace(config, database_url=url, secret_key=received.key)
    with closing(Database(target)) as database, database.writing():
        _load(received)
        _judge_key(received)
        _judge_members()
        lacking = _judge_files(received)
        record = _judge_record(broken_record=broken_record)
        audit.record(Event.PORTAL_RESTORED, None, "portal", after={"taken_at": received.taken_at})
        if file is None:
            kept = swap.commit(config)
    if file:
        _check_whole(file)
        kept = swap.commit(config)
    return Restored(
        taken_at=received.taken_at,
        program=received.program,
        schema=received.schema,
        rows=sum(received.rows.values()),
        files=len(received.named),
        lacking=lacking,
        record=record,
        kept=kept,
    )


def _load(received: Received) -> None:
    """Fill the tables of the backup's schema, then bring them up to date."""
    connection = db.connection()
    engines.lift_timeouts(connection)
    emptiness.clear_empty_tables(connection)
    migrate(connection, received.schema, secret_key=received.key)
    for table in dumps.tables_in(connection, set(received.rows)):
        with received.table(table.name) as file:
            if dumps.read(connection, table, file) != received.rows.get(table.name):
                raise Damaged(f"This backup does not fit together: rows of {table.name} are missing")
    if received.schema != HEAD:
        migrate(connection, HEAD, secret_key=received.key)


def _judge_files(received: Received) -> int:
    """Check that each file a row names is there; return how many were missing when the backup was made."""
    received.named = set()
    for row in db.execute(select(Bundle.id, Bundle.checksum, Bundle.size)):
        received.named.add(row.checksum)
        if received.sizes.get(row.checksum, row.size) != row.size:
            raise Damaged(f"This backup does not fit together: the file of {row.id} has another size")
    absent = received.named - received.sizes.keys()
    if absent - received.lacking:
        raise Damaged(f"{len(absent - received.lacking)} files of bundles are not in this backup")
    received.drop_unnamed()
    return len(absent)


def _judge_key(received: Received) -> None:
    """Refuse a key that the portal would not start with: the database knows its own by its fingerprint."""
    fingerprint = db.scalar(select(PortalKey.fingerprint).order_by(PortalKey.number.desc()).limit(1))
    if fingerprint not in {None, tokens.fingerprint(received.key)}:
        raise Damaged("This backup does not fit together: its secret key is not the one of its database")


def _judge_members() -> None:
    """Refuse an organization that no one could administer: the portal never leaves one so."""
    led = (
        select(Membership.organization_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.SUPER_ADMIN, Membership.pending.is_(False), User.disabled_at.is_(None))
    )
    alone = db.scalar(select(Organization.id).where(Organization.id.not_in(led)).limit(1))
    if alone:
        raise Damaged(f"This backup does not fit together: {alone} has no active super admin")


def _judge_record(*, broken_record: bool) -> str:
    try:
        entries, chains = verification.verify()
    except Broken as error:
        if not broken_record:
            raise
        return f"broken, as accepted: {error.error}"
    return f"{entries} entries in {chains} chain{'' if chains == 1 else 's'}: whole"


def _check_whole(file: Path) -> None:
    """Refuse a file beside which something is left: its database was not closed well."""
    if Path(f"{file}-wal").exists():
        raise Conflict(f"{file} could not be written whole")
