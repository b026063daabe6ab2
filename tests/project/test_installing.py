"""Installing from the lock works on any later day, with the oldest pip that a supported system ships."""

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin

import httpx
import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements-dev.txt").read_text()
# Python 3.11.0 ships it; Debian 12 ships 23.0.1.
OLDEST_PIP = "22.3"
NEWER = "9999.0"
UPSTREAM = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
LINK = re.compile(r'href="([^"]+#sha256=([0-9a-f]{64}))"')
# `pytest-cov` depends on `coverage[toml]`, which the old pip refuses once
# a release newer than the locked one exists.
REFUSED = re.compile(r"^(?:coverage|pytest-cov)==(?:.*\n)(?:[ ].*\n)*", re.MULTILINE)

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


class LaterIndex(BaseHTTPRequestHandler):
    """The index of a later day: the locked files of each package, and a newer release, which is only listed.

    It leaves out the other files of the real index, because the old pip takes a minute to compare them.
    """

    def do_GET(self) -> None:
        name = self.path.strip("/")
        page = httpx.get(f"{UPSTREAM}/{name}/", follow_redirects=True, timeout=60)
        links = [urljoin(str(page.url), link) for link, digest in LINK.findall(page.text) if digest in LOCK]
        links.append(f"{name.replace('-', '_')}-{NEWER}-py3-none-any.whl")
        answer = "".join(
            f'<a href="{link}">{link.partition("#")[0].rpartition("/")[2]}</a>' for link in links
        )
        self.send_response(page.status_code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def later_index() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), LaterIndex) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with the old pip and nothing else."""
    folder = tmp_path_factory.mktemp("old") / "venv"
    venv.create(folder, with_pip=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "install", f"pip=={OLDEST_PIP}"]
    subprocess.run(install, check=True, capture_output=True)
    return folder


def test_the_newer_releases_do_break_an_old_pip_that_resolves(tmp_path, environment, later_index):
    """What the Makefile avoids: without `--no-deps`, two packages of the lock are refused.

    So the test below can fail.
    """
    (tmp_path / "requirements-dev.txt").write_text("".join(REFUSED.findall(LOCK)))
    for made_already in (
        tmp_path / "requirements.txt",
        tmp_path / "pyproject.toml",
        environment / ".installed",
    ):
        made_already.touch()

    made = make(environment, later_index, "INSTALL_LOCK=$(INSTALL)", folder=tmp_path)
    (environment / ".installed").unlink()

    assert made.returncode != 0
    assert "--require-hashes" in made.stderr
    assert "coverage[toml]" in made.stderr
    assert freeze(environment) == ""


def test_the_makefile_installs_an_older_lock_with_an_old_pip(environment, later_index):
    made = make(environment, later_index)

    assert made.returncode == 0, made.stderr[-2000:]
    versions = freeze(environment)
    assert NEWER not in versions
    assert "coverage==" in versions


def make(
    environment: Path, index: str, *settings: str, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run the Makefile's own installation on a later day; bytecode, which takes long, is not compiled."""
    command = ["make", "-f", str(ROOT / "Makefile"), f"VENV={environment}", *settings]
    surroundings = {**os.environ, "PIP_INDEX_URL": index, "PIP_COMPILE": "0", "PYTHON": sys.executable}
    return subprocess.run(
        [*command, f"{environment}/.installed-dev"],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def freeze(environment: Path) -> str:
    """Return the installed packages with their versions, except pip itself."""
    command = [str(environment / "bin" / "python"), "-m", "pip", "freeze"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
