"""A server process as its parent sees it: whether it runs, and when it is restarted."""

import os
import time
from dataclasses import dataclass

QUIET_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Process:
    """A process that is restarted when it ends; `pid` is 0 while it does not run."""

    pid: int = 0
    _started_at: float = 0.0
    _due_at: float = 0.0
    _ended: int = 0

    def started(self, pid: int) -> None:
        """Record that the process runs as `pid`."""
        self.pid, self._started_at = pid, time.monotonic()

    def seconds_until_due(self) -> float:
        """Return the seconds until it should be started, 0 for now."""
        return max(0.0, self._due_at - time.monotonic())

    def reap(self) -> int | None:
        """Return the exit code if the process has ended, and schedule its restart.

        Each pause is twice as long as the last one, until the process has run for a minute.
        """
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        now = time.monotonic()
        self._ended = 1 if now - self._started_at >= QUIET_SECONDS else self._ended + 1
        self.pid = 0
        self._due_at = now + min(FIRST_PAUSE_SECONDS * 2 ** (self._ended - 1), LONGEST_PAUSE_SECONDS)
        return os.waitstatus_to_exitcode(status)

    def signal(self, number: int) -> None:
        """Send a signal if the process runs."""
        if self.pid:
            os.kill(self.pid, number)
