"""Runs commands that are killed before a chosen step: a statement, a commit, or a change in the file system.

A separate process imports the program once and forks for each command; the fork kills itself with SIGKILL, so
that nothing is caught, flushed or cleaned up. Python's audit hooks and SQLAlchemy's events count the steps
from outside; the program has no hook for this.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

_PROGRAM = """
import json, os, signal, sys
from sqlalchemy import Engine, event
import app.services.operations.secret_key_rotation, app.storage.postgres  # noqa: once, before the forks
from app.cli import main

moment, steps = None, []
CHANGES = {"os.rename", "os.remove", "os.link", "os.chmod", "os.mkdir", "os.rmdir", "os.truncate"}

def step(name):
    steps.append(name)
    if [name, steps.count(name)] == moment:
        os.kill(os.getpid(), signal.SIGKILL)

def audit(name, given):
    if name in CHANGES:
        step(name)
    elif name == "open" and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        step(name)

def syncing(descriptor, fsync=os.fsync):
    step("fsync")
    fsync(descriptor)

def command(arguments):
    os.fsync = syncing
    event.listen(Engine, "before_cursor_execute", lambda *_: step("statement"))
    event.listen(Engine, "commit", lambda *_: step("commit"))
    sys.addaudithook(audit)
    try:
        main(arguments)
    except SystemExit as end:
        return end.code or 0
    return 0

for line in sys.stdin:
    moment, arguments = json.loads(line)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        code = command(arguments)
        os.write(writer, json.dumps(steps).encode())
        os._exit(code)
    os.close(writer)
    with open(reader) as told:
        found = json.loads(told.read() or "[]")
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([ended, found]), flush=True)
"""


class Step(NamedTuple):
    """The nth step of its kind: `statement`, `commit`, `fsync`, or an event of Python's audit hooks."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class End:
    """The end of a command: its exit code (negative for a signal), and its steps unless it was killed."""

    code: int
    steps: list[Step]


class KillableCommands:
    """Runs commands that can be killed at their nth step."""

    def __init__(self, variables: dict[str, str | None]) -> None:
        given = {name: value for name, value in variables.items() if value}
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **given}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], env=environment, stderr=subprocess.DEVNULL, **pipes
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, *arguments: str, before: Step | None = None) -> End:
        """Run a command; kill it before a step if one is given."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([before, arguments]) + "\n")
        self._process.stdin.flush()
        code, kinds = json.loads(next(line for line in self._process.stdout if line.startswith("[")))
        return End(code, [Step(kind, kinds[:place].count(kind)) for place, kind in enumerate(kinds, start=1)])
