"""One of the processes that serve, as their parent sees it: whether it runs, and when the next one begins."""

import os
import time
from dataclasses import dataclass

QUIET_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Process:
    """The one that runs, 0 for none, and how often those before it ended."""

    pid: int = 0
    _began_at: float = 0.0
    _due_at: float = 0.0
    _ended: int = 0

    def began(self, pid: int) -> None:
        """Note that another one runs."""
        self.pid, self._began_at = pid, time.monotonic()

    def seconds_until_due(self) -> float:
        """Return when the next one shall begin, 0 for now."""
        return max(0.0, self._due_at - time.monotonic())

    def reaped(self) -> int | None:
        """Return the exit code if it has ended, and plan the next one.

        Each pause is twice as long as the last; a minute without an end makes up for those before.
        """
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        now = time.monotonic()
        self._ended = 1 if now - self._began_at >= QUIET_SECONDS else self._ended + 1
        self.pid = 0
        self._due_at = now + min(FIRST_PAUSE_SECONDS * 2 ** (self._ended - 1), LONGEST_PAUSE_SECONDS)
        return os.waitstatus_to_exitcode(status)

    def signal(self, number: int) -> None:
        """Send a signal if it runs."""
        if self.pid:
            os.kill(self.pid, number)
