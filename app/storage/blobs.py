"""Stores uploaded files under their SHA-256 in one folder. Only this module reads and writes them.

A file is written as a draft first. The process that writes a draft keeps it locked, so unlocked drafts are
those of killed processes.
"""

import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import IO, BinaryIO

from app.base import identifiers
from app.base.codes import Code
from app.base.errors import DomainError, Unavailable

_DRAFTS = "drafts"
_CHECKSUM = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Draft:
    """A file being received, with its size and checksum so far."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Create a draft in a folder of files; `name` is the sender's name for the file."""
        self.name = name
        self.size = 0
        self._hash = hashlib.sha256()
        self._folder = folder
        with translated_errors():
            self.path, self._file = _opened(folder / _DRAFTS)

    @property
    def checksum(self) -> str:
        """The SHA-256 of the content written so far, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray) -> None:
        """Append to the draft."""
        with translated_errors():
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._hash.update(data)
        self.size += len(data)

    def seal(self) -> None:
        """Flush the content to disk and put its checksum into the draft's name, which `abandoned` reads."""
        with translated_errors():
            os.fsync(self._file.fileno())
            self.path = self.path.rename(self.path.with_name(f"{self.checksum}.{self.path.name}"))

    def keep(self) -> None:
        """Store the sealed content at its address, unless the same content is there already."""
        target = path_of(self._folder, self.checksum)
        with translated_errors():
            _make_folder(target.parent, self._folder)
            if not target.exists() or target.stat().st_size != self.size:
                target.unlink(missing_ok=True)
                target.hardlink_to(self.path)
            sync(target.parent)

    def discard(self) -> None:
        """Close and delete the draft; content that was kept stays."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Close and unlock the draft without deleting it."""
        self._file.close()


def is_checksum(text: str) -> bool:
    """Return whether a text has the form of a checksum, the name of a stored file."""
    return bool(_CHECKSUM.fullmatch(text))


def path_of(folder: Path, checksum: str) -> Path:
    """Return the path of content: `ab/cd/abcd…`. Raises `FileNotFoundError` if it is not a checksum."""
    if not is_checksum(checksum):
        raise FileNotFoundError(errno.ENOENT, "not a checksum", checksum[:80])
    return folder / checksum[:2] / checksum[2:4] / checksum


def stored(folder: Path) -> Iterator[Path]:
    """Yield all stored files but drafts and symbolic links. A file may be deleted in the meantime."""
    for found in sorted(folder.glob("??/??/*")):
        if found.is_file() and not found.is_symlink():
            yield found


def move(path: Path, folder: Path) -> None:
    """Move a stored file to its address in another folder of the same disk, replacing what is there."""
    target = path_of(folder, path.name)
    _make_folder(target.parent, folder)
    path.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Sync a file or a folder to disk, so that it survives a power failure."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_of(file: IO[bytes]) -> int:
    """Return the size of an open file in bytes."""
    return file.seek(0, os.SEEK_END) - file.seek(0)


def checksum_of(path: Path) -> str:
    """Read a file and return its SHA-256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def abandoned(folder: Path) -> Iterator[list[str]]:
    """Yield the checksums of sealed drafts of killed processes; delete all their drafts at the end."""
    left = [(path, file) for path in (folder / _DRAFTS).glob("*") if (file := _if_unowned(path))]
    try:
        yield [path.name.partition(".")[0] for path, _ in left if "." in path.name]
        for path, _ in left:
            path.unlink(missing_ok=True)
    finally:
        for _, file in left:
            file.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate errors of the disk: 507 if it is full, else `Unavailable`."""
    try:
        yield
    except OSError as error:
        raise (_no_space() if error.errno in _FULL else Unavailable()) from error


def _no_space() -> DomainError:
    message = "Nothing was stored. The portal's disk is full; contact its operator."
    return DomainError(Code.NO_SPACE, message=message, status=507)


def _opened(drafts: Path) -> tuple[Path, FileIO]:
    """Create and lock a draft. Retries if `abandoned` deletes the draft before it is locked."""
    drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        path = drafts / identifiers.new("draft")
        # Unbuffered, so that closing a draft never has to write, which could fail.
        file = FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()


def _if_unowned(path: Path) -> BinaryIO | None:
    """Return a draft opened and locked, or None if another process is writing it or it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _make_folder(wanted: Path, root: Path) -> None:
    """Create a folder below the root and sync it to disk."""
    if wanted == root or wanted.is_dir():
        return
    _make_folder(wanted.parent, root)
    wanted.mkdir(mode=0o700, exist_ok=True)
    sync(wanted.parent)
