"""Creates files and folders that only their owner can use, whatever the umask."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from app.storage.blobs import sync

OTHERS = 0o077


def create(path: Path) -> None:
    """Create a file with mode 0600 if it is missing. Errors are left to the code that opens the file."""
    # An existing file is not opened, because closing it would drop SQLite's locks in this process.
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def restrict(path: Path) -> None:
    """Remove the permissions of group and others.

    Leaves a path alone that is missing, belongs to another user, or is a device such as `/dev/null`.
    """
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & OTHERS and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            path.chmod(mode & 0o700)


def write(path: Path, content: str | bytes) -> None:
    """Write a file with mode 0600 and sync it to disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
