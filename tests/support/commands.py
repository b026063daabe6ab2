"""The command line, run in this process on an instance of its own."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.base import config
from app.base.config import NAMES, Config
from app.cli import main
from app.services.installation import installations
from tests.support.databases import databases
from tests.support.portal import PASSWORD, Person, Portal


class CommandLine:
    """Runs commands in this process, on one instance."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.variables: dict[str, str | None] = {
            **dict.fromkeys((*NAMES.accepted, "REGISTRATION")),
            "CREWROOM_INSTANCE": str(instance),
            "CREWROOM_RATE_LIMIT": "0",
            **databases().connect(instance),
        }

    def run(self, *arguments: str, given: str | bytes = "", **variables: str) -> Result:
        return CliRunner().invoke(main, arguments, input=given, env={**self.variables, **variables})

    def done(self, *arguments: str, given: str = "") -> str:
        """Run a command that must succeed; return what it printed."""
        result = self.run(*arguments, given=given)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def install(self) -> None:
        """Create an empty installation, copied from a template if the settings are the default ones."""
        usual = self.variables == CommandLine(self.instance).variables
        if not usual or self.instance.exists():
            self._start()
        else:
            shutil.copytree(_installation(), self.instance)
            databases().copy(_installation(), self.instance)

    def _start(self) -> None:
        with installations.started(self.config()):
            pass

    def user(self, email: str, name: str = "") -> str:
        """Create an account, and the installation if there is none."""
        if not self.instance.exists():
            self.install()
        return self.done("user", "create", email, "--name", name, "--password-stdin", given=f"{PASSWORD}\n")

    def person(self, email: str) -> Person:
        return Person(self.user(email).split()[0], email, "")

    def portal(self) -> Portal:
        return Portal(self.config())

    def config(self) -> Config:
        """Return the settings that the commands use."""
        return config.load({name: value for name, value in self.variables.items() if value})


@cache
def _installation() -> Path:
    """Return an empty installation to copy, because migrating a database takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="crewroom-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    CommandLine(folder / "instance")._start()  # noqa: SLF001 - its own
    return folder / "instance"


@pytest.fixture
def crewroom(tmp_path):
    return CommandLine(tmp_path / "instance")


def refused(result: Result, *, code: int = 1) -> str:
    """Assert that a command was refused with a single clear line; return that line."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.splitlines()
    assert "Traceback" not in line
    return line.removeprefix("Error: ")
