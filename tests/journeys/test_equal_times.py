"""Response times do not reveal whether an address has an account: over HTTP, by medians of pairs."""

import time
from statistics import median

import pytest

PAIRS = 15
# Hashing takes nearly all of the time; an answer that skipped it would take a tenth of the other.
SIMILAR = (0.6, 1.67)
# In seconds: what a busy machine adds to an answer that hashes nothing; a hash or a mail takes longer.
NOISE = 0.01


def log_in(address: str) -> tuple[str, dict[str, str]]:
    return "/login/", {"email": address, "password": "a wrong password"}


def register(address: str) -> tuple[str, dict[str, str]]:
    return "/register/", {"email": address, "password": "plums in the icebox", "name": "Somebody"}


def reset(address: str) -> tuple[str, dict[str, str]]:
    return "/reset/", {"email": address}


@pytest.mark.long
@pytest.mark.usefixtures("real_hashes")
@pytest.mark.parametrize("form", [log_in, register, reset])
def test_known_and_unknown_addresses_take_equally_long(served, form):
    with served.visitor() as client:

        def measured(address: str) -> float:
            path, body = form(address)
            began = time.perf_counter()
            answers.add(client.post(path, json=body).content)
            return time.perf_counter() - began

        answers: set[bytes] = set()
        known = [f"known{number}.{form.__name__}@crew.test" for number in range(PAIRS)]
        for address in known:
            served.portal.person("Somebody", address)
        times: dict[str, list[float]] = {"": [], "un": []}
        for number, address in enumerate(known):
            for kind in ("", "un") if number % 2 else ("un", ""):
                times[kind].append(measured(kind + address))

    assert len(answers) == 1
    one, other = median(times[""]), median(times["un"])
    assert abs(one - other) < NOISE or SIMILAR[0] < one / other < SIMILAR[1], (form.__name__, one, other)
