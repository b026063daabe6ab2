"""Simultaneous guesses against two processes on one database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.serving import PASSWORD

GUESSERS = 24


def guess_at_once(processes, address: str) -> Counter[int]:
    """Send many wrong passwords at the same moment, half of them to each process."""
    clients = [processes[number % 2].visitor() for number in range(GUESSERS)]

    def attempt(number: int) -> int:
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        body = {"email": address, "password": f"wrong password {number}"}
        return int(clients[number].post("/login/", json=body, headers=headers).status_code)

    with ThreadPoolExecutor(GUESSERS) as pool:
        return Counter(pool.map(attempt, range(GUESSERS)))


@pytest.mark.long
def test_only_five_of_many_simultaneous_guesses_are_checked(processes):
    first, second = processes
    first.person("alice@crew.test")

    known = guess_at_once(processes, "alice@crew.test")
    unknown = guess_at_once(processes, "nobody@crew.test")

    assert known == unknown == {401: 5, 429: GUESSERS - 5}
    first.stop()
    first.start()
    for server in (second, first):
        with server.visitor() as client:
            body = {"email": "alice@crew.test", "password": PASSWORD}
            assert client.post("/login/", json=body).status_code == 429
