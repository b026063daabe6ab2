"""Turns: how many requests are worked on at once. Whoever waits for the network holds a thread, but no turn.

Reads and changes queue apart: when nothing can be written, the reads go on.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request

from app.errors import Unavailable
from app.web import incoming
from app.web.transaction import changes

AT_ONCE = 16
# Of the server's threads, for those whose body is on its way; the others are for reads, and for slow readers.
MOST_WAITING = 768
PATIENCE_SECONDS = 20
# They say that the process runs, whatever else does not, and touch nothing that could be busy.
_UNTURNED = frozenset({"health.healthz", "static"})


class _Queues:
    """The turns of one portal, and the places of those who wait for one."""

    def __init__(self) -> None:
        self.reads = threading.BoundedSemaphore(AT_ONCE)
        self.changes = threading.BoundedSemaphore(AT_ONCE)
        self.places = threading.BoundedSemaphore(MOST_WAITING)


def init_app(app: Flask) -> None:
    """Take the body of a change off the wire, then wait for a turn; a slow sender holds up nobody."""
    app.extensions["turns"] = _Queues()
    app.before_request(_begin)
    app.teardown_request(_end)


@contextmanager
def given_back() -> Iterator[None]:
    """Give the turn back for as long as the block waits for the network, in a place of those who do."""
    with _place():
        _leave()
        try:
            yield
        finally:
            _take()


def _begin() -> None:
    if request.endpoint in _UNTURNED:
        return
    if changes():
        _receive()
    else:
        _take()


def _receive() -> None:
    """Take the body and then a turn."""
    with _place():
        incoming.receive()
        _take()


@contextmanager
def _place() -> Iterator[None]:
    """Hold a place for a sender; while all are taken, the next one is told to come back."""
    if not _queues().places.acquire(blocking=False):
        raise Unavailable
    try:
        yield
    finally:
        _queues().places.release()


def _end(_error: BaseException | None) -> None:
    _leave()


def _take() -> None:
    queue = _queues().changes if changes() else _queues().reads
    if not queue.acquire(timeout=PATIENCE_SECONDS):
        raise Unavailable
    g.turn = queue


def _leave() -> None:
    turn: threading.BoundedSemaphore | None = g.pop("turn", None)
    if turn:
        turn.release()


def _queues() -> _Queues:
    found: _Queues = current_app.extensions["turns"]
    return found
