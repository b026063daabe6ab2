"""HTTP/1.1 framing (RFC 9112): malformed requests get a 400, change nothing, and are logged."""

import json

import pytest

from tests.support.raw_http import RawAnswer, connect, read_answers, send

pytestmark = pytest.mark.timeout(180)

HOST = b"Host: crew.test\r\n"
CLOSE = b"Connection: close\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
POST = b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
WEB_SOCKET = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
)
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"

MALFORMED = {
    "TLS to a port without it": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no version": b"GET /healthz\r\n\r\n",
    "HTTP/0.9 by name": b"GET /healthz HTTP/0.9\r\n" + HOST + b"\r\n",
    "an invented version": b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n",
    "a version in lowercase": b"GET /healthz http/1.1\r\n" + HOST + b"\r\n",
    "HTTP/2 by name": b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n",
    "HTTP/2 with prior knowledge": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "invalid characters in a method": b"G{}T /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tab after the method": b"GET\t/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in the path": b"GET /<script>alert(1)</script> x HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control character in the path": b"GET /a\x01b HTTP/1.1\r\n" + HOST + b"\r\n",
    "a fragment in the path": b"GET /healthz#top HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path without its slash": b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "* without OPTIONS": b"GET * HTTP/1.1\r\n" + HOST + b"\r\n",
    "an authority that differs from the host": b"GET http://evil.test/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a port that differs from the host's": b"GET http://crew.test:81/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a password in the authority": b"GET http://a:b@crew.test/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "an authority of another scheme": b"GET ftp://crew.test/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: evil.test\r\n\r\n",
    "the same host twice": GET + HOST + b"\r\n",
    "an empty host": b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
    "markup as a host": b'GET /healthz HTTP/1.1\r\nHost: a"><b>\r\n\r\n',
    "a path in the host": b"GET /healthz HTTP/1.1\r\nHost: crew.test/x\r\n\r\n",
    "two hosts in one": b"GET /healthz HTTP/1.1\r\nHost: crew.test, evil.test\r\n\r\n",
    "a user in the host": b"GET /healthz HTTP/1.1\r\nHost: a@crew.test\r\n\r\n",
    "a port that is not a number": b"GET /healthz HTTP/1.1\r\nHost: crew.test:http\r\n\r\n",
    "bytes in the host": b"GET /healthz HTTP/1.1\r\nHost: cr\xc3\xabw.test\r\n\r\n",
    "bare LF": b"GET /healthz HTTP/1.1\nHost: crew.test\n\n",
    "bare LF after one header": GET + b"X-A: a\nX-B: b\r\n\r\n",
    "bare CR in a value": GET + b"X-A: a\rb\r\n\r\n",
    "bare CR at the end": b"GET /healthz HTTP/1.1\rHost: crew.test\r\r",
    "NUL in a value": GET + b"X-A: a\x00b\r\n\r\n",
    "NUL in a name": GET + b"X\x00A: a\r\n\r\n",
    "a control character in a value": GET + b"X-A: a\x01b\r\n\r\n",
    "a folded header": GET + b"X-A: a\r\n b\r\n\r\n",
    "a fold before the first header": b"GET /healthz HTTP/1.1\r\n Host: crew.test\r\n\r\n",
    "a space before the colon": GET + b"X-A : a\r\n\r\n",
    "a header without a colon": GET + b"X-A\r\n\r\n",
    "a header without a name": GET + b": a\r\n\r\n",
    "a length beside chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks beside a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "the same length twice": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a negative length": POST + b"Content-Length: -5\r\n\r\nhello",
    "a length with a plus": POST + b"Content-Length: +5\r\n\r\nhello",
    "a length in hex": POST + b"Content-Length: 0x5\r\n\r\nhello",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "a length larger than any integer": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "gzip and chunks": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunks, then gzip": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\n\r\n",
    "a coding that only looks like chunks": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST /login/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two content types": POST + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
    "a chunk's size that is not a number": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk's size with a prefix": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk larger than any integer": CHUNKED + b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "a space after a chunk's size": CHUNKED + b"2 \r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + b"2\r\n{}X\r\n0\r\n\r\n",
    "chunks with bare LF": CHUNKED + b"2\n{}\n0\n\n",
    "NUL in a chunk's extension": CHUNKED + b"2;a=\x00\r\n{}\r\n0\r\n\r\n",
    "a line break in a chunk's extension": CHUNKED + b'2;a="b\r\n{}\r\n0\r\n\r\n',
}

TOO_LONG = {
    "a huge header": GET + b"X-A: " + b"a" * 5_000_000 + b"\r\n\r\n",
    "headers of 65 KiB in total": GET
    + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(66))
    + b"\r\n",
    "many headers": GET + b"".join(b"X-%d: a\r\n" % number for number in range(2000)) + b"\r\n",
    "a long address": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "trailers without end": CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X-T: " + b"a" * 5_000_000,
    "a long chunk extension": CHUNKED + b"1;" + b"a" * 500_000,
}

