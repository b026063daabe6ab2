"""Receiving: the parts of an archive onto the disk, each against its checksum."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from app.base.config import Config
from app.services.installation import swap
from app.storage import archives, blobs
from app.storage.archives import Damaged, HashingReader, Readable
from app.storage.blobs import Draft

_PIECE = 1024 * 1024
_MAX_KEY_LENGTH = 4096
_MOST_PARTS = 200
# What `tar` and tapes fill the last record up with.
_MOST_FILLING = 16 * 1024 * 1024


@dataclass(slots=True)
class Received:
    """A backup whose parts are on the disk, and are those that its list names.

    `sizes` has the files of bundles that arrived whole, by checksum.
    """

    config: Config
    listed: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[str, int | str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    schema: str = ""
    taken_at: str = ""
    program: str = ""
    key: str = ""

    def path(self, name: str) -> Path:
        """Where a part other than a bundle's file waits."""
        return swap.places(self.config).folder / name.rpartition("/")[2]

    def table(self, name: str) -> IO[bytes]:
        """Open the rows of a table."""
        part = f"database/{name}.jsonl"
        if part not in self.parts:
            raise Damaged(f"This backup does not fit together: the table {name} is missing")
        return self.path(part).open("rb")

    def drop_unnamed(self) -> None:
        """Take away files that were deleted while the backup was made."""
        for path in blobs.stored(swap.places(self.config).bundles):
            if path.name not in self.named:
                path.unlink()


def receive(config: Config, file: IO[bytes]) -> Received:
    """Put the parts of an archive beside what is in use; refuse one that is not whole."""
    received = Received(config)
    swap.places(config).folder.mkdir(mode=0o700)
    for name, content in archives.parts(file):
        if name == archives.LIST:
            received.listed = archives.read_list(content)
        elif name.startswith("bundles/"):
            _receive_bundle(received, name.removeprefix("bundles/"), content)
        else:
            _receive_part(received, name, content)
    _check_end(file)
    _believe(received)
    return received


def _check_end(file: IO[bytes]) -> None:
    """Refuse an archive with more than zeros after its end: its list says nothing of that."""
    source = archives.Reader(file)
    for _ in range(_MOST_FILLING // _PIECE + 1):
        data = source.read(_PIECE)
        if not data:
            return
        if data.strip(b"\0"):
            break
    raise Damaged("This backup was changed or damaged: something follows its end")


def _receive_bundle(received: Received, checksum: str, content: Readable) -> None:
    """Keep a file unless the same is there already; one that is not what its name says is nobody's."""
    there = blobs.path_of(received.config.bundles, checksum)
    if _is_there(there, checksum):
        received.sizes[checksum] = there.stat().st_size
        return
    draft = Draft(swap.places(received.config).bundles)
    try:
        while data := content.read(_PIECE):
            draft.write(data)
        if draft.checksum == checksum:
            draft.seal()
            draft.keep()
            received.sizes[checksum] = draft.size
    finally:
        draft.discard()


def _is_there(path: Path, checksum: str) -> bool:
    return path.is_file() and blobs.checksum_of(path) == checksum


def _receive_part(received: Received, name: str, content: Readable) -> None:
    if len(received.parts) >= _MOST_PARTS:
        raise Damaged("This is no backup of Crewroom: it has too many tables")
    source = HashingReader(content)
    descriptor = os.open(received.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with blobs.translated_errors(), open(descriptor, "wb") as file:  # noqa: PTH123 - by descriptor, for the mode
        while data := source.read(_PIECE):
            file.write(data)
    received.parts[name] = {"size": source.size, "sha256": source.checksum}


def _believe(received: Received) -> None:
    """Read the list once all parts are those that it names."""
    if not received.listed:
        raise Damaged("This is no whole backup of Crewroom: its end is missing")
    if received.listed.get("parts") != received.parts or "secret_key" not in received.parts:
        raise Damaged("This backup was changed or damaged: its parts are not those of its list")
    try:
        received.schema = str(received.listed["schema"])
        received.taken_at = str(received.listed["taken_at"])[:40]
        received.program = str(received.listed["program"])[:40]
        received.rows = {str(name): int(count) for name, count in received.listed["rows"].items()}
        received.lacking = set(filter(blobs.is_checksum, received.listed["files"]["lacking"]))
        received.key = _read_key(received.path("secret_key"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("This is no backup of Crewroom: its list cannot be read") from error
    if not received.key:
        raise Damaged("This backup has no secret key")


def _read_key(path: Path) -> str:
    with path.open("rb") as file:
        key = file.read(_MAX_KEY_LENGTH + 1).decode("ascii").strip()
    if len(key) > _MAX_KEY_LENGTH or not key.isprintable():
        raise ValueError("this is no secret key")
    return key
