"""Backup files, written under a temporary name and renamed once complete."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.base.errors import OperatorError
from app.storage import blobs


@contextmanager
def create(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read. It appears complete and synced to disk, or not at all.

    Raises `OperatorError` if the file exists, does not fit, or can't be written.
    """
    if os.path.lexists(path):
        raise OperatorError(f"{path} already exists; a backup never replaces a file")
    draft = path.with_name(f"{path.name}.unfinished-{secrets.token_hex(4)}")
    with describe_error(path):
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - by descriptor, for the mode
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                _publish(draft, path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        blobs.sync(path.parent)


def _publish(draft: Path, path: Path) -> None:
    """Give the file its name unless that was taken since. Some file systems have no hard links."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise OperatorError(f"{path} already exists; a backup never replaces a file") from None
    except OSError:
        draft.rename(path)
    else:
        draft.unlink()


@contextmanager
def describe_error(path: Path | str) -> Iterator[None]:
    """Turn an `OSError` while a file is written into an `OperatorError`."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise OperatorError(f"{path} does not fit on its disk; nothing was kept") from error
        raise OperatorError(f"{path} cannot be written ({error.strerror or error})") from error
