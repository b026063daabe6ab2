"""Installing from the lock works on any later day, with the oldest pip that a supported system ships."""

import base64
import hashlib
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Python 3.11.0 ships it; Debian 12 ships 23.0.1.
OLDEST_PIP = "22.3"
LOCKED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
NEWER = "9999.0"


@pytest.fixture(scope="module")
def newer_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index in which each locked package has a release newer than the lock."""
    folder = tmp_path_factory.mktemp("index")
    for name in set(LOCKED.findall((ROOT / "requirements-dev.txt").read_text())):
        write_wheel(folder, name.replace("-", "_"))
    return folder


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_makefile_installs_an_older_lock_with_an_old_pip(tmp_path, newer_releases):
    environment = old_environment(tmp_path / "venv", OLDEST_PIP)

    made = make(environment, newer_releases)

    assert made.returncode == 0, made.stderr[-2000:]
    versions = subprocess.run(
        [str(environment / "bin" / "python"), "-m", "pip", "freeze"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert NEWER not in versions
    assert "coverage==" in versions


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_newer_releases_do_break_an_old_pip_that_resolves(tmp_path, newer_releases):
    """What the Makefile avoids: without `--no-deps` the same lock is refused, so the test above can fail."""
    environment = old_environment(tmp_path / "venv", OLDEST_PIP)

    made = make(environment, newer_releases, "INSTALL_LOCK=$(INSTALL)")

    assert made.returncode != 0
    assert "--require-hashes" in made.stderr


def old_environment(folder: Path, pip: str) -> Path:
    venv.create(folder, with_pip=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "install", f"pip=={pip}"]
    subprocess.run(install, check=True, capture_output=True)
    return folder


def make(environment: Path, index: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """Run the Makefile's own installation, with newer releases available."""
    target = [f"VENV={environment}", *settings, f"{environment}/.installed-dev"]
    found = f"{os.environ.get('PIP_FIND_LINKS', '')} {index}".strip()
    surroundings = {**os.environ, "PIP_FIND_LINKS": found, "PYTHON": sys.executable}
    return subprocess.run(
        ["make", *target], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )


def write_wheel(folder: Path, name: str) -> None:
    """Write the smallest wheel that pip accepts as a release of a package."""
    about = f"{name}-{NEWER}.dist-info"
    files = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {NEWER}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{path},sha256={digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{about}/RECORD"] = "\n".join([*rows, f"{about}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"{name}-{NEWER}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
