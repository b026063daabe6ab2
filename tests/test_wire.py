"""What the server answers to requests that no client of ours would send: nothing leaks, and it goes on."""

import json
import socket
from contextlib import suppress

import pytest

from tests.serving import Served

HOST = b"Host: crew.test\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
POST = b"POST /login/ HTTP/1.1\r\n" + HOST
WS = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"

# Refused by the server itself, before the portal sees them: no body, no name, nothing to reflect.
MALFORMED = {
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "a version of its own": b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n",
    "no such letters in a method": b"G{}T /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in the path": b"GET /<script>alert(1)</script> x HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control character in the path": b"GET /a\x01b HTTP/1.1\r\n" + HOST + b"\r\n",
    "no UTF-8 in the path": b"GET /n\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in a header": GET + b"X-A: a\x00b\r\n\r\n",
    "a folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "a space before the colon": GET + b"X-A : a\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nhello",
    "a huge header": GET + b"X-A: " + b"a" * 5_000_000 + b"\r\n\r\n",
    "many headers": GET + b"".join(b"X-%d: a\r\n" % number for number in range(2000)) + b"\r\n",
    "a long address": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
}

# Answered by the portal, in its own words and with its headers.
STRANGE = {
    "a method nobody knows": (b"BREW /healthz HTTP/1.1\r\n" + HOST, 405),
    "TRACE": (b"TRACE /healthz HTTP/1.1\r\n" + HOST + b"Cookie: crewroom=secret\r\n", 405),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST, 404),
    "percent signs that are no UTF-8": (b"GET /n%ff%fe HTTP/1.1\r\n" + HOST, 404),
    "percent signs that are nothing": (b"GET /n%zz HTTP/1.1\r\n" + HOST, 404),
    "NUL in the path": (b"GET /n%00x HTTP/1.1\r\n" + HOST, 404),
    "a line break in the path": (b"GET /n%0d%0aX-Evil:%20yes HTTP/1.1\r\n" + HOST, 404),
    "a query that is no UTF-8": (b"GET /login/?next=%ff HTTP/1.1\r\n" + HOST, 400),
    "headers that are no text": (
        GET + b"Accept: \xff\xfe\r\nCookie: crewroom=\xff\r\nUser-Agent: \xf0\r\n",
        200,
    ),
    "a key that is no text": (b"GET /account/ HTTP/1.1\r\n" + HOST + b"Authorization: \xff\r\n", 401),
    "out of the static folder": (b"GET /static/../../crewroom.db HTTP/1.1\r\n" + HOST, 404),
    "out of it, escaped": (b"GET /static/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1\r\n" + HOST, 404),
    "from the root": (b"GET /static//etc/passwd HTTP/1.1\r\n" + HOST, 404),
    "a web socket": (GET + WS, 400),
    "two kinds of length": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 403),
}


def sent(served: Served, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes; return the first answer: status, headers by name in small letters, body."""
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough, and has answered
            connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65536) or b"\r\n\r\n"
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers["content-length"]):
            body += connection.recv(65536)
    return int(first.split()[1]), headers, body


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_refused_without_a_word(served, name):
    status, headers, body = sent(served, MALFORMED[name])

    assert status in {400, 414, 431}
    assert headers.keys() <= {"connection", "content-length", "date"}
    assert body == b""


@pytest.mark.parametrize("name", STRANGE)
def test_strange_requests_are_answered_by_the_portal(served, name):
    request, expected = STRANGE[name]

    status, headers, body = sent(served, request + b"\r\n")

    assert status == expected
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["server"] == "Crewroom"
    assert not {"x-powered-by", "x-evil"} & headers.keys()
    assert b"Traceback" not in body
    if status >= 400:
        assert json.loads(body)["status"] == "KO"


def test_the_server_goes_on_and_each_request_is_one_line_of_its_log(served):
    for request in MALFORMED.values():
        sent(served, request)

    with served.client() as client:
        answer = client.get("/n%0a%7B%22id%22:%22forged%22%7D", headers={"X-Request-Id": "a-request-of-mine"})

    assert answer.status_code == 404
    lines = served.log().splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    (mine,) = [line for line in logged if line.get("id") == "a-request-of-mine"]
    assert mine["path"] == '/n\n{"id":"forged"}'
    assert not [line for line in logged if line.get("id") == "forged"]
    assert "Traceback" not in "\n".join(lines)
