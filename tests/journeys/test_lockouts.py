"""Guessing from many sides at once, against two processes on one database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.support.serving import PASSWORD

GUESSERS = 24


def try_at_once(processes, address: str) -> Counter[int]:
    """Give as many wrong passwords at the same time, half of them to each process."""
    clients = [processes[number % 2].visitor() for number in range(GUESSERS)]

    def attempt(number: int) -> int:
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        body = {"email": address, "password": f"wrong password {number}"}
        return int(clients[number].post("/login/", json=body, headers=headers).status_code)

    with ThreadPoolExecutor(GUESSERS) as pool:
        return Counter(pool.map(attempt, range(GUESSERS)))


def test_no_more_than_five_of_many_guesses_at_once_are_looked_at(processes):
    first, second = processes
    first.person("alice@crew.test")

    known = try_at_once(processes, "alice@crew.test")
    unknown = try_at_once(processes, "nobody@crew.test")

    assert known == unknown == {401: 5, 429: GUESSERS - 5}
    first.stop()
    first.start()
    for server in (second, first):
        with server.visitor() as client:
            body = {"email": "alice@crew.test", "password": PASSWORD}
            assert client.post("/login/", json=body).status_code == 429
