"""The parent process: it forks the processes that serve and replaces those that end.

A process that the parent leaves behind notices by a pipe, and stops as if it was asked to.
"""

import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import click

from app.base import clock
from app.server import limits
from app.server.process import Process

# What a process does; it calls `ready` once it serves.
Task = Callable[[Callable[[], None]], None]
_READY = "."
_LONGEST_LINE = 500


class CannotStart(Exception):
    """The first process did not come to serve; the text is its reason."""


class Supervisor:
    """Keeps some processes running until it is asked to stop."""

    def __init__(self) -> None:
        """Take over signals; a hang-up of the terminal is no reason to stop."""
        self._stopping = False
        self._hurry = False
        self._serving = False
        self._said = ""
        self._wake, self._woken = os.pipe()
        self._alive, self._lifeline = os.pipe()
        self._told, self._tell = os.pipe()
        for descriptor in (self._wake, self._woken, self._told):
            os.set_blocking(descriptor, False)
        self._wakeup_before = signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        handlers: dict[signal.Signals, Any] = {signal.SIGHUP: signal.SIG_IGN, signal.SIGCHLD: lambda *_: None}
        handlers |= dict.fromkeys((signal.SIGTERM, signal.SIGINT), self._stop)
        self._before = {number: signal.signal(number, handler) for number, handler in handlers.items()}

    def close(self) -> None:
        """Give back signals and pipes."""
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for descriptor in (self._wake, self._woken, self._alive, self._lifeline, self._told, self._tell):
            os.close(descriptor)

    def run(
        self, task: Task, number: int, *, first: Task, began: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        """Keep a number of processes running until asked to stop.

        `first` is what the very first process does; once it serves, `began` is called and the others begin.
        `stopping` is called before the processes are asked to stop.
        Raises `CannotStart` if it ends before.
        """
        processes = [Process() for _ in range(number)]
        processes[0].began(self._fork(first))
        while not self._stopping and not self._serving:
            self._wait(1.0)
            self._reap(processes)
            if not processes[0].pid and not self._stopping:
                raise CannotStart(self._said or "The server ended before it could answer")
        if not self._stopping:
            began()
        while not self._stopping:
            self._begin_due(processes, task)
            self._wait(min([1.0, *(one.seconds_until_due() for one in processes if not one.pid)]))
            self._reap(processes)
        stopping()
        self._end(processes)

    def _stop(self, *_: object) -> None:
        self._hurry = self._stopping
        self._stopping = True

    def _fork(self, task: Task) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            self._become_child()
            task(lambda: self._say(_READY))
            code = 0
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 1
        except click.ClickException as error:
            self._say(error.format_message())
        except BaseException as error:  # noqa: BLE001 - one line, whatever it is
            self._say(f"The server could not start ({type(error).__name__}: {error})")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _say(self, line: str) -> None:
        """Let the parent know, in one write that no other process can come between."""
        os.write(self._tell, line.replace("\n", " ").encode()[:_LONGEST_LINE] + b"\n")

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent passes it on
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        for descriptor in (self._lifeline, self._wake, self._woken, self._told):
            os.close(descriptor)
        threading.Thread(target=self._outlive, name="lifeline", daemon=True).start()

    def _outlive(self) -> None:
        """Stop when the parent is gone: nobody else holds the other end of this pipe."""
        os.read(self._alive, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(limits.STOP_SECONDS)
        os._exit(1)

    def _wait(self, seconds: float) -> None:
        """Sleep until a signal comes, or one of the processes says something."""
        select.select([self._wake, self._told], [], [], seconds)
        _read(self._wake)
        lines = _read(self._told).decode(errors="replace").splitlines()
        self._serving = self._serving or _READY in lines
        self._said = next((line for line in reversed(lines) if line != _READY), self._said)

    def _begin_due(self, processes: list[Process], task: Task) -> None:
        for process in processes:
            if not process.pid and not process.seconds_until_due():
                process.began(self._fork(task))

    def _reap(self, processes: list[Process]) -> None:
        for process in processes:
            pid = process.pid
            code = process.reaped() if pid else None
            if code is not None:
                self._wait(0)  # it may have said why
                if self._serving and not self._stopping:
                    _log("worker_ended", pid=pid, code=code, reason=self._said)
                    self._said = ""

    def _end(self, processes: list[Process]) -> None:
        """Ask all to stop, and kill what does not within the time, or at a second request."""
        self._stopping = True
        deadline = time.monotonic() + limits.STOP_SECONDS
        for process in processes:
            process.signal(signal.SIGTERM)
        while any(one.pid for one in processes) and time.monotonic() < deadline and not self._hurry:
            self._wait(0.2)
            self._reap(processes)
        for process in processes:
            process.signal(signal.SIGKILL)
        for process in processes:
            if process.pid:
                os.waitpid(process.pid, 0)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


def _log(event: str, **facts: object) -> None:
    line = {"event": event, **facts, "level": "warning", "timestamp": clock.now().isoformat()}
    click.echo(json.dumps(line), err=True)
