"""Cookies, credentials and forwarded headers of other software, byte for byte over real connections."""

import json
from contextlib import suppress

import pytest

from tests.support.raw_http import RawAnswer, send
from tests.support.serving import Served


@pytest.fixture
def proxied(tmp_path):
    """Return a server behind a proxy on the same host; the test starts it."""
    server = Served(tmp_path / "instance", CREWROOM_TRUSTED_PROXIES="127.0.0.1")
    yield server
    if server.process:
        server.stop()


def request(*lines: bytes, path: bytes = b"/organization/", host: bytes = b"crew.test") -> bytes:
    head = [b"GET " + path + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *lines]
    return b"\r\n".join(head) + b"\r\n\r\n"


def ask(server: Served, *lines: bytes) -> RawAnswer:
    (answer,) = send(server, request(*lines))
    return answer


def addresses(server: Served) -> list[str]:
    lines = []
    for line in server.log().splitlines():
        with suppress(ValueError):
            lines.append(json.loads(line))
    return [line["address"] for line in lines if line.get("event") == "request"]


@pytest.mark.short
def test_arbitrary_bytes_beside_our_cookie_break_nothing(proxied):
    proxied.start()
    key = proxied.person("ada@example.com").encode()
    session = proxied.log_in("ada@example.com").cookies
    ours = b"; ".join(f"{name}={value}".encode() for name, value in session.items())
    utf8, latin = "city=Zürich".encode(), "city=Zürich".encode("latin-1")

    for foreign in (utf8, latin, b"\xff\xfe=\x80", b'a="b; ', b"x=" + bytes(range(0x80, 0x100))):
        assert ask(proxied, b"Cookie: " + foreign + b"; " + ours).status == 200
        assert ask(proxied, b"Cookie: " + ours + b"; " + foreign).status == 200
        assert (
            ask(proxied, b"Cookie: " + foreign, b"Cookie: " + ours).status == 200
        )  # HTTP/2 crumbs of a proxy
        assert (
            ask(proxied, b"Cookie: " + ours, b"User-Agent: " + foreign, b"Referer: " + foreign).status == 200
        )
        assert ask(proxied, b"Cookie: " + foreign, b"X-Api-Key: " + key).status == 200
        assert ask(proxied, b"Cookie: " + foreign).status == 401
    for credential in (
        b"Basic dXNlcjpwdw==",
        b"Bearer eyJhbGciOiJub25lIn0.e30.",
        b"Bearer \xfc",
        b"",
        b"Negotiate",
    ):
        assert ask(proxied, b"Authorization: " + credential, b"Cookie: " + ours).status == 200
        assert ask(proxied, b"Authorization: " + credential, b"Capgkey: " + key).status == 200
        both = (b"Authorization: " + credential, b"Authorization: Bearer " + key)
        assert ask(proxied, *both).status == 200
    assert ask(proxied, b"Authorization: crew_junk", b"Cookie: " + ours).status == 401


def test_repeated_lines_are_joined_and_names_with_underscores_ignored(proxied):
    proxied.start()

    ask(proxied, b"X-Forwarded-For: 203.0.113.7", b"X_Forwarded_For: 198.51.100.1")
    ask(proxied, b"X_Forwarded_For: 198.51.100.1")
    ask(proxied, b"X-Forwarded-For: 198.51.100.1", b"X-Forwarded-For: 203.0.113.7")
    ask(proxied, b"X-Forwarded-For: 198.51.100.1", b"X-Forwarded-For: 203.0.113.7, 127.0.0.1")
    ask(proxied, b"X-Forwarded-For: [2001:db8::1]:443")
    ask(proxied, b"X-Forwarded-For: \xfc\xff")

    assert addresses(proxied)[-6:] == [
        "203.0.113.7",
        "127.0.0.1",
        "203.0.113.7",
        "203.0.113.7",
        "2001:db8::1",
        "127.0.0.1",
    ]


@pytest.mark.long
def test_a_mapped_peer_counts_as_its_ipv4_address(proxied):
    proxied.start("--host", "::")

    ask(proxied, b"X-Forwarded-For: 203.0.113.7")
    ask(proxied)

    assert addresses(proxied)[-2:] == ["203.0.113.7", "127.0.0.1"]
