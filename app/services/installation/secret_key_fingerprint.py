"""Match the secret key and the database, by the stored fingerprint or the seals of the audit log."""

import os
from contextlib import closing, suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from app.base import clock, tokens
from app.base.config import Config, WrongSetting
from app.base.errors import Unavailable
from app.models import PortalKey
from app.services.core import audit_chain
from app.services.core.audit_chain import CHAINS, Stored
from app.services.installation import secret_key_file
from app.storage.database import Database, db
from app.storage.database import config as current_config

EARLIER = "earlier secret key"
_SHOWN = 12
_ENTRIES = 200
_LOCK = text(f"LOCK TABLE {PortalKey.__tablename__} IN EXCLUSIVE MODE")
_NEWEST = select(PortalKey.fingerprint).order_by(PortalKey.number.desc()).limit(1)
ADVICE = "put the right one back, or run `crewroom secret-key reset` if it is lost"


@dataclass(frozen=True, slots=True)
class Known:
    """What a database knows of its secret key: its fingerprint, or else entries that were sealed with it."""

    schema: bool = False
    fingerprint: str | None = None
    entries: tuple[Stored, ...] = ()

    @property
    def bound(self) -> bool:
        """Whether the database belongs to one particular key."""
        return self.fingerprint is not None or bool(self.entries)

    def fits(self, key: str) -> bool:
        """Return whether a key is the database's. Any key fits a database that knows none."""
        if self.fingerprint is not None:
            return tokens.fingerprint(key) == self.fingerprint
        return not self.entries or any(audit_chain.sealed_by(key, entry) for entry in self.entries)


def read_known(config: Config) -> Known:
    """Return what the database knows of its key. Raises `WrongSetting` if it can't be opened."""
    try:
        with closing(Database(config)) as database, database.reading() as db:
            return read_through(db.connection())
    except (DBAPIError, Unavailable) as error:
        raise not_opened(error) from error


def read_settled(config: Config) -> Known:
    """Return what the database knows of its key, after waiting for a key exchange that is being committed.

    Postgres continues the commit of a process that was killed, which takes long with a slow standby.
    """
    if config.sqlite or not os.path.lexists(secret_key_file.next_path(config)):
        return read_known(config)
    try:
        with closing(Database(config)) as database, database.writing() as db:
            connection = db.connection()
            if inspect(connection).has_table(PortalKey.__tablename__):
                connection.execute(_LOCK)
            return read_through(connection)
    except (DBAPIError, Unavailable) as error:
        raise not_opened(error) from error


def not_opened(error: Exception) -> WrongSetting:
    """Return the error for a database that can't be opened, as one line."""
    cause = error.__cause__ if isinstance(error, Unavailable) else error
    reason = str(getattr(cause, "orig", cause)).strip().partition("\n")[0]
    return WrongSetting("CREWROOM_DATABASE_URL", f"the database cannot be opened ({reason})")


def current_key(config: Config, known: Known) -> str | None:
    """Return the database's key, weak or not, or None if it is lost. Finishes an interrupted exchange."""
    if config.secret_key:
        return config.secret_key if known.fits(config.secret_key) else None
    finish_exchange(config, known)
    key = secret_key_file.legible(secret_key_file.path(config))
    return key if key and known.fits(key) else None


def finish_exchange(config: Config, known: Known) -> bool:
    """Finish a key exchange that was interrupted after its commit; return whether there was one."""
    if not exchange_unfinished(config, known):
        return False
    secret_key_file.exchange(config)
    return True


def exchange_unfinished(config: Config, known: Known) -> bool:
    """Return whether a key exchange was interrupted after its commit, before its file was replaced."""
    if config.secret_key or not known.bound:
        return False
    key = secret_key_file.legible(secret_key_file.next_path(config))
    return bool(key) and known.fits(key)


def current(config: Config, known: Known) -> str:
    """Return the database's key, weak or not. Raises `WrongSetting` if it is lost."""
    key = current_key(config, known)
    if key is None:
        with_key(config, known)
        raise WrongSetting("CREWROOM_INSTANCE", f"the secret key is missing; {ADVICE}")
    return key


