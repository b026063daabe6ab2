"""Requests that meet a transaction: they run into what it holds, so the order is always the bad one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from tests.support.portal import Portal

# By then a request has reached the lock; it is no failure if one has not, only a test of less.
REACHED = 0.6


@contextmanager
def blocked_requests(portal: Portal, *requests: Callable[[], Any]) -> Iterator[list[Any]]:
    """Change things in a transaction that the requests meet; their answers are there after it."""
    answers: list[Any] = []
    with ThreadPoolExecutor(len(requests)) as threads:
        with portal.writing() as db:
            yield answers
            db.flush()
            running = [threads.submit(request) for request in requests]
            wait(running, timeout=REACHED)
        answers.extend(request.result() for request in running)
