"""Requests that run into an open transaction, so that the order of a race is always the bad one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from tests.support.portal import Portal

# Long enough for a request to reach the lock; if it has not, the test merely shows less.
REACHED = 0.6


@contextmanager
def blocked_requests(portal: Portal, *requests: Callable[[], Any]) -> Iterator[list[Any]]:
    """Make changes in a transaction that the requests wait for; their answers are there after the block."""
    answers: list[Any] = []
    with ThreadPoolExecutor(len(requests)) as threads:
        with portal.writing() as db:
            yield answers
            db.flush()
            running = [threads.submit(request) for request in requests]
            wait(running, timeout=REACHED)
        answers.extend(request.result() for request in running)
