"""Archives for tests: read, changed and written again, as somebody could who means harm."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Parts = dict[str, bytes]


def parts_of(archive: Path) -> Parts:
    """Everything in an archive, by its name."""
    with tarfile.open(archive) as tar:
        return {part.name: tar.extractfile(part).read() for part in tar}  # type: ignore[union-attr]


def listed(archive: Path) -> dict[str, Any]:
    """The list at the end of an archive."""
    return dict(json.loads(parts_of(archive)["manifest.json"]))


def rewritten(
    archive: Path, change: Callable[[Parts, dict[str, Any]], object], *, listing: bool = True
) -> Path:
    """A copy of an archive with something changed; its list is made to fit unless told otherwise."""
    parts = parts_of(archive)
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    if listing:
        manifest["parts"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in parts.items()
            if not name.startswith("bundles/")
        }
    return written(
        archive.with_name("changed.tar"), {**parts, "manifest.json": json.dumps(manifest).encode()}
    )


def written(path: Path, parts: Parts, *members: tarfile.TarInfo) -> Path:
    """A tar file of some parts, with more members in front."""
    with tarfile.open(path, "w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def lines(data: bytes) -> list[dict[str, Any]]:
    """The rows of a table."""
    return [json.loads(line) for line in data.splitlines()]


def unlined(rows: list[dict[str, Any]]) -> bytes:
    """The same rows as they stand in an archive."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
