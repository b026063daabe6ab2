"""Backup archives for tests, which read them, tamper with them and write them again."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Parts = dict[str, bytes]


def read_parts(archive: Path) -> Parts:
    """Return every part of an archive by name."""
    with tarfile.open(archive) as tar:
        return {part.name: tar.extractfile(part).read() for part in tar}  # type: ignore[union-attr]


def read_manifest(archive: Path) -> dict[str, Any]:
    """Return the manifest at the end of an archive."""
    return dict(json.loads(read_parts(archive)["manifest.json"]))


def rewrite(
    archive: Path, change: Callable[[Parts, dict[str, Any]], object], *, update_manifest: bool = True
) -> Path:
    """Write a copy of an archive after `change` has edited it, with a new manifest if `listing`."""
    parts = read_parts(archive)
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    if update_manifest:
        manifest["parts"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in parts.items()
            if not name.startswith("bundles/")
        }
    return write_archive(
        archive.with_name("changed.tar"), {**parts, "manifest.json": json.dumps(manifest).encode()}
    )


def write_archive(path: Path, parts: Parts, *members: tarfile.TarInfo) -> Path:
    """Write a tar file of some parts, preceded by extra members."""
    with tarfile.open(path, "w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def parse_rows(data: bytes) -> list[dict[str, Any]]:
    """Parse the rows of a table."""
    return [json.loads(line) for line in data.splitlines()]


def serialize_rows(rows: list[dict[str, Any]]) -> bytes:
    """Serialize rows as an archive stores them."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
