"""Files and folders that only their owner may use, whatever the umask is."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from app.storage.blobs import put_on_disk

OTHERS = 0o077


def make(path: Path) -> None:
    """Make a missing file, 0600; a folder that refuses is left to the program that opens the file."""
    # An existing file is not opened: closing it would drop the locks that SQLite holds in this process.
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def restrict(path: Path) -> None:
    """Take the rights of group and others away.

    A path that is missing, of another user, or a device such as `/dev/null` is left alone.
    """
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & OTHERS and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            path.chmod(mode & 0o700)


def write(path: Path, content: str | bytes) -> None:
    """Write a file, 0600, and wait until it would outlast a power cut."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    put_on_disk(path.parent)
