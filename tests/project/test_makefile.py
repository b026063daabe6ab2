"""The Makefile: `make help` prints each target from its own line, and the documents name no other."""

import os
import re
import signal
import subprocess
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.support.documented_commands import ROOT
from tests.support.ports import free_port
from tests.support.serving import CREWROOM
from tests.support.sweeping import sweep

# Below another `make`, this one would also print the folder that it works in.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))


def make_help(*arguments: str) -> str:
    command = ["make", "help", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout


@cache
def printed() -> dict[str, str]:
    """Return the targets that `make help` prints, with their texts."""
    return dict(re.findall(r"^make ([a-z-]+) +(\S.*)$", make_help(), re.MULTILINE))


def test_help_prints_every_target_with_its_text():
    makefile = (ROOT / "Makefile").read_text()

    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    assert printed().keys() == set(phony.split()) - {"help"}


def test_help_does_not_depend_on_settings_of_the_caller():
    with_settings = make_help("PORT=9000", "WORKERS=2", "-j2")

    assert len(with_settings.splitlines()) == len(printed())


def targets_in(path: Path) -> set[str]:
    """Return the words after `make` in the code of a document."""
    code = re.findall(r"`[^`\n]+`|^```(?:sh|text)?\n.*?^```", path.read_text(), re.MULTILINE | re.DOTALL)
    commands = re.findall(r"(?:^|`|; )make ([a-z -]+)", "\n".join(code), re.MULTILINE)
    return {word for command in commands for word in command.split()}


@sweep("path", DOCUMENTS, ids=lambda path: path.name)
def test_targets_that_a_document_names_exist(path):
    assert targets_in(path) - printed().keys() - {"help"} == set()


def test_documents_do_name_targets():
    assert {"run", "test", "test-long", "check"} <= targets_in(ROOT / "CONTRIBUTING.md")


@pytest.mark.long
def test_make_run_serves_until_it_is_interrupted(tmp_path):
    """The first command of the README, in an environment that is already installed."""
    environment, port = tmp_path / "venv", free_port()
    environment.mkdir()
    (environment / "bin").symlink_to(CREWROOM.parent)
    (environment / ".installed").touch()

    with subprocess.Popen(
        ["make", "run", f"VENV={environment}", f"PORT={port}"],
        cwd=ROOT,
        env={**ENVIRONMENT, "CREWROOM_INSTANCE": str(tmp_path / "instance")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as made:
        assert made.stdout
        first = made.stdout.readline()
        answer = httpx.get(f"http://127.0.0.1:{port}/register/", headers={"Accept": "text/html"})
        os.killpg(made.pid, signal.SIGINT)  # as Ctrl+C in a terminal does
        made.wait(30)

    assert first == f"Crewroom is at http://127.0.0.1:{port}\n"
    assert answer.status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/register/")
