"""Restoring uses bounded memory, whatever the archive contains."""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import zipfile

import pytest

from tests.support.backups import read_parts, rewrite, write_archive
from tests.support.commands import CommandLine
from tests.support.refused_backups import refusal
from tests.support.serving import CREWROOM

# A small process starts the command, because a child's peak memory includes its parent's at the fork.
_MEASURING = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def with_header(folder, kind: bytes, megabytes: int):
    """Write a tar file that begins with an extended header of this size."""
    path = folder / "large.tar"
    header = tarfile.TarInfo("extended")
    header.type, header.size = kind, megabytes * 1024 * 1024
    with path.open("wb") as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        file.truncate(512 + header.size)
    return path


@pytest.mark.short
@pytest.mark.parametrize(
    "kind",
    [
        tarfile.XHDTYPE,
        *(
            pytest.param(kind, marks=pytest.mark.long)
            for kind in (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
        ),
    ],
)
def test_a_header_of_300_megabytes_is_not_read(untouched, tmp_path, kind):
    """`tar` writes such headers for long names and extended attributes, but of a few hundred bytes."""
    line, peak = measure_refusal(untouched, with_header(tmp_path, kind, 300))

    assert "does not belong into one" in line
    assert peak < 150, f"{peak} MiB"


def long_list(parts, listed) -> None:
    listed["files"]["lacking"] = ["a" * 64] * 400_000


def long_key(parts, _) -> None:
    parts["secret_key"] = b"a" * (200 * 1024 * 1024)


def long_row(parts, _) -> None:
    parts["database/users.jsonl"] = b'{"id": "' + b"a" * (200 * 1024 * 1024)


def many_rows(parts, _) -> None:
    parts["database/users.jsonl"] = (b"[" * 500 + b"]" * 500 + b"\n") * 100_000


@pytest.mark.long
@pytest.mark.parametrize("change", [long_list, long_key, long_row, many_rows])
def test_long_parts_use_bounded_memory(small_backup, untouched, change):
    _, peak = measure_refusal(untouched, rewrite(small_backup, change))

    assert peak < 250, f"{peak} MiB"


def measure_refusal(command: CommandLine, path) -> tuple[str, int]:
    """Run a refused restore in its own process; return its error line and peak memory in MiB."""
    own = {name: value for name, value in command.variables.items() if value is not None}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CREWROOM_")}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURING, CREWROOM, "restore", "--replace", str(path)],
        env={**inherited, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    code, kibibytes = map(int, done.stdout.split())
    assert (code, done.stderr.count("\n")) == (1, 1), done.stderr
    return done.stderr, kibibytes // 1024


def test_compressed_files_are_refused(small_backup, untouched, tmp_path, subtests):
    """A decompression bomb, and archives compressed by gzip and zip."""
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(100 * 1024 * 1024)))
    packed = tmp_path / "backup.tar.gz"
    packed.write_bytes(gzip.compress(small_backup.read_bytes()))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("backup.tar", small_backup.read_bytes())
    (tmp_path / "backup.zip").write_bytes(zipped.getvalue())

    for path in (bomb, packed, tmp_path / "backup.zip"):
        with subtests.test(path=path.name):
            assert "whole backup" in refusal(untouched, path)


@pytest.mark.parametrize("size", [-1, 2**62])
def test_a_part_of_an_impossible_size_is_refused(small_backup, untouched, tmp_path, size):
    member = tarfile.TarInfo("database/users.jsonl")
    path = write_archive(tmp_path / "sized.tar", read_parts(small_backup))
    member.size = max(size, 0)
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    if size < 0:  # a binary number with all bits set
        header[124:136] = b"\xff" * 12
        header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:512]))
    path.write_bytes(bytes(header) + path.read_bytes())

    line = refusal(untouched, path)

    assert "whole backup" in line or "does not belong" in line