# Answered by the portal itself, with its errors and headers.
UNSUPPORTED = {
    "an unknown method": (b"BREW /healthz HTTP/1.1\r\n" + HOST, 405),
    "a method in lowercase": (b"get /healthz HTTP/1.1\r\n" + HOST, 405),
    "a WebDAV method": (b"PROPFIND / HTTP/1.1\r\n" + HOST, 405),
    "TRACE": (b"TRACE /healthz HTTP/1.1\r\n" + HOST + b"Cookie: crewroom=secret\r\n", 405),
    "CONNECT": (b"CONNECT evil.test:443 HTTP/1.1\r\n" + HOST, 405),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST, 405),
    "an expectation that cannot be met": (GET + b"Expect: the-unexpected\r\n", 417),
    "bytes that are not UTF-8": (b"GET /n\xff HTTP/1.1\r\n" + HOST, 404),
    "percent escapes that are not UTF-8": (b"GET /n%ff%fe HTTP/1.1\r\n" + HOST, 404),
    "an invalid percent escape": (b"GET /n%zz HTTP/1.1\r\n" + HOST, 404),
    "NUL in the path": (b"GET /n%00x HTTP/1.1\r\n" + HOST, 404),
    "a line break in the path": (b"GET /n%0d%0aX-Evil:%20yes HTTP/1.1\r\n" + HOST, 404),
    "a query that is not UTF-8": (b"GET /login/?next=%ff HTTP/1.1\r\n" + HOST, 400),
    "a key that is not text": (b"GET /account/ HTTP/1.1\r\n" + HOST + b"X-Api-Key: \xff\r\n", 401),
    "out of the static folder": (b"GET /static/../../crewroom.db HTTP/1.1\r\n" + HOST, 404),
    "out of the static folder, escaped": (
        b"GET /static/%2e%2e/%2e%2e/pyproject.toml HTTP/1.1\r\n" + HOST,
        404,
    ),
    "an absolute path in the static folder": (b"GET /static//etc/passwd HTTP/1.1\r\n" + HOST, 404),
}

# Old or unusual, but valid requests.
VALID = {
    "no host in HTTP/1.0, as HAProxy's health checks": b"GET /healthz HTTP/1.0\r\n",
    "a leading empty line, as some old clients after a form": b"\r\n" + GET,
    "an absolute address, as sent to a proxy": b"GET http://crew.test/healthz HTTP/1.1\r\n" + HOST,
    "an absolute address with a port": b"GET http://CREW.test:80/healthz HTTP/1.1\r\n" + HOST,
    "an IPv6 address": b"GET /healthz HTTP/1.1\r\nHost: [::1]:8000\r\n",
    "a host with an empty port": b"GET /healthz HTTP/1.1\r\nHost: crew.test:\r\n",
    "the name of a container": b"GET /healthz HTTP/1.1\r\nHost: crew_room-1:8000\r\n",
    "bytes in headers": GET + b"Accept: \xff\xfe\r\nCookie: city=Z\xfcrich\r\nUser-Agent: \xf0\r\n",
    "an empty header": GET + b"X-A:\r\n",
    "spaces around a value": GET + b"X-A: \t a \t \r\n",
    "h2c offered by curl --http2": GET + H2C,
    "a web socket, as proxies pass it on": GET + WEB_SOCKET,
    "an unknown protocol": GET + b"Connection: Upgrade\r\nUpgrade: IRC/6.9\r\n",
}


def only_answer(found: list[RawAnswer]) -> RawAnswer:
    """Return the only answer; the server closed the connection after it."""
    (answer,) = found
    return answer


@pytest.mark.short
def test_malformed_requests_are_refused_in_the_shape_of_errors(served, subtests):
    for name, request in MALFORMED.items():
        with subtests.test(name):
            answer = only_answer(send(served, request))

            assert answer.status in {400, 505}
            assert (answer.status == 505) == (
                "HTTP/2 by name" in name or "HTTP/0.9" in name or "no version" in name
            )
            check_refusal(answer)


def test_requests_that_are_too_long_are_refused(served, subtests):
    for name, request in TOO_LONG.items():
        with subtests.test(name):
            answer = only_answer(send(served, request))

            assert answer.status == {"a long address": 414}.get(name, 431 if "header" in name else 400)
            check_refusal(answer)


def check_refusal(answer: RawAnswer) -> None:
    assert answer.data["status"] == "KO"
    assert answer.headers["connection"] == "close"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["server"] == "Crewroom"
    assert answer.headers["x-request-id"].startswith("req_")


def test_unsupported_requests_are_answered_in_the_shape_of_errors(served, subtests):
    for name, (request, expected) in UNSUPPORTED.items():
        with subtests.test(name):
            answer = only_answer(send(served, request + CLOSE + b"\r\n"))

            assert answer.status == expected
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["server"] == "Crewroom"
            assert not {"x-powered-by", "x-evil"} & answer.headers.keys()
            assert answer.data["status"] == "KO"


@pytest.mark.short
def test_unusual_requests_are_answered(served, subtests):
    for name, request in VALID.items():
        with subtests.test(name):
            with connect(served) as connection:
                connection.sendall(request + b"\r\n")
                (answer,) = read_answers(connection, 1)

            assert (answer.status, answer.data) == (200, {"status": "OK"})


def test_the_server_continues_and_logs_a_line_for_each_refusal(served):
    refused = [only_answer(send(served, request)) for request in (MALFORMED["bare LF"], MALFORMED["no host"])]

    with served.client() as client:
        answer = client.get("/n%0a%7B%22id%22:%22forged%22%7D")

    lines = [json.loads(line) for line in served.log().splitlines() if line.startswith("{")]
    by_id = {line.get("id"): line for line in lines}
    assert [by_id[one.headers["x-request-id"]]["code"] for one in refused] == ["malformed_request"] * 2
    assert by_id[answer.headers["x-request-id"]]["path"] == '/n\n{"id":"forged"}'
    assert "forged" not in by_id
    assert "Traceback" not in served.log()
