"""A gate that many threads pass at once, and that can be shut until all of them have left."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 1.0


class Gate:
    """Counts the threads inside, and can keep others out for a moment."""

    def __init__(self) -> None:
        """Create an open gate."""
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Enter the gate. If it is shut, wait at most a second: it may be waiting for this thread."""
        with self._changed:
            self._changed.wait_for(lambda: not self._shut, _PATIENCE_SECONDS)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def when_empty(self, action: Callable[[], None]) -> None:
        """Shut the gate and run an action once no thread is inside; give up after a second."""
        with self._changed:
            self._shut = True
            try:
                if self._changed.wait_for(lambda: not self._inside, _PATIENCE_SECONDS):
                    action()
            finally:
                self._shut = False
                self._changed.notify_all()
