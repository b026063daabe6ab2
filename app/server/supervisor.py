"""The parent process: fork the server processes and restart those that end.

If the parent dies, its children notice through a pipe and shut down as if asked to.
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

# What a process runs; it calls its argument once it accepts requests.
Task = Callable[[Callable[[], None]], None]
_READY = "."
_LONGEST_LINE = 500


class CannotStart(Exception):
    """The first process ended before it accepted requests; the text is the reason."""


class Supervisor:
    """Keep a number of processes running until asked to stop."""

    def __init__(self) -> None:
        """Install signal handlers. SIGHUP is ignored, so closing the terminal does not stop the server."""
        self._stopping = False
        self._kill_now = False
        self._serving = False
        self._last_message = ""
        self._wakeup_reader, self._wakeup_writer = os.pipe()
        self._lifeline_reader, self._lifeline_writer = os.pipe()
        self._messages_reader, self._messages_writer = os.pipe()
        for descriptor in (self._wakeup_reader, self._wakeup_writer, self._messages_reader):
            os.set_blocking(descriptor, False)
        self._previous_wakeup = signal.set_wakeup_fd(self._wakeup_writer, warn_on_full_buffer=False)
        handlers: dict[signal.Signals, Any] = {signal.SIGHUP: signal.SIG_IGN, signal.SIGCHLD: lambda *_: None}
        handlers |= dict.fromkeys((signal.SIGTERM, signal.SIGINT), self._on_stop_signal)
        self._previous_handlers = {
            number: signal.signal(number, handler) for number, handler in handlers.items()
        }

    def close(self) -> None:
        """Restore the signal handlers and close the pipes."""
        signal.set_wakeup_fd(self._previous_wakeup)
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)
        for descriptor in (
            self._wakeup_reader,
            self._wakeup_writer,
            self._lifeline_reader,
            self._lifeline_writer,
            self._messages_reader,
            self._messages_writer,
        ):
            os.close(descriptor)

    def run(
        self, task: Task, number: int, *, first: Task, began: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        """Keep `number` processes running until asked to stop.

        The first process runs `first`; once it accepts requests, `began` is called and the others start.
        `stopping` is called before the processes are asked to stop.
        Raises `CannotStart` if the first process ends before it accepts requests.
        """
        processes = [Process() for _ in range(number)]
        processes[0].started(self._fork(first))
        while not self._stopping and not self._serving:
            self._wait(1.0)
            self._reap(processes)
            if not processes[0].pid and not self._stopping:
                raise CannotStart(self._last_message or "The server stopped before it was ready")
        if not self._stopping:
            began()
        while not self._stopping:
            self._start_due(processes, task)
            self._wait(min([1.0, *(one.seconds_until_due() for one in processes if not one.pid)]))
            self._reap(processes)
        stopping()
        self._stop_all(processes)

    def _on_stop_signal(self, *_: object) -> None:
        self._kill_now = self._stopping
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
            task(lambda: self._report(_READY))
            code = 0
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 1
        except click.ClickException as error:
            self._report(error.format_message())
        except BaseException as error:  # noqa: BLE001 - the operator gets one line for any failure
            self._report(f"The server could not start ({type(error).__name__}: {error})")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _report(self, line: str) -> None:
        """Send a line to the parent in a single write, which other processes cannot interleave."""
        os.write(self._messages_writer, line.replace("\n", " ").encode()[:_LONGEST_LINE] + b"\n")

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal signals all processes; the parent decides
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        for descriptor in (
            self._lifeline_writer,
            self._wakeup_reader,
            self._wakeup_writer,
            self._messages_reader,
        ):
            os.close(descriptor)
        threading.Thread(target=self._stop_with_parent, name="lifeline", daemon=True).start()

    def _stop_with_parent(self) -> None:
        """Stop when the parent dies, which closes the only writing end of this pipe."""
        os.read(self._lifeline_reader, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(limits.STOP_SECONDS)
        os._exit(1)

    def _wait(self, seconds: float) -> None:
        """Sleep until a signal or a message of a process arrives."""
        select.select([self._wakeup_reader, self._messages_reader], [], [], seconds)
        _read(self._wakeup_reader)
        lines = _read(self._messages_reader).decode(errors="replace").splitlines()
        self._serving = self._serving or _READY in lines
        self._last_message = next((line for line in reversed(lines) if line != _READY), self._last_message)

    def _start_due(self, processes: list[Process], task: Task) -> None:
        for process in processes:
            if not process.pid and not process.seconds_until_due():
                process.started(self._fork(task))

    def _reap(self, processes: list[Process]) -> None:
        for process in processes:
            pid = process.pid
            code = process.reap() if pid else None
            if code is not None:
                self._wait(0)  # read its last message, which may be the reason
                if self._serving and not self._stopping:
                    _log("worker_ended", pid=pid, code=code, reason=self._last_message)
                    self._last_message = ""

    def _stop_all(self, processes: list[Process]) -> None:
        """Ask all processes to stop, and kill those left at the deadline or at a second signal."""
        self._stopping = True
        deadline = time.monotonic() + limits.STOP_SECONDS
        for process in processes:
            process.signal(signal.SIGTERM)
        while any(one.pid for one in processes) and time.monotonic() < deadline and not self._kill_now:
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
