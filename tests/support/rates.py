"""Portals with rate limits, and a clock at a moment when no window ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from app.base.config import Config
from tests.support.portal import Portal

NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def limited(settings_for: Callable[..., Config]) -> Iterator[Callable[[int], Portal]]:
    """Return a function that creates a portal with a rate limit."""
    portals: list[Portal] = []

    def make(limit: int) -> Portal:
        portals.append(Portal(settings_for(CREWROOM_RATE_LIMIT=str(limit))))
        return portals[-1]

    yield make
    for portal in portals:
        portal.close()


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Stop the clock; tests move it by hand."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
