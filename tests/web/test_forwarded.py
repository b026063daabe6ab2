"""`X-Forwarded-*` as proxies write them: which address counts in the log and for rate limits."""

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.portal import Portal
from tests.support.sweeping import sweep

PROXY, CLIENT = "10.0.0.1", "203.0.113.7"


@pytest.fixture
def log_lines():
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def proxied(settings_for):
    """Return a portal behind proxies in 10.0.0.0/8, on the same host and in an IPv6 network."""
    portal = Portal(settings_for(CREWROOM_TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1, 2001:db8:ffff::/48"))
    yield portal
    portal.close()


def address(portal, lines, value, peer=PROXY, **headers):
    """Send a request from a peer; return the address in its log line."""
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": value, **headers}
    assert portal.app.test_client().get("/login/", environ_overrides=environ).status_code == 200
    return lines.pop()["address"]


# What nginx, HAProxy, Caddy, Traefik, Apache, AWS (ALB with client ports), Azure (Application Gateway with
# ports), Google (client, balancer), Varnish, and proxies that copy `Forwarded` (RFC 7239) write.
WRITTEN = {
    CLIENT: CLIENT,
    f" {CLIENT} ": CLIENT,
    f"{CLIENT}:56789": CLIENT,
    "2001:db8::1": "2001:db8::1",
    "2001:DB8:0:0::1": "2001:db8::1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:db8::1]:443": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
    "[fe80::1%25eth0]:443": "fe80::1",
    f"::ffff:{CLIENT}": CLIENT,
    f"[::ffff:{CLIENT}]:8443": CLIENT,
    f"for={CLIENT}": CLIENT,
    f'For="{CLIENT}:4711"': CLIENT,
    'for="[2001:db8::1]:4711";proto=https;by=203.0.113.43': "2001:db8::1",
    f'"{CLIENT}"': CLIENT,
    f"{CLIENT}:_port": CLIENT,
    f"198.51.100.9, {CLIENT}": CLIENT,
    f"unknown, {CLIENT}": CLIENT,
    f"forged\u00fc,,{CLIENT},": CLIENT,
    f"{CLIENT}, 10.0.0.2": CLIENT,
    f"{CLIENT},10.0.0.3:80 ,10.0.0.2": CLIENT,
    f"198.51.100.9, {CLIENT}, 2001:db8:ffff::2, 10.0.0.2": CLIENT,
    f"198.51.100.9, {CLIENT}, ::ffff:10.0.0.2": CLIENT,
    "10.0.0.3, 10.0.0.2": "10.0.0.3",
}
# No usable address: the last known proxy counts, and nothing further to the left.
UNUSABLE = [
    "",
    " ",
    ",",
    "unknown",
    "_hidden",
    "_SEVKISEK",
    'for="_gazonk"',
    "for=unknown",
    "localhost",
    "203.0.113",
    "203.0.113.7.1",
    "203.0.113.007x",
    "0x7f.1",
    "203.0.113.7:port",
    "203.0.113.7:123456",
    "[2001:db8::1",
    "2001:db8::1]",
    "[]",
    "[203.0.113.7",
    ":::",
    "203.0.113.7 198.51.100.9",
    "' OR 1=1 --",
    "\u00fc" * 300,
    f"{CLIENT}, unknown",
    f"{CLIENT}, _hidden",
    f"{CLIENT}, 203.0.113.7.1",
]


@sweep("value, expected", WRITTEN.items())
def test_the_address_that_a_proxy_forwards_counts(proxied, log_lines, value, expected):
    assert address(proxied, log_lines, value) == expected
    assert address(proxied, log_lines, value, peer="192.0.2.1") == "192.0.2.1"


@sweep("value", UNUSABLE)
def test_without_a_forwarded_address_the_proxys_own_counts(proxied, log_lines, value):
    assert address(proxied, log_lines, value) == PROXY
    assert (
        address(proxied, log_lines, f"{value}, 10.0.0.2" if value.strip(" ,") else "10.0.0.2") == "10.0.0.2"
    )


def test_a_chain_ends_at_the_first_address_that_is_not_a_proxy(proxied, log_lines):
    chain = ", ".join(f"198.51.100.{number}" for number in range(200))

    assert address(proxied, log_lines, f"{chain}, {CLIENT}, 10.0.0.2") == CLIENT


# `serve --host ::` and an IPv4 client; link-local peers come with their zone.
@sweep("peer", ["::ffff:127.0.0.1", "::FFFF:10.0.0.1", "::ffff:7f00:1", "2001:db8:ffff::1%eth0"])
def test_a_mapped_peer_counts_as_its_ipv4_address(proxied, log_lines, peer):
    assert address(proxied, log_lines, CLIENT, peer=peer) == CLIENT


def test_a_mapped_stranger_is_one_address_in_the_log_and_for_limits(settings_for, log_lines):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1", CREWROOM_TRUSTED_PROXIES="127.0.0.1"))
    peers = ["::ffff:192.0.2.1", "192.0.2.1", "::ffff:c000:201", "::FFFF:192.0.2.1"]

    statuses = [
        portal.app.test_client().get("/login/", environ_overrides={"REMOTE_ADDR": peer}).status_code
        for peer in peers
    ]
    portal.close()

    assert statuses == [200, 200, 200, 429]
    assert {line["address"] for line in log_lines} == {"192.0.2.1"}


def test_the_peer_of_a_unix_socket_is_a_proxy(settings_for, log_lines):
    portal = Portal(settings_for())

    assert address(portal, log_lines, CLIENT, peer="unix:") == CLIENT
    for unnamed in ("unknown", "", "_hidden", "203.0.113.009"):
        assert address(portal, log_lines, unnamed, peer="unix:") == "unix:"
    portal.close()


# One value, or a list that each proxy extends; Apache and Envoy extend it, nginx and Caddy replace it.
@pytest.mark.parametrize(
    ("forwarded_for", "scheme", "trusted"),
    [
        (CLIENT, "https", True),
        (CLIENT, "HTTPS", True),
        (CLIENT, "wss", True),
        (CLIENT, "http, https", True),
        (f"{CLIENT}, 10.0.0.2", "https, http", True),
        (f"{CLIENT}, 10.0.0.2", "https", True),
        ("", "https", True),
        (CLIENT, "https, http", False),
        (CLIENT, "http", False),
        (CLIENT, "ftp", False),
        (CLIENT, "https\u00fc", False),
        (CLIENT, "", False),
    ],
)
def test_the_scheme_is_the_one_the_outermost_proxy_saw(proxied, forwarded_for, scheme, trusted):
    environ = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": forwarded_for, "HTTP_X_FORWARDED_PROTO": scheme}

    own = changed_from(proxied, "https://crew.example.com", **environ)

    assert own is trusted


@pytest.mark.parametrize(
    ("forwarded_for", "host", "trusted"),
    [
        (CLIENT, "crew.example.com", True),
        (CLIENT, "other.example.com, crew.example.com", True),
        (f"{CLIENT}, 10.0.0.2", "crew.example.com, inner", True),
        (CLIENT, "crew.example.com, other.example.com", False),
        (CLIENT, "", False),
        (CLIENT, "crew.example.com/path", False),
        (CLIENT, "user@crew.example.com", False),
        (CLIENT, "cr\u00fcw", False),
    ],
)
def test_the_host_is_the_one_the_outermost_proxy_saw(proxied, forwarded_for, host, trusted):
    environ = {
        "REMOTE_ADDR": PROXY,
        "HTTP_X_FORWARDED_FOR": forwarded_for,
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": host,
        "HTTP_HOST": "inner:8000",
    }

    assert changed_from(proxied, "https://crew.example.com", **environ) is trusted


def changed_from(portal, origin, **environ):
    """Return whether a change from an origin is accepted as coming from our own pages."""
    browser = portal.browser(portal.person("Alice"))
    token, cookie = browser.token(), browser.cookie()
    answer = portal.app.test_client(use_cookies=False).put(
        "/organization/",
        json={"name": "Acme"},
        headers={"X-CSRFToken": token, "Origin": origin, "Cookie": f"{cookie.key}={cookie.value}"},
        environ_overrides={"HTTP_HOST": "crew.example.com", **environ},
    )
    return answer.status_code == 200
