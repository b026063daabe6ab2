"""Probes and static files have no rate limit and ignore credentials, except for the metrics token."""

from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from tests.support.portal import Portal
from tests.support.sweeping import sweep

PROBES = ["/healthz", "/healthz/", "/readyz", "/readyz/", "/metrics", "/metrics/"]
STATIC = "/static/css/base.css"
TOKEN = "a-token-of-the-operator-0123456789"
# What a load balancer, a mesh or a proxy may send along with its probe.
ODD_HEADERS = [
    {"X-Api-Key": "your-api-key"},
    {"Capgkey": "crew_junk"},
    {"Cookie": "crewroom=junk; city=Z\u00fcrich"},
    {"HX-Request": "true"},
    {"Accept": "text/html"},
    {"Accept": "application/openmetrics-text; version=1.0.0"},
    {"X-Forwarded-For": "unknown"},
    {"User-Agent": "kube-probe/1.33 \u00fc"},
]


@pytest.fixture
def probed(settings_for):
    portal = Portal(replace(settings_for(CREWROOM_RATE_LIMIT="1"), metrics_token=TOKEN))
    yield portal
    portal.close()


def ask(portal, path, method="GET", **headers):
    given = {"Authorization": f"Bearer {TOKEN}"} if path.startswith("/metrics") else {}
    return portal.app.test_client().open(path, method=method, headers={**given, **headers})


def test_probes_answer_when_the_network_is_over_its_limit(probed):
    client = probed.app.test_client()
    statuses = [client.get("/nope").status_code for _ in range(10)]

    answers = [ask(probed, path, method) for path in [*PROBES, STATIC] for method in ("GET", "HEAD") * 5]

    assert statuses[-1] == 429
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("RateLimit") for answer in answers for name, _ in answer.headers)


@sweep("headers", ODD_HEADERS, ids=str)
def test_probes_answer_whatever_header_comes_along(probed, headers):
    for path in [*PROBES, STATIC]:
        assert ask(probed, path, **headers).status_code == 200
    for path in ("/healthz", "/readyz/", STATIC):
        assert ask(probed, path, Authorization="your-api-key").status_code == 200


def test_only_the_token_opens_the_metrics(probed):
    for value in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
        refused = ask(probed, "/metrics/", Authorization=value, Accept="text/html")

        assert (refused.status_code, refused.mimetype) == (401, "application/json")
        assert refused.headers["WWW-Authenticate"]


def test_refused_probes_are_not_counted(probed):
    answers = [ask(probed, path, "DELETE") for path in PROBES for _ in range(3)]
    answers += [ask(probed, "/static/nothing.css") for _ in range(3)]

    assert {answer.status_code for answer in answers} == {404, 405}
    assert {answer.mimetype for answer in answers} == {"application/json"}
    assert probed.app.test_client().get("/login/").status_code == 200


@pytest.fixture
def connections():
    """Return a list of the database connections used since it was last cleared."""
    taken = []

    def note(*_args):
        taken.append(1)

    event.listen(Pool, "checkout", note)
    yield taken
    event.remove(Pool, "checkout", note)


def test_probes_use_no_session_and_no_database_except_their_check(probed, connections):
    browser = probed.browser(probed.person("Alice"))
    used = {}
    for path in ("/healthz", "/healthz/", STATIC, "/static/nothing.css", "/readyz"):
        connections.clear()
        answer = browser.client.get(path)
        used[path] = (len(connections), "Set-Cookie" in answer.headers)

    assert used == {
        "/healthz": (0, False),
        "/healthz/": (0, False),
        STATIC: (0, False),
        "/static/nothing.css": (0, False),
        "/readyz": (1, False),
    }
    assert browser.client.get("/organization/").status_code == 200
