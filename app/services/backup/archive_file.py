"""The file of a backup: written under another name beside its own, which it gets when it is whole."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.base.errors import Conflict, InvalidInput
from app.storage import blobs


@contextmanager
def create(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that only its owner may read; it appears whole and on disk, or not at all."""
    if os.path.lexists(path):
        raise Conflict(f"{path} exists already; a backup never replaces a file")
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
    """Give the file its name unless somebody else took it meanwhile; some disks know no second names."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise Conflict(f"{path} exists already; a backup never replaces a file") from None
    except OSError:
        draft.rename(path)
    else:
        draft.unlink()


@contextmanager
def describe_error(path: Path | str) -> Iterator[None]:
    """Say what the disk says of a file that is being written."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise Conflict(f"{path} does not fit on its disk; nothing was kept") from error
        raise InvalidInput(f"{path} cannot be written ({error.strerror or error})") from error
