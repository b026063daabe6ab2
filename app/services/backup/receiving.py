"""Receive the parts of a backup archive onto the disk, and verify their checksums."""

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
# `tar` and tapes pad the last record with zeros.
_MOST_PADDING = 16 * 1024 * 1024


@dataclass(slots=True)
class Received:
    """A received backup, whose parts are on the disk and match its list.

    `sizes` maps the checksums of the bundles' files that arrived intact to their sizes.
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
    key: str = ""

    def path(self, name: str) -> Path:
        """Return the path of a received part other than a bundle's file."""
        return swap.places(self.config).folder / name.rpartition("/")[2]

    def table(self, name: str) -> IO[bytes]:
        """Open the rows of a table. Raises `Damaged` if the backup lacks it."""
        part = f"database/{name}.jsonl"
        if part not in self.parts:
            raise Damaged(f"This backup is inconsistent: the table {name} is missing")
        return self.path(part).open("rb")

    def drop_unnamed(self) -> None:
        """Remove files that no row names, since they were deleted while the backup was made."""
        for path in blobs.stored(swap.places(self.config).bundles):
            if path.name not in self.named:
                path.unlink()


def receive(config: Config, file: IO[bytes]) -> Received:
    """Write the parts of an archive beside the current installation. Raises `Damaged` if it is incomplete."""
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
    _read_list(received)
    return received


def _check_end(file: IO[bytes]) -> None:
    """Raise `Damaged` if anything but zeros follows the archive's end, since its list doesn't cover that."""
    source = archives.Reader(file)
    for _ in range(_MOST_PADDING // _PIECE + 1):
        data = source.read(_PIECE)
        if not data:
            return
        if data.strip(b"\0"):
            break
    raise Damaged("This backup was changed or damaged: something follows its end")


def _receive_bundle(received: Received, checksum: str, content: Readable) -> None:
    """Store a file unless the same is there already. Ignore one whose content doesn't match its name."""
    stored = blobs.path_of(received.config.bundles, checksum)
    if _is_there(stored, checksum):
        received.sizes[checksum] = stored.stat().st_size
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
        raise Damaged("This is not a backup of Crewroom: it has too many tables")
    source = HashingReader(content)
    descriptor = os.open(received.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with blobs.translated_errors(), open(descriptor, "wb") as file:  # noqa: PTH123 - by descriptor, for the mode
        while data := source.read(_PIECE):
            file.write(data)
    received.parts[name] = {"size": source.size, "sha256": source.checksum}


def _read_list(received: Received) -> None:
    """Check the parts against the list, then read the rest of the list. Raises `Damaged`."""
    if not received.listed:
        raise Damaged("This backup of Crewroom is incomplete: its end is missing")
    if received.listed.get("parts") != received.parts or "secret_key" not in received.parts:
        raise Damaged("This backup was changed or damaged: its parts are not those of its list")
    try:
        received.schema = str(received.listed["schema"])
        received.taken_at = str(received.listed["taken_at"])[:40]
        received.rows = {str(name): int(count) for name, count in received.listed["rows"].items()}
        received.lacking = set(filter(blobs.is_checksum, received.listed["files"]["lacking"]))
        received.key = _read_key(received.path("secret_key"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("This is not a backup of Crewroom: its list cannot be read") from error
    if not received.key:
        raise Damaged("This backup has no secret key")


def _read_key(path: Path) -> str:
    with path.open("rb") as file:
        key = file.read(_MAX_KEY_LENGTH + 1).decode("ascii").strip()
    if len(key) > _MAX_KEY_LENGTH or not key.isprintable():
        raise ValueError("this is not a secret key")
    return key
