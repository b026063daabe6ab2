"""Reads settings and keys from regular files only, because a pipe could block a start forever."""

import errno
import os
import stat
from pathlib import Path

LARGEST = 64 * 1024


def content(path: Path) -> bytes:
    """Return the content of a file; symbolic links are followed.

    Raises `OSError` if the path is missing, is not a regular file, or is too large.
    """
    # Checked before opening: opening a pipe waits for its writer, and opening some devices acts on them.
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise _is_a_directory() if stat.S_ISDIR(mode) else OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"larger than {LARGEST // 1024} KiB")
    return data


def _is_a_directory() -> OSError:
    return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
