"""Rate limits: per credential, person and network, tighter ones for some operations, and their headers."""

from datetime import timedelta

import pytest

from app.web.guard.rate_counters import MOST_CALLERS, ProcessCounter
from tests.support.answers import assert_refused

PATH, MEMBERS = "/organization/", "/organization/members/"
TOO_MANY = "Too many requests"


def left(answer):
    return {name: answer.headers.get(f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")}


def test_a_credential_is_limited_per_minute(limited, noon):
    portal = limited(3)
    alice, bob = portal.person("Alice"), portal.person("Bob")
    api, other = portal.api(portal.key(alice)), portal.api(portal.key(alice))

    answers = [api.get(PATH) for _ in range(3)]
    refused = api.get(PATH)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [left(answer)["Remaining"] for answer in answers] == ["2", "1", "0"]
    assert_refused(refused, 429, TOO_MANY)
    assert left(refused)["Remaining"] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert other.get(PATH).status_code == 200
    assert portal.api(portal.key(bob)).get(PATH).status_code == 200


class Stopwatch:
    """A monotonic clock, which operators and time servers cannot set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_limit_starts_over_every_minute(limited):
    portal, watch = limited(1), Stopwatch()
    portal.app.extensions["rate_counter"] = ProcessCounter(watch)
    api = portal.api(portal.key(portal.person("Alice")))
    assert [api.get(PATH).status_code for _ in range(2)] == [200, 429]

    watch.now += 30
    assert api.get(PATH).headers["Retry-After"] == "30"
    watch.now += 30

    assert api.get(PATH).status_code == 200


# A virtual machine that resumes, a time server that is briefly wrong, an operator who sets the date.
@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2), timedelta(days=9000)])
def test_nobody_waits_longer_than_a_window_when_the_clock_jumps(limited, noon, jump):
    portal = limited(1)
    person = portal.person("Alice")
    api = portal.api(portal.key(person, lifetime=None))
    visitor = portal.api()
    noon.shift(jump)
    during = [api.get(PATH).status_code for _ in range(2)]
    noon.shift(-jump)

    after = [api.get(PATH), *[visitor.get("/login/") for _ in range(4)]]

    assert during == [200, 429]
    assert [answer.status_code for answer in after] == [429, 200, 200, 200, 429]
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in (after[0], after[-1]))


def test_a_person_has_three_times_the_limit_however_many_keys_they_have(limited, noon):
    portal = limited(5)
    alice, bob = portal.person("Alice"), portal.person("Bob")
    keys = [portal.api(portal.key(alice)) for _ in range(12)]
    session = portal.browser(alice).client

    statuses = [api.get(PATH).status_code for api in keys for _ in range(5)]

    assert statuses.count(200) == 15
    assert session.get(PATH).status_code == 429
    assert portal.api(portal.key(bob)).get(PATH).status_code == 200


def test_a_network_has_three_times_the_limit_without_a_valid_credential(limited, noon):
    portal = limited(4)
    good = portal.api(portal.key(portal.person("Alice")))
    junk = [portal.api(f"crew_junk{number}") for number in range(6)]
    visitor = portal.api()

    statuses = [api.get(PATH).status_code for api in [*junk, visitor] * 2]

    assert statuses == [401] * 12 + [429] * 2
    assert good.get(PATH).status_code == 200
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.1"}}
    assert visitor.send("GET", "/login/", **elsewhere).status_code == 200


def test_a_network_has_a_hundred_times_the_limit_in_all(limited, noon):
    portal = limited(1)
    keys = [portal.key(portal.person(f"P{number}")) for number in range(101)]

    statuses = [portal.api(key).get(PATH).status_code for key in keys]

    assert statuses == [200] * 100 + [429]
    assert (
        portal.api(keys[-1]).send("GET", PATH, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}).status_code
        == 429
    )


def test_an_ipv6_network_is_what_one_customer_gets(limited, noon):
    portal = limited(1)
    peers = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3", "2001:db8::4", "2001:db8:0:1::1"]

    statuses = [
        portal.api().send("GET", "/login/", environ_overrides={"REMOTE_ADDR": peer}).status_code
        for peer in peers
    ]

    assert statuses == [200, 200, 200, 429, 200]


@pytest.mark.long
def test_memory_is_bounded_and_regular_callers_are_not_forgotten():
    """Two hundred thousand callers are more than a portal has; an attacker with an IPv6 block has more."""
    counter = ProcessCounter()
    counts = []
    for number in range(450_000):
        counter.hit("network", 60, str(number))
        if number % 50_000 == 0:
            counts.append(counter.hit("network", 60, "regular"))

    assert counts == list(range(1, 10))
    assert len(counter) <= MOST_CALLERS


def test_the_rate_limit_is_checked_before_the_body(limited, noon):
    portal = limited(1)
    api = portal.api(portal.key(portal.person("Alice")))

    answers = [api.send("PUT", PATH, data="{", content_type="application/json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 429]
    assert_refused(portal.api("your-api-key").get(PATH), 401, "Invalid API key")


@pytest.mark.parametrize(
    ("method", "path", "status", "key"),
    [
        ("GET", PATH, 200, True),
        ("GET", MEMBERS, 400, True),
        ("GET", f"{MEMBERS}?orgId=org_x", 403, True),
        ("GET", "/nothing/", 404, True),
        ("PATCH", PATH, 405, True),
        ("GET", PATH, 401, False),
        ("GET", "/login/", 200, None),
    ],
)
def test_every_json_answer_has_the_remaining_limit(limited, noon, method, path, status, key):
    portal = limited(1000 if key else 400)
    limit = 1000 if key else 1200
    secret = portal.key(portal.person("Alice")) if key else "your-api-key"
    api = portal.api(None if key is None else secret)

    answer = api.send(method, path)

    assert answer.status_code == status
    remaining = left(answer)
    assert remaining["Limit"] == str(limit)
    assert remaining["Remaining"] == str(limit - 1)
    assert remaining["Reset"] is not None
    assert 0 <= int(remaining["Reset"]) <= 60


def test_requests_that_no_route_answers_count_too(limited, noon):
    portal = limited(4)
    api = portal.api(portal.key(portal.person("Alice")))

    answers = [api.send(method, path) for method, path in [("GET", "/nothing/"), ("PATCH", PATH)] * 3]

    assert [answer.status_code for answer in answers] == [404, 405, 404, 405, 429, 429]
    assert [left(answer)["Remaining"] for answer in answers] == ["3", "2", "1", "0", "0", "0"]
    assert_refused(answers[-1], 429, TOO_MANY)
    assert portal.api("your-api-key").get("/nothing/").status_code == 404


def test_the_429_of_a_tighter_limit_names_that_limit(limited, noon):
    portal = limited(100_000)
    browser = portal.browser()

    *_, answer = [browser.json("POST", "/reset/", json={"email": "alice@crew.test"}) for _ in range(6)]

    assert answer.status_code == 429
    assert left(answer) == {"Limit": "5", "Remaining": "0", "Reset": answer.headers["Retry-After"]}


def test_static_files_have_no_limit_headers(limited, noon):
    portal = limited(1)

    answers = [portal.api().get("/static/css/base.css") for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("RateLimit") for answer in answers for name, _ in answer.headers)


def test_pages_are_limited_too(limited, noon):
    portal = limited(4)
    browser = portal.browser(portal.person("Alice"))

    statuses = [browser.client.get(PATH, headers={"Accept": "text/html"}).status_code for _ in range(6)]

    assert statuses == [200] * 4 + [429] * 2


def test_a_limit_of_zero_is_off(limited, noon):
    portal = limited(0)
    api = portal.api(portal.key(portal.person("Alice")))

    answers = [api.get(PATH) for _ in range(30)]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.long
def test_addresses_cannot_be_enumerated(limited, noon):
    portal = limited(100_000)
    alice = portal.person("Alice")
    org, keys = portal.organization(alice), [portal.api(portal.key(alice)) for _ in range(2)]

    statuses = [
        keys[number % 2].post(MEMBERS, orgId=org, email=f"p{number}@crew.test", role="read").status_code
        for number in range(130)
    ]

    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert set(statuses) == {404, 429}
    assert statuses.index(429) == 120


@pytest.mark.long
def test_invitations_are_limited_more_tightly(limited, noon):
    portal = limited(100_000)
    alice = portal.person("Alice")
    org, api = portal.organization(alice), portal.api(portal.key(alice))

    statuses = [
        api.post(MEMBERS, orgId=org, email=alice.email, role="super_admin").status_code for _ in range(310)
    ]

    assert (statuses[0], statuses[-1]) == (409, 429)
    assert api.get(MEMBERS, orgId=org).status_code == 200
    again = {"orgId": org, "email": alice.email, "role": "read"}
    assert portal.api(portal.key(alice)).post(MEMBERS, **again).status_code == 429
    assert portal.browser(alice).json("POST", MEMBERS, json=again).status_code == 429


def test_guessing_a_password_is_limited_for_the_account(limited, noon):
    portal = limited(100_000)
    portal.person("Alice")
    browser = portal.browser()

    statuses = [
        browser.json(
            "POST", "/login/", json={"email": "alice@crew.test", "password": f"wrong password {number}"}
        ).status_code
        for number in range(22)
    ]

    assert statuses[0] == 401
    assert statuses[-1] == 429
