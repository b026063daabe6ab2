"""The wheel is complete, and serves from any folder without the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from tests.support.serving import Served

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of a new environment with the wheel, and with this environment's dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    # A folder on the path, whose `.pth` files are ignored, so the checkout stays out.
    library = next((folder / "lib").glob("python*/site-packages"))
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "crewroom"


@pytest.mark.long
def test_the_wheel_contains_all_that_runs_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    modules = {path for path in files("app") if "__pycache__" not in path}
    carried = {f"app/{path}" for folder in ("templates", "static") for path in files(folder)}
    assert packed == modules | carried


@pytest.mark.long
def test_the_installed_wheel_serves_from_another_folder(installed, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    server = Served(tmp_path / "instance", command=installed, PYTHONPATH="")
    try:
        server.start(folder=elsewhere)
        page = httpx.get(f"{server.url}/login/", headers={"Accept": "text/html"})
        sheet = linked(page.text, "link[rel=stylesheet]", "href")
        script = linked(page.text, "script[src]", "src")
        answers = [httpx.get(server.url + path) for path in (sheet, script)]
        created = server.run(
            "user", "create", "ada@crew.test", "--password-stdin", given="plums in the icebox"
        )
    finally:
        stopped = server.stop()

    assert page.status_code == 200
    assert "Log in" in page.text
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.content for answer in answers] == [source(path) for path in (sheet, script)]
    assert (created.returncode, created.stderr) == (0, "")
    assert stopped == 0
    assert list(elsewhere.iterdir()) == []


@pytest.mark.long
def test_the_installed_wheel_is_not_the_checkout(installed):
    where = "import app, app.base.paths; print(app.__file__, app.base.paths.TEMPLATES, sep='\\n')"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = [installed.with_name("python"), "-c", where]

    result = subprocess.run(ran, capture_output=True, text=True, check=True, env=environment, cwd="/")

    inside = installed.parent.parent
    assert all(Path(line).is_relative_to(inside) for line in result.stdout.splitlines())


def files(folder: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}


def linked(page: str, selector: str, attribute: str) -> str:
    element = BeautifulSoup(page, "html.parser").select_one(selector)
    assert element is not None
    return str(element[attribute])


def source(path: str) -> bytes:
    return (ROOT / path.partition("?")[0].lstrip("/")).read_bytes()
