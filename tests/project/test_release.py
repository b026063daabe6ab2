"""`make release`: what it refuses, and that the same commit gives the same files."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.documented_commands import ROOT
from tests.support.serving import CREWROOM

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
SURROUNDINGS = {"PYTHON": sys.executable, "PATH": os.environ["PATH"]}
IGNORED = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", "__pycache__", "dist", "instance", "tests", "docs"
)


class Checkout:
    """A clean copy of this checkout, with one commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=IGNORED)
        self.release_notes(VERSION)
        self.kept.mkdir(parents=True)
        (self.kept / "sqlite.sql").touch()
        self.git("init", "--quiet")
        self.commit()
        self.git("tag", "begun")

    @property
    def kept(self) -> Path:
        return self.folder / "tests" / "releases" / str(VERSION)

    def git(self, *words: str) -> None:
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@crew.test"]
        subprocess.run(["git", *identity, *words], cwd=self.folder, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A commit", "--date", "2026-01-31T12:00:00Z")

    def release_notes(self, version: str) -> None:
        """Give the changelog one section, for this version."""
        (self.folder / "CHANGELOG.md").write_text(
            f"# Changelog\n\n## [{version}] - 2026-01-31\n\n- Everything.\n"
        )

    def release(self) -> subprocess.CompletedProcess[str]:
        script = self.folder / ".ci" / "release"
        return subprocess.run(script, env=SURROUNDINGS, capture_output=True, text=True, check=False)

    def built(self) -> dict[str, str]:
        return checksums(self.folder / "dist")


def checksums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*")}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    return Checkout(tmp_path_factory.mktemp("release") / "checkout")


@pytest.fixture
def checkout(copied):
    yield copied
    copied.git("reset", "--quiet", "--hard", "begun")
    copied.git("clean", "--quiet", "--force", "-d", "-x")


def refusal(checkout: Checkout) -> str:
    ran = checkout.release()
    assert ran.returncode == 1
    assert checkout.built() == {}
    return ran.stderr.strip()


@pytest.mark.parametrize("name", ["new.txt", "app/cli.py", "README.md"])
def test_a_tree_with_changes_is_refused(checkout, name):
    with (checkout.folder / name).open("a") as file:
        file.write("# changed\n")

    assert refusal(checkout).startswith("The working tree is not clean")


@pytest.mark.parametrize(
    "heading",
    [
        "## [Unreleased]",
        f"## [{VERSION}]",
        f"## [{VERSION}] - soon",
        f"## [{VERSION}.1] - 2026-01-31",
        f"## {VERSION} - 2026-01-31",
        f"## [{VERSION.replace('.', 'x')}] - 2026-01-31",
    ],
)
def test_a_changelog_without_a_dated_section_is_refused(checkout, heading):
    (checkout.folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n")
    checkout.commit()

    assert refusal(checkout).startswith("CHANGELOG.md has no section for this version")


def test_a_version_without_a_kept_database_is_refused(checkout):
    shutil.rmtree(checkout.kept)
    checkout.commit()

    assert refusal(checkout) == "tests/releases has no database of this version: run make keep-database."


def test_a_version_that_is_tagged_is_refused(checkout):
    checkout.git("tag", f"v{VERSION}")

    reason = refusal(checkout)
    checkout.git("tag", "--delete", f"v{VERSION}")

    assert reason == f"The tag v{VERSION} exists: raise the version in pyproject.toml."


@pytest.mark.long
def test_a_release_is_built_and_the_same_commit_gives_the_same_files(checkout, tmp_path):
    elsewhere = tmp_path / "a folder of another name"
    shutil.copytree(checkout.folder, elsewhere)

    ran, first = checkout.release(), checkout.built()
    subprocess.run([elsewhere / ".ci" / "release"], env=SURROUNDINGS, check=True, capture_output=True)

    assert ran.returncode == 0, ran.stderr
    assert set(first) == {f"crewroom-{VERSION}-py3-none-any.whl", f"crewroom-{VERSION}.tar.gz"}
    assert all(checksum in ran.stdout for checksum in first.values())
    assert f'git tag -a v{VERSION} -m "Crewroom {VERSION}"' in ran.stdout
    assert checksums(elsewhere / "dist") == first


def test_the_version_is_in_one_place():
    written = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "templates", "static", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".js", ".css", ""} and path.is_file()
        if re.search(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.])", path.read_text())
    ]

    assert written == []
    assert VERSION in (ROOT / "pyproject.toml").read_text()


def test_the_command_prints_the_version_that_is_installed():
    printed = subprocess.run([CREWROOM, "--version"], capture_output=True, text=True, check=True).stdout

    assert re.fullmatch(r"crewroom, version \d+\.\d+\.\d+(rc\d+)?\n", printed)
