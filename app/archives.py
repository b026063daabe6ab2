"""Archives: tar files of parts, the last of which lists the others. The only place that knows the format.

An archive is written and read in one pass, so it may come from a pipe. Without its list it is no archive:
that is how one that was cut off is told from a whole one.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

import orjson

from app.errors import InvalidInput

FORMAT = 1
LIST = "manifest.json"
_NAMES = re.compile(r"secret_key|database/[a-z_]{1,60}\.jsonl|bundles/[0-9a-f]{64}|manifest\.json", re.ASCII)
_NOT_WHOLE = "This is no whole backup of Crewroom ({})"
_LONGEST_LIST = 64 * 1024 * 1024


class Damaged(InvalidInput):
    """What was given is no archive of ours, or not all of one."""


class Readable(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes."""
        ...


class Source:
    """Reads from something else, and says in plain words why it cannot."""

    def __init__(self, source: Readable) -> None:
        """Begin where the other one is."""
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        try:
            return self._source.read(size)
        except tarfile.TarError as error:
            raise Damaged(_NOT_WHOLE.format(error)) from error
        except OSError as error:
            raise Damaged(f"A file cannot be read ({error.strerror or error})") from error


class Hashed(Source):
    """Knows the size and the SHA-256 of what was read."""

    def __init__(self, source: Readable) -> None:
        """Begin with nothing read."""
        super().__init__(source)
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def checksum(self) -> str:
        """SHA-256 of what was read so far, in hex."""
        return self._hash.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        data = super().read(size)
        self._hash.update(data)
        self.size += len(data)
        return data


class _Forward:
    """A file that is written from here on, and counts: a pipe cannot tell where it is."""

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
    """An archive that is being written; it is none until `close`."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin an archive at the place where the file is."""
        self._tar = tarfile.TarFile(fileobj=_Forward(file), mode="w", format=tarfile.GNU_FORMAT)  # type: ignore[arg-type]

    def add(self, name: str, source: Readable, size: int) -> str:
        """Add a part of a known size; return its SHA-256 in hex."""
        part, read = tarfile.TarInfo(name), Hashed(source)
        part.size, part.mode = size, 0o600
        self._tar.addfile(part, read)
        self._tar.members.clear()  # type: ignore[attr-defined] # it would remember every part
        return read.checksum

    def close(self, listed: dict[str, Any]) -> None:
        """Add the list of what the archive holds, and end it."""
        data = orjson.dumps({"format": FORMAT, **listed}, option=orjson.OPT_INDENT_2)
        self.add(LIST, io.BytesIO(data), len(data))
        self._tar.close()


def parts(file: IO[bytes]) -> Iterator[tuple[str, Source]]:
    """Yield the names and contents of an archive; each must be read before the next is asked for."""
    seen: set[str] = set()
    with _faults_named(), tarfile.open(fileobj=file, mode="r|") as tar:
        for part in tar:
            if part.name in seen or not _ours(part):
                raise Damaged(f"This is no backup of Crewroom: {part.name[:80]!r} does not belong into one")
            seen.add(part.name)
            content = tar.extractfile(part)
            assert content is not None  # noqa: S101 - plain files have one
            yield part.name, Source(content)
            tar.members.clear()  # type: ignore[attr-defined]


def read_list(content: Readable) -> dict[str, Any]:
    """Read the list of what an archive holds; refuse one that a newer Crewroom wrote."""
    try:
        listed = orjson.loads(content.read(_LONGEST_LIST))
        written_as = int(listed["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("This is no backup of Crewroom: its list cannot be read") from error
    if written_as > FORMAT:
        raise Damaged("This backup was written by a newer Crewroom: restore it with that one")
    return dict(listed)


def _ours(part: tarfile.TarInfo) -> bool:
    """Accept plain files under our names; links, devices, holes and other paths are somebody's trick."""
    return part.isreg() and not part.issparse() and bool(_NAMES.fullmatch(part.name))


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(_NOT_WHOLE.format(error)) from error
