"""Files: what people upload, addressed by its SHA-256 under one folder. The only place that touches them.

A file is written as a draft first. A draft belongs to the process that holds its lock, so what a killed
process left behind can be told from what another one is writing.
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
from app.base.errors import NoSpace, Unavailable

_DRAFTS = "drafts"
_CHECKSUM = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Draft:
    """A file that is being received: its size and checksum so far."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Open a new draft in a folder of files; `name` is what the sender calls the file."""
        self.name = name
        self.size = 0
        self._hash = hashlib.sha256()
        self._folder = folder
        with disk():
            self.path, self._file = _opened(folder / _DRAFTS)

    @property
    def checksum(self) -> str:
        """SHA-256 of what was written so far, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes | bytearray) -> None:
        """Append to the draft."""
        with disk():
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._hash.update(data)
        self.size += len(data)

    def seal(self) -> None:
        """Put the content on disk; from here on the name says what it is, for whoever finds it left."""
        with disk():
            os.fsync(self._file.fileno())
            self.path = self.path.rename(self.path.with_name(f"{self.checksum}.{self.path.name}"))

    def keep(self) -> None:
        """Give the sealed content its address; the same content may be there already."""
        target = path_of(self._folder, self.checksum)
        with disk():
            _make_folder(target.parent, self._folder)
            if not target.exists() or target.stat().st_size != self.size:
                target.unlink(missing_ok=True)
                target.hardlink_to(self.path)
            put_on_disk(target.parent)

    def discard(self) -> None:
        """Close the draft and take its own name away; kept content stays."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of the draft, as a process does that is killed."""
        self._file.close()


def is_checksum(text: str) -> bool:
    """Tell whether a text can be a checksum, and so the name of a file."""
    return bool(_CHECKSUM.fullmatch(text))


def path_of(folder: Path, checksum: str) -> Path:
    """Return where content lies: `ab/cd/abcd…`; raise `FileNotFoundError` for a path to somewhere else."""
    if not is_checksum(checksum):
        raise FileNotFoundError(errno.ENOENT, "not a checksum", checksum[:80])
    return folder / checksum[:2] / checksum[2:4] / checksum


def stored(folder: Path) -> Iterator[Path]:
    """Walk all stored files, drafts apart; some may go meanwhile. A link leads elsewhere, so it is none."""
    for found in sorted(folder.glob("??/??/*")):
        if found.is_file() and not found.is_symlink():
            yield found


def move(path: Path, folder: Path) -> None:
    """Give a stored file its address in another folder of the same disk, whatever is there."""
    target = path_of(folder, path.name)
    _make_folder(target.parent, folder)
    path.replace(target)
    put_on_disk(target.parent)


def put_on_disk(path: Path) -> None:
    """Wait until what a file or a folder holds would outlast a power cut."""
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
    """List the checksums of sealed drafts that killed processes left; at the end, remove all their drafts."""
    left = [(path, file) for path in (folder / _DRAFTS).glob("*") if (file := _if_unowned(path))]
    try:
        yield [path.name.partition(".")[0] for path, _ in left if "." in path.name]
        for path, _ in left:
            path.unlink(missing_ok=True)
    finally:
        for _, file in left:
            file.close()


@contextmanager
def disk() -> Iterator[None]:
    """Turn what the disk refuses into an answer that people can act on."""
    try:
        yield
    except OSError as error:
        raise (NoSpace() if error.errno in _FULL else Unavailable()) from error


def _opened(drafts: Path) -> tuple[Path, FileIO]:
    """Make a draft and own it; one that was taken for abandoned in between is made anew."""
    drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        path = drafts / identifiers.new("draft")
        # Without a buffer: closing a draft has nothing left to write that could fail.
        file = FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()


def _if_unowned(path: Path) -> BinaryIO | None:
    """Open a draft and lock it, or return None for one that somebody is writing, or that is gone."""
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
    """Make a folder below the root that outlasts a power cut."""
    if wanted == root or wanted.is_dir():
        return
    _make_folder(wanted.parent, root)
    wanted.mkdir(mode=0o700, exist_ok=True)
    put_on_disk(wanted.parent)
