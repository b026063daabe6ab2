"""Which forwarded headers are trusted, and what log lines contain."""

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.portal import PASSWORD, Portal

NEAREST = "203.0.113.7"
SEVERAL = [f"203.0.113.{number}" for number in range(1, 5)]


def statuses(portal: Portal, peer: str, *forwarded: str) -> list[int]:
    """Ask once for each forwarded header, from one peer."""
    client = portal.app.test_client()
    environ = {"REMOTE_ADDR": peer}
    return [
        client.get("/login/", headers={"X-Forwarded-For": value}, environ_base=environ).status_code
        for value in forwarded
    ]


@pytest.fixture
def limited(settings_for):
    """Return a portal that allows a network three requests a minute, and trusts 10.0.0.0/8 and ::1."""
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1", CREWROOM_TRUSTED_PROXIES="10.0.0.0/8, ::1"))
    yield portal
    portal.close()


@pytest.mark.parametrize("peer", ["192.0.2.1", "11.0.0.1", "127.0.0.1", "::2"])
def test_strangers_cannot_hide_behind_forwarded_addresses(limited, peer):
    assert statuses(limited, peer, *SEVERAL) == [200, 200, 200, 429]


@pytest.mark.parametrize("peer", ["10.0.0.1", "10.255.255.255", "::1"])
def test_trusted_proxies_name_the_client(limited, peer):
    assert statuses(limited, peer, *SEVERAL) == [200] * 4
    assert statuses(limited, peer, *["203.0.113.1"] * 3) == [200, 200, 429]


def test_only_the_nearest_hop_counts(limited):
    forged = [f"198.51.100.{number}, {NEAREST}" for number in range(4)]

    assert statuses(limited, "10.0.0.1", *forged) == [200, 200, 200, 429]


def test_without_the_setting_nobody_is_trusted(settings_for):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1"))

    assert statuses(portal, "127.0.0.1", *SEVERAL) == [200, 200, 200, 429]
    portal.close()


@pytest.mark.parametrize(("peer", "status"), [("192.0.2.1", 403), ("10.0.0.1", 200)])
def test_forwarded_host_counts_only_from_trusted_proxies(settings_for, peer, status):
    portal = Portal(settings_for(CREWROOM_TRUSTED_PROXIES="10.0.0.0/8"))
    browser = portal.browser(portal.person("Alice"))
    forwarded = {"X-Forwarded-Host": "crew.example.com", "X-Forwarded-Proto": "https"}

    answered = browser.client.put(
        "/organization/",
        json={"name": "Acme"},
        headers={"X-CSRFToken": browser.token(), "Origin": "https://crew.example.com", **forwarded},
        environ_base={"REMOTE_ADDR": peer},
    )

    assert answered.status_code == status
    portal.close()


@pytest.fixture
def log_lines():
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines


def test_log_lines_contain_no_token_and_no_query(portal, cast, log_lines):
    link = portal.link(cast.ivy.email)
    token = link.partition("token=")[2]
    browser = cast.browser("ivy")
    key = portal.key(cast.ivy)

    browser.get(link)
    browser.client.get("/organization/?orgId=org_secret", headers={"Authorization": key})
    browser.submit("/reset/", email="nobody-at-all@crew.test")
    browser.submit("/login/?next=/invitation/", email=cast.ivy.email, password=PASSWORD)
    browser.submit("/invitation/accept/", token=token)

    written = str(log_lines)
    assert [line["path"] for line in log_lines if line["event"] == "request"]
    secrets = (token, key, PASSWORD, "org_secret", "nobody-at-all", "csrf", browser.token(), "?")
    assert [secret for secret in secrets if secret in written] == []


def test_log_line_names_the_actor_and_the_request(portal, cast, log_lines):
    browser = cast.browser("ivy")
    log_lines.clear()

    answered = browser.client.get(
        "/invitation/?x=1", headers={"X-Request-Id": "request-0001", "Accept": "text/html"}
    )

    (line,) = log_lines
    took, credential = line.pop("milliseconds"), line.pop("credential")
    assert took >= 0
    assert credential.startswith("session_")
    assert line == {
        "event": "request",
        "log_level": "info",
        "id": answered.headers["X-Request-Id"],
        "caller_id": "request-0001",
        "method": "GET",
        "path": "/invitation/",
        "status": 200,
        "address": "127.0.0.1",
        "user": cast.ivy.uid,
    }


def test_path_cannot_forge_log_lines(portal, log_lines):
    portal.browser().client.get("/nowhere%0a%7B%22event%22:%22request%22%7D")

    assert len(log_lines) == 1
    assert log_lines[0]["status"] == 404
