"""The file format of backups: a tar file whose last part, the manifest, lists the others.

An archive is written and read in one pass, so it can come from a pipe. An archive without a manifest was cut
off, and is refused.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from typing import IO, Any, Protocol

import orjson

from app.base.errors import OperatorError

FORMAT = 1
LIST = "manifest.json"
_NAMES = re.compile(r"secret_key|database/[a-z_]{1,60}\.jsonl|bundles/[0-9a-f]{64}|manifest\.json", re.ASCII)
_NOT_WHOLE = "This is no whole backup of Crewroom ({})"
_LONGEST_LIST = 16 * 1024 * 1024
_MOST_VALUES = 250_000
_CHUNK = 64 * 1024


class Damaged(OperatorError):
    """The input is not a backup, or is incomplete."""


class Readable(Protocol):
    """An object that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes."""
        ...


class Reader:
    """A reader that raises `Damaged` if reading fails."""

    def __init__(self, source: Readable) -> None:
        """Read from `source`, from its current position."""
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, or all that are left."""
        try:
            return self._source.read(size)
        except OSError as error:
            raise Damaged(f"A file cannot be read ({error.strerror or error})") from error


class HashingReader(Reader):
    """A reader that computes the size and SHA-256 of its content."""

    def __init__(self, source: Readable) -> None:
        """Read from `source`, from its current position."""
        super().__init__(source)
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def checksum(self) -> str:
        """The SHA-256 of the content read so far, in hex."""
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, or all that are left."""
        data = super().read(size)
        self._hash.update(data)
        self.size += len(data)
        return data


class _Forward:
    """A file that counts the bytes written to it, because a pipe has no position."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._written = 0

    def tell(self) -> int:
        return self._written

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._written += len(data)
        return len(data)


class Writer:
    """An archive being written. It is incomplete until `close`."""

    def __init__(self, file: IO[bytes]) -> None:
        """Start an archive at the current position of the file."""
        self._tar = tarfile.TarFile(fileobj=_Forward(file), mode="w", format=tarfile.GNU_FORMAT)  # type: ignore[arg-type]

    def add(self, name: str, source: Readable, size: int) -> str:
        """Add a part of a known size; return its SHA-256 in hex."""
        part, read = tarfile.TarInfo(name), HashingReader(source)
        part.size, part.mode = size, 0o600
        self._tar.addfile(part, read)
        self._tar.members.clear()  # type: ignore[attr-defined] # would keep every part in memory
        return read.checksum

    def close(self, listed: dict[str, Any]) -> None:
        """Add the manifest and end the archive."""
        data = orjson.dumps({"format": FORMAT, **listed}, option=orjson.OPT_INDENT_2)
        self.add(LIST, io.BytesIO(data), len(data))
        self._tar.close()


def parts(file: IO[bytes]) -> Iterator[tuple[str, Reader]]:
    """Yield the names and contents of the parts; read each before asking for the next.

    Headers are read one at a time, 512 bytes each. Extended headers (long names, pax records) are refused:
    they can have any size, and `tarfile` would read them into memory. Raises `Damaged`.
    """
    seen: set[str] = set()
    source = Reader(file)
    while (part := _next_header(source)) is not None:
        if part.name in seen or not _is_expected(part):
            raise Damaged(f"This is no backup of Crewroom: {part.name[:80]!r} does not belong into one")
        seen.add(part.name)
        content = _Content(source, part.size)
        yield part.name, content
        content.skip()


class _Content(Reader):
    """The content of one part, and the padding of its last block."""

    def __init__(self, source: Reader, size: int) -> None:
        super().__init__(source)
        self._left = size
        self._padding = -size % tarfile.BLOCKSIZE

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = _read_exactly(self._source, wanted)
        self._left -= wanted
        return data

    def skip(self) -> None:
        while self._left:
            self.read(_CHUNK)
        _read_exactly(self._source, self._padding)


def _next_header(source: Reader) -> tarfile.TarInfo | None:
    """Return the next header, or None at the end of the archive."""
    block = _read_exactly(source, tarfile.BLOCKSIZE)
    if not any(block):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise Damaged(_NOT_WHOLE.format(error)) from error


def _read_exactly(source: Readable, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        more = source.read(size - len(data))
        if not more:
            raise Damaged(_NOT_WHOLE.format("unexpected end of data"))
        data += more
    return bytes(data)


def read_list(content: Readable) -> dict[str, Any]:
    """Return the manifest. Raises `Damaged` if it is invalid or from a newer Crewroom."""
    data = content.read(_LONGEST_LIST + 1)
    if len(data) > _LONGEST_LIST or sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise Damaged("This is no backup of Crewroom: its list is too long")
    try:
        listed = orjson.loads(data)
        written_as = int(listed["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("This is no backup of Crewroom: its list cannot be read") from error
    if written_as > FORMAT:
        raise Damaged("This backup was written by a newer Crewroom: restore it with that one")
    return dict(listed)


def _is_expected(part: tarfile.TarInfo) -> bool:
    """Return whether a part is a regular file with an expected name, not a link, device or other path."""
    return (
        part.type in {tarfile.REGTYPE, tarfile.AREGTYPE}
        and part.size >= 0
        and bool(_NAMES.fullmatch(part.name))
    )
