"""Heads of requests that are refused in words of their own, and expectations of HTTP/1.0."""

import pytest

from tests.raw import answers, connected, sent

NOT_A_HOST = "The Host header is not the name of a host"
ESCAPE = "The address has characters that must be percent-encoded"
BODY = b'{"email": "x"}'


def head(
    host: bytes = b"crew.test", path: bytes = b"/healthz", *lines: bytes, version: bytes = b"1.1"
) -> bytes:
    first = b"GET " + path + b" HTTP/" + version
    return b"\r\n".join([first, b"Host: " + host, b"Connection: close", *lines, b"", b""])


# No resolver takes them; they come from templates with an empty variable, and from scanners.
@pytest.mark.parametrize(
    "host",
    [b".crew.test", b"crew..test", b"crew.test..", b"..", b".", b"a" * 64, b"a." * 3 + b"b" * 64 + b":80"],
)
def test_a_name_with_an_empty_or_too_long_label_is_no_host(served, host):
    (answer,) = sent(served, head(host))

    assert (answer.status, answer.data["error"]) == (400, NOT_A_HOST)


@pytest.mark.parametrize(
    "host", [b"crew.test.", b"a" * 63 + b".test", b"crew_room-1:8000", b"192.0.2.1:", b"xn--bcher-kva"]
)
def test_names_that_resolve_are_hosts(served, host):
    (answer,) = sent(served, head(host))

    assert answer.status == 200


# `curl` sends an address as it was typed; old scripts do so with Latin-1.
@pytest.mark.parametrize(
    "path",
    [
        "/organization/?q=Zürich".encode(),
        b"/organization/?q=Z\xfcrich",
        "/organisation/é".encode(),
        b"/a\x7f",
    ],
)
def test_an_address_that_is_not_escaped_is_refused_in_words(served, path):
    (answer,) = sent(served, head(path=path))

    assert (answer.status, answer.data["error"]) == (400, ESCAPE)


def post(version: bytes, expected: bytes) -> bytes:
    lines = [
        b"POST /login/ HTTP/" + version,
        b"Host: crew.test",
        b"Connection: close",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(BODY),
        b"Expect:" + expected,
    ]
    return b"\r\n".join([*lines, b"", BODY])


@pytest.mark.parametrize("expected", [b" 100-continue", b" 100-Continue", b" something-else", b""])
def test_an_expectation_of_http_1_0_is_ignored(served, expected):
    """RFC 9110, 10.1.1: an old client behind a proxy would read `100 Continue` as the answer."""
    found = sent(served, post(b"1.0", expected))

    assert [answer.status for answer in found] == [403]


def test_an_empty_expectation_is_none(served):
    found = sent(served, post(b"1.1", b""))

    assert [answer.status for answer in found] == [403]


def test_an_expectation_of_http_1_1_is_met(served):
    with connected(served) as connection:
        whole = post(b"1.1", b" 100-continue")
        connection.sendall(whole[: -len(BODY)])
        (go_on,) = answers(connection, 1)
        connection.sendall(BODY)
        (answer,) = answers(connection)

    assert (go_on.status, answer.status) == (100, 403)
