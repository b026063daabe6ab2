"""A gate that many pass at once, and that one may shut until everybody inside has left."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 1.0


class Gate:
    """Counts who is inside; shut, it lets nobody in for a moment."""

    def __init__(self) -> None:
        """Begin open and empty."""
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Be inside; who finds it shut waits a second at most: perhaps the caller is awaited."""
        with self._changed:
            self._changed.wait_for(lambda: not self._shut, _PATIENCE_SECONDS)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def when_empty(self, deed: Callable[[], None]) -> None:
        """Shut the gate and do it once nobody is inside; give up after a second."""
        with self._changed:
            self._shut = True
            try:
                if self._changed.wait_for(lambda: not self._inside, _PATIENCE_SECONDS):
                    deed()
            finally:
                self._shut = False
                self._changed.notify_all()