def supersede(old: str, new: str) -> None:
    """Store the fingerprint of the new key, and seal the earlier keys with it."""
    earlier_keys = earlier()
    now = int(clock.now().timestamp())
    stored = db.scalars(select(PortalKey).order_by(PortalKey.number.desc())).all()
    if not stored:
        record(old)
        stored = db.scalars(select(PortalKey)).all()
    for row, key in zip(stored, [old, *earlier_keys], strict=False):
        row.sealed = tokens.seal(new, EARLIER, key, at=now)
    record(new, number=stored[0].number + 1)


def record(key: str, *, number: int = 1) -> None:
    """Store the fingerprint of a key."""
    db.add(PortalKey(number=number, fingerprint=tokens.fingerprint(key), since=clock.now()))
    db.flush()


def with_key(config: Config, known: Known) -> Config:
    """Return the settings with the database's key; create a key only for a database that knows none.

    Finishes an interrupted exchange. Raises `WrongSetting` if the key is missing, weak or another one.
    """
    if not known.bound or config.secret_key:
        prepared = secret_key_file.prepare(config)
        if known.fits(prepared.secret_key):
            return prepared
        raise _foreign(known, prepared.secret_key, "CREWROOM_SECRET_KEY", "")
    finish_exchange(config, known)
    file = secret_key_file.path(config)
    if not file.exists():
        raise WrongSetting("CREWROOM_INSTANCE", f"{file} is missing, and the database needs it; {ADVICE}")
    key = secret_key_file.read(file)
    if key and not known.fits(key):
        raise _foreign(known, key, "CREWROOM_INSTANCE", f"{file} ")
    secret_key_file.read_checked(file)
    with suppress(OSError):
        secret_key_file.next_path(config).unlink(missing_ok=True)
    return replace(config, secret_key=key)


def adopt(database: Database) -> None:
    """Store the key's fingerprint in a database that has none. Raises `WrongSetting` if it has another."""
    fingerprint = tokens.fingerprint(database.config.secret_key)
    with database.reading() as db:
        stored = db.scalar(_NEWEST)
    if stored is None:
        insert = (sqlite if database.config.sqlite else postgresql).insert(PortalKey)
        row = {"number": 1, "fingerprint": fingerprint, "since": clock.now()}
        with database.writing() as db:
            db.execute(insert.values(row).on_conflict_do_nothing())
            stored = db.scalar(_NEWEST)
    if stored != fingerprint:
        raise _foreign(Known(fingerprint=stored), database.config.secret_key, "CREWROOM_SECRET_KEY", "")


def earlier() -> list[str]:
    """Return the earlier keys that the current key can unseal, newest first."""
    sealed = select(PortalKey.sealed).where(PortalKey.sealed.is_not(None)).order_by(PortalKey.number.desc())
    key = current_config().secret_key
    keys = (tokens.unseal(key, EARLIER, text, at=0) for text in db.scalars(sealed) if text)
    return [unsealed for unsealed in keys if unsealed]


def described(key: str) -> str:
    """Return the part of a key's fingerprint that operators see."""
    return tokens.fingerprint(key)[:_SHOWN]


def read_through(connection: Connection) -> Known:
    """Return what the database of an open connection knows of its key."""
    tables = set(inspect(connection).get_table_names())
    fingerprint = connection.scalar(_NEWEST) if PortalKey.__tablename__ in tables else None
    entries: tuple[Stored, ...] = ()
    if fingerprint is None and CHAINS.name in tables:
        entries = tuple(connection.execute(audit_chain.newest(_ENTRIES)).mappings())
    return Known("alembic_version" in tables, fingerprint, entries)


def _foreign(known: Known, key: str, name: str, place: str) -> WrongSetting:
    wanted = f", whose key is {known.fingerprint[:_SHOWN]}" if known.fingerprint else ""
    return WrongSetting(
        name, f"{place}({described(key)}) is not the secret key of this database{wanted}; {ADVICE}"
    )
