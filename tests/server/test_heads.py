"""Request heads that are refused with an explanation, and expectations of HTTP/1.0."""

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.support.raw_http import connect, read_answers, send

NOT_A_HOST = "The Host header is not the name of a host"
ESCAPE = "The address has characters that must be percent-encoded"
BODY = b'{"email": "x"}'


def head(
    host: bytes = b"crew.test", path: bytes = b"/healthz", *lines: bytes, version: bytes = b"1.1"
) -> bytes:
    first = b"GET " + path + b" HTTP/" + version
    return b"\r\n".join([first, b"Host: " + host, b"Connection: close", *lines, b"", b""])


# No resolver accepts them; they come from templates with an empty variable, and from scanners.
@pytest.mark.parametrize(
    "host",
    [b".crew.test", b"crew..test", b"crew.test..", b"..", b".", b"a" * 64, b"a." * 3 + b"b" * 64 + b":80"],
)
def test_a_host_with_an_empty_or_too_long_label_is_refused(served, host):
    (answer,) = send(served, head(host))

    assert (answer.status, answer.data["error"]) == (400, NOT_A_HOST)


@pytest.mark.parametrize(
    "host", [b"crew.test.", b"a" * 63 + b".test", b"crew_room-1:8000", b"192.0.2.1:", b"xn--bcher-kva"]
)
def test_hosts_that_can_resolve_are_accepted(served, host):
    (answer,) = send(served, head(host))

    assert answer.status == 200


@pytest.mark.parametrize("path", [b"/a\x7f", b"/a\x00b", b"/\x1b[0m", b"/?q=\x01", "/?q=ü\x7f".encode()])
def test_a_control_character_in_an_address_is_refused_with_an_explanation(served, path):
    (answer,) = send(served, head(path=path))

    assert (answer.status, answer.data["error"]) == (400, ESCAPE)


@pytest.mark.parametrize("path", ["/?q=Zürich West", "/Zürich West", "/?q=Zürich\tWest", "/?q=Zürich\rWest"])
def test_a_space_in_an_address_with_non_ascii_bytes_is_refused(served, path):
    (answer,) = send(served, head(path=path.encode()))

    assert answer.status == 400


@pytest.mark.parametrize(
    "first",
    ["GÊT /healthz HTTP/1.1", "GET /healthz HTTP/1.1ü", "GET ü HTTP/1.1", "GET http://zürich.test/ HTTP/1.1"],
)
def test_non_ascii_bytes_elsewhere_in_the_request_line_are_refused(served, first):
    (answer,) = send(served, first.encode() + b"\r\nHost: crew.test\r\nConnection: close\r\n\r\n")

    assert answer.status == 400


def members(cast: bytes, query: bytes, *lines: bytes) -> bytes:
    return head(b"crew.test", b"/organization/members/?orgId=" + cast + b"&q=" + query, *lines)


@pytest.fixture(scope="session")
def zurich(served) -> tuple[bytes, bytes]:
    """Return an organization whose only member is Zoë Zürich, and her key."""
    key = served.person("zoe@zurich.example", "Zoë Zürich")
    with served.client(key) as client:
        org = client.put("/organization/", json={"name": "Zürich"}).json()["id"]
    return org.encode(), b"Authorization: " + key.encode()


# Latin-1 of a shell or script, a truncated sequence, an encoded surrogate, an overlong slash.
@pytest.mark.parametrize("query", [b"Z\xfcrich", b"Z\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"%FC"])
def test_a_query_that_is_not_utf_8_is_refused_with_an_explanation(served, zurich, query):
    org, key = zurich

    (answer,) = send(served, members(org, query, key))

    assert (answer.status, answer.data["error"]) == (400, "The query is not UTF-8")


# `curl` and `wget` send an address as it was typed; so do Ruby's `Net::HTTP` and PHP's streams.
@pytest.mark.parametrize("query", ["Zürich", "Z%C3%BCrich", "Zu\u0308rich", "Zoë+Z%C3%BCrich"])
def test_a_query_may_be_raw_utf_8(served, zurich, query):
    org, key = zurich

    (answer,) = send(served, members(org, query.encode(), key))

    assert [member["email"] for member in answer.data["data"]] == ["zoe@zurich.example"]


@pytest.mark.parametrize(
    "path", ["/organisation/é", "/organization/é/", "/static/日本.css", "/\U0001f600", "/\xa0"]
)
def test_an_unknown_raw_path_is_answered_like_the_encoded_one(served, path):
    raw = send(served, head(path=path.encode()))
    encoded = send(served, head(path=quote(path).encode()))

    assert [(answer.status, answer.data) for answer in raw] == [(404, raw[0].data)]
    assert [(answer.status, answer.data) for answer in encoded] == [(404, raw[0].data)]


def test_the_not_found_page_handles_a_raw_address(served):
    (answer,) = send(served, head(b"crew.test", "/überall/?q=ü".encode(), b"Accept: text/html"))

    assert answer.status == 404
    assert b"<!doctype html>" in answer.body[:20].lower()


def test_signing_in_returns_to_the_address_that_was_typed(served):
    (answer,) = send(served, head(b"crew.test", "/organization/?q=Zürich".encode(), b"Accept: text/html"))

    assert answer.status == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["next"] == ["/organization/?q=Z%C3%BCrich"]


def test_the_log_has_the_path_that_was_typed(served):
    (answer,) = send(served, head(path="/überall?q=ü".encode()))

    (line,) = [line for line in served.log().splitlines() if answer.headers["x-request-id"] in line]
    assert json.loads(line)["path"] == "/überall"


def test_a_raw_address_may_arrive_in_pieces_and_pipelined(served, zurich):
    """Packets may end anywhere; only the request line is escaped, not the fields after it."""
    org, key = zurich
    typed = members(org, "Zürich".encode(), key, "Cookie: ü=ü".encode()).replace(
        b"Connection: close\r\n", b""
    )
    for size in (1, 7, 60):
        with connect(served) as connection:
            for start in range(0, 2 * len(typed), size):
                connection.sendall((typed + typed)[start : start + size])
            found = read_answers(connection, 2)
        assert [answer.status for answer in found] == [200, 200]
        assert [len(answer.data["data"]) for answer in found] == [1, 1]


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
    found = send(served, post(b"1.0", expected))

    assert [answer.status for answer in found] == [403]


def test_an_empty_expectation_is_none(served):
    found = send(served, post(b"1.1", b""))

    assert [answer.status for answer in found] == [403]


def test_an_expectation_of_http_1_1_is_answered(served):
    with connect(served) as connection:
        whole = post(b"1.1", b" 100-continue")
        connection.sendall(whole[: -len(BODY)])
        (go_on,) = read_answers(connection, 1)
        connection.sendall(BODY)
        (answer,) = read_answers(connection)

    assert (go_on.status, answer.status) == (100, 403)
