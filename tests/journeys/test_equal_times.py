"""Response times do not reveal whether an address has an account: over HTTP, by medians of pairs."""

import time
from collections.abc import Callable
from statistics import median

import pytest

from tests.support.serving import Served

PAIRS = 15
# A busy machine may delay one kind of address for a round; an actual difference appears in each round.
ROUNDS = 3
Form = tuple[str, dict[str, str]]
# Hashing takes nearly all of the time; an answer that skipped it would take a tenth of the other.
SIMILAR = (0.6, 1.67)
# In seconds: what a busy machine adds to an answer that hashes nothing; a hash or a mail takes longer.
NOISE = 0.01


def log_in(address: str) -> Form:
    return "/login/", {"email": address, "password": "a wrong password"}


def register(address: str) -> Form:
    return "/register/", {"email": address, "password": "plums in the icebox", "name": "Ada"}


def reset(address: str) -> Form:
    return "/reset/", {"email": address}


@pytest.mark.long
@pytest.mark.usefixtures("real_hashes")
@pytest.mark.parametrize("form", [log_in, register, reset])
def test_known_and_unknown_addresses_take_equally_long(served, form):
    found = []
    for attempt in range(ROUNDS):
        found.append(medians(served, form, f"{attempt}.{form.__name__}@crew.test"))
        if similar(*found[-1]):
            return

    pytest.fail(f"{form.__name__} takes different times in each round: {found}")


def medians(served: Served, form: Callable[[str], Form], ending: str) -> tuple[float, float]:
    """Return the median seconds for known and unknown addresses, which get the same answer."""
    known = [f"known{number}.{ending}" for number in range(PAIRS)]
    for address in known:
        served.portal.person("Ada", address)
    answers: set[bytes] = set()
    times: dict[str, list[float]] = {"": [], "un": []}
    with served.visitor() as client:
        for number, address in enumerate(known):
            for kind in ("", "un") if number % 2 else ("un", ""):
                path, body = form(kind + address)
                began = time.perf_counter()
                answers.add(client.post(path, json=body).content)
                times[kind].append(time.perf_counter() - began)

    assert len(answers) == 1
    return median(times[""]), median(times["un"])


def similar(one: float, other: float) -> bool:
    return abs(one - other) < NOISE or SIMILAR[0] < one / other < SIMILAR[1]
