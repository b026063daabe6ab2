"""Checks of an installation's environment: database, files, mail server, clock, disk, Redis and base URL."""

import os
import shutil
import socket
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, make_url, select, text

from app.base import clock
from app.base.config import Config
from app.services.core.audit_chain import ENTRIES
from app.services.installation import instance, swap
from app.services.installation.inspection import opened_for_reading
from app.services.mail import smtp_connect
from app.storage.private_files import OTHERS
from app.text import humanize

_LARGEST_CHECKED = 256 * 1024 * 1024
_LEAST_FREE = 200 * 1024 * 1024
_MOST_SKEW = timedelta(seconds=5)
_REDIS_SECONDS = 3


class Wrong(Exception):
    """A check failed. The text says what is wrong and what to do."""


def database(config: Config) -> str:
    """Check that the database can be opened, and that a file of up to 256 MiB is intact."""
    file = swap.database_file(config)
    with opened_for_reading(config) as connection:
        if file is None:
            url = make_url(config.database_url)
            version = connection.scalar(text("SHOW server_version"))
            return f"Postgres {version} at {url.host or 'a socket'}, {url.database}"
        size = file.stat().st_size
        if size <= _LARGEST_CHECKED:
            result = str(connection.scalar(text("PRAGMA quick_check(1)")))
            if result != "ok":
                raise Wrong(f"{file} is damaged ({result.partition(chr(10))[0]}); restore a backup")
        return f"SQLite, {file}, {humanize.size(size)}"


def files(config: Config) -> str:
    """Check that only the current user can access the files of the installation."""
    paths = [path for path in instance.private_paths(config) if path.exists()]
    open_ones = [path for path in paths if path.stat().st_mode & OTHERS]
    if open_ones:
        names = ", ".join(f"{path} ({path.stat().st_mode & 0o777:o})" for path in open_ones)
        raise Wrong(f"other users can read or write {names}; remove their access with `chmod go= PATH`")
    foreign = [str(path) for path in paths if path.stat().st_uid != os.geteuid()]
    if foreign and os.geteuid():
        raise Wrong(f"another user owns {', '.join(foreign)}; run Crewroom as that user, or use `chown`")
    return f"{len(paths)} are private"


def mail(config: Config) -> str:
    """Check that a connection to the mail server can be opened, without sending anything."""
    if not config.smtp_url:
        return f"no mail server; mail is written to {config.instance / 'mail'}"
    try:
        smtp = smtp_connect.connect(config)
    except smtp_connect.NotAccepted as error:
        raise Wrong(str(error)) from error
    smtp.close()
    server = urlsplit(config.smtp_url)
    return f"{server.hostname} takes mail{' from ' + server.username if server.username else ''}"


def clocks(config: Config) -> str:
    """Compare this machine's clock with the Postgres server's, or with the newest audit entry."""
    with opened_for_reading(config) as connection:
        theirs = _database_time(config, connection)
    if theirs is None:
        return "nothing to compare with"
    apart = theirs - clock.host()
    if apart > _MOST_SKEW or (not config.sqlite and -apart > _MOST_SKEW):
        seconds = f"{abs(apart).total_seconds():.0f} seconds"
        raise Wrong(f"this machine's clock is {seconds} from the database's; synchronize both, with NTP")
    return clock.rfc3339(clock.host())


def disk(config: Config) -> str:
    """Check that the instance folder is writable and has free space."""
    folder = next(path for path in (config.instance, *config.instance.parents) if path.exists())
    database_file = swap.database_file(config)
    for path in (folder, database_file):
        if path and path.exists() and not os.access(path, os.W_OK):
            raise Wrong(f"{path} cannot be written; let the user that runs Crewroom write there")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        raise Wrong(f"only {humanize.size(free)} are free at {folder}; free some space")
    return f"{humanize.size(free)} are free at {folder}"


def redis(config: Config) -> str:
    """Check that the Redis for rate limits answers, if one is configured."""
    url = config.rate_limit_storage
    if url.startswith("memory:"):
        return "not used"
    try:
        from redis import Redis, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ModuleNotFoundError as error:
        raise Wrong("its client is missing: install crewroom[redis]") from error
    try:
        # By default the client retries for half a minute.
        once = Retry(NoBackoff(), 0)
        options = {"socket_timeout": _REDIS_SECONDS, "socket_connect_timeout": _REDIS_SECONDS}
        Redis.from_url(url, retry=once, **options).ping()
    except (RedisError, OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise Wrong(
            f"it does not answer ({reason}); start it, or correct CREWROOM_RATE_LIMIT_STORAGE"
        ) from error
    return f"{urlsplit(url).hostname or urlsplit(url).path} answers"


def base_url(config: Config) -> str:
    """Check that the host of the base URL resolves."""
    host = urlsplit(config.base_url).hostname or ""
    try:
        socket.getaddrinfo(host, None)
    except OSError as error:
        reason = f"the host has no address here ({error.strerror})"
        raise Wrong(f"{config.base_url}: {reason}; add it to DNS, or correct CREWROOM_BASE_URL") from error
    return config.base_url


def _database_time(config: Config, connection: Connection) -> datetime | None:
    if not config.sqlite:
        time: datetime | None = connection.scalar(text("SELECT clock_timestamp()"))
        return time
    return connection.scalar(select(ENTRIES.c.at).order_by(ENTRIES.c.id.desc()).limit(1))
