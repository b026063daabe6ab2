"""How often one may ask: the limit per credential, the tighter ones, and the headers that tell."""

from datetime import timedelta

import pytest

from tests.answers import assert_refused

PATH, MEMBERS = "/organization/", "/organization/members/"
TOO_MANY = "Too many requests"


def left(answer):
    return {name: answer.headers.get(f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")}


def test_a_credential_may_ask_so_often_a_minute(limited, noon):
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


def test_the_next_minute_begins_anew(limited, noon):
    portal = limited(1)
    api = portal.api(portal.key(portal.person("Alice")))
    assert [api.get(PATH).status_code for _ in range(2)] == [200, 429]

    noon.shift(timedelta(seconds=int(api.get(PATH).headers["Retry-After"])))

    assert api.get(PATH).status_code == 200


def test_the_rate_comes_before_the_shape_of_the_body(limited, noon):
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
def test_every_json_answer_tells_what_is_left(limited, noon, method, path, status, key):
    portal = limited(1000)
    secret = portal.key(portal.person("Alice")) if key else "your-api-key"
    api = portal.api(None if key is None else secret)

    answer = api.send(method, path)

    assert answer.status_code == status
    told = left(answer)
    assert told["Limit"] == "1000"
    assert told["Remaining"] in {"999", "1000"}
    assert told["Reset"] is not None
    assert 0 <= int(told["Reset"]) <= 60


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


def test_files_that_are_not_counted_tell_of_no_limit(limited, noon):
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


def test_addresses_cannot_be_tried_out_by_the_thousand(limited, noon):
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
