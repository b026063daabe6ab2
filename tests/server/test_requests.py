"""Requests that arrive in pieces, pipelined, or incomplete, and which headers reach the application."""

import json
import socket
import time

import httpx
import pytest

from tests.support.raw_http import connect, read_answers, send
from tests.support.serving import Served

pytestmark = pytest.mark.timeout(180)

MIB = 1024 * 1024
HOST = "Host: crew.test\r\n"
H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


@pytest.fixture(scope="session")
def key(served: Served) -> str:
    return served.person("sender@crew.test")


def names(served: Served, key: str) -> list[str]:
    with served.client(key) as client:
        return [organization["name"] for organization in client.get("/organization/").json()["data"]]


def head(key: str, *lines: str, of: str = "PUT /organization/ HTTP/1.1") -> bytes:
    fields = "".join(f"{line}\r\n" for line in (f"authorization: {key}", *lines))
    return f"{of}\r\n{HOST}{fields}\r\n".encode()


def chunks(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


JSON, FORM = "Content-Type: application/json", "Content-Type: application/x-www-form-urlencoded"
CHUNKED = "Transfer-Encoding: chunked"


def cut_bodies(key: str) -> dict[str, bytes]:
    """Return bodies that end early, each of which would be a complete change by itself."""
    form, organization = b"name=Cut", b'{"name": "Cut"}'
    long = head(key, FORM, f"Content-Length: {len(form) + 10}")
    return {
        "a chunked form without the last chunk": head(key, FORM, CHUNKED) + chunks(form, 100),
        "chunked JSON without the last chunk": head(key, JSON, CHUNKED) + chunks(organization, 4),
        "the last chunk without its end": head(key, JSON, CHUNKED) + chunks(organization, 100) + b"0\r\n",
        "in the middle of a trailer": head(key, JSON, CHUNKED) + chunks(organization, 100) + b"0\r\nX-T: 1",
        "in the middle of a chunk": head(key, FORM, CHUNKED) + b"ff\r\n" + form,
        "a form shorter than its length": long + form,
        "nothing of the body": head(key, JSON, "Content-Length: 15"),
        "a malformed chunk after a complete one": head(key, FORM, CHUNKED)
        + chunks(form, 100)
        + b"zz\r\n\r\n",
    }


@pytest.mark.short
def test_an_incomplete_body_changes_nothing(served, key, subtests):
    for name, request in cut_bodies(key).items():
        with subtests.test(name):
            (answer,) = send(served, request, half_close=True)

            assert (answer.status, answer.data["status"]) == (400, "KO")
            with connect(served) as connection:
                connection.sendall(request)

    time.sleep(0.3)
    assert names(served, key) == []
    assert "Traceback" not in served.log()


def test_a_complete_body_is_processed(served, subtests):
    key = served.person("whole@crew.test")
    body = b'{"name": "%s"}'
    whole = {
        "one chunk": (CHUNKED, chunks(body % b"one chunk", 100) + b"0\r\n\r\n"),
        "a chunk for each byte": (CHUNKED, chunks(body % b"a chunk for each byte", 1) + b"0\r\n\r\n"),
        "extensions": (CHUNKED, b'16;a=b;c="d;e"\r\n' + body % b"extensions" + b"\r\n0\r\n\r\n"),
        "trailers": (CHUNKED, chunks(body % b"trailers", 9) + b"0\r\nX-T: 1\r\nHost: evil.test\r\n\r\n"),
        "continued": ("Content-Length: 21\r\nExpect: 100-continue", body % b"continued"),
        "h2c of Java": (f"{H2C}Content-Length: 23", body % b"h2c of Java"),
        "h2c in chunks": (f"{H2C}{CHUNKED}", chunks(body % b"h2c in chunks", 5) + b"0\r\n\r\n"),
    }
    for name, (fields, sent_body) in whole.items():
        with subtests.test(name), connect(served) as connection:
            connection.sendall(head(key, JSON, fields) + sent_body)
            found = read_answers(connection, 2 if "Expect" in fields else 1)

            assert [answer.status for answer in found] == ([100, 200] if "Expect" in fields else [200])
    assert sorted(names(served, key)) == sorted(whole)


def test_pipelined_requests_are_answered_in_order(served, key):
    """As curl and old proxies send them on one connection; what follows the last one is not read."""
    one = head(key, of="GET /organization/ HTTP/1.1")
    upgrading = head(key, H2C.strip(), of="GET /healthz HTTP/1.1")
    last = head(key, "Connection: close", of="GET /nope HTTP/1.1")
    behind = head(key, JSON, "Content-Length: 18") + b'{"name": "Behind"}'

    found = send(served, one + upgrading + one + last + behind)

    assert [answer.status for answer in found] == [200, 200, 200, 404]
    assert "Behind" not in names(served, key)


def test_nothing_is_read_after_malformed_bytes(served, key):
    behind = head(key, JSON, "Content-Length: 18") + b'{"name": "Behind"}'

    found = send(served, head(key, of="GET /organization/ HTTP/1.1") + b"GET / HTTP/1.1\r\n\r\n" + behind)

    assert [answer.status for answer in found] == [200, 400]
    assert "Behind" not in names(served, key)


def test_pipelined_requests_are_limited(served):
    found = send(served, b"GET /healthz HTTP/1.1\r\nHost: crew.test\r\n\r\n" * 5000)

    assert [answer.status for answer in found][-1] == 429
    assert len(found) < 200


def test_a_client_that_half_closes_the_connection_is_answered(served):
    """As `nc -N` does, and some clients of HTTP/1.0."""
    found = send(served, b"GET /healthz HTTP/1.1\r\nHost: crew.test\r\n\r\n", half_close=True)
    (half,) = send(served, b"GET /healthz HTTP/1.1\r\nHost: cr", half_close=True)

    assert [answer.status for answer in found] == [200]
    assert half.status == 400


@pytest.mark.short
def test_a_client_that_is_still_sending_receives_the_413(served, key, subtests):
    long = json.dumps({"name": "x" * 6 * MIB}).encode()
    with served.client(key) as client:
        for name, body in {"a length": long, "chunks": iter([long[:MIB]] * 6)}.items():
            with subtests.test(name):
                answer = client.put(
                    "/organization/", content=body, headers={"Content-Type": "application/json"}
                )

                assert (answer.status_code, answer.json()["status"]) == (413, "KO")
                assert answer.headers["Connection"] == "close"


def test_a_body_that_is_too_long_is_refused_before_it_is_sent(served, key):
    """As curl does: it waits for 100 before it sends more than a megabyte."""
    with connect(served) as connection:
        connection.sendall(head(key, JSON, "Expect: 100-continue", f"Content-Length: {6 * MIB}"))

        (answer,) = read_answers(connection, 1)

    assert answer.status == 413


@pytest.mark.short
def test_non_ascii_bytes_in_headers_arrive_intact(served, key, subtests):
    """Any sibling subdomain can set such a cookie, in any encoding."""
    with served.log_in("sender@crew.test") as browser:
        ours = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    cookies = {
        "UTF-8 before ours": f"city=Zürich; {ours}".encode(),
        "Latin-1 before ours": f"city=Zürich; {ours}".encode("latin-1"),
        "UTF-8 after ours": f"{ours}; city=Zürich".encode(),
        "every byte": ours.encode() + b"; all=" + bytes(range(0x80, 0x100)),
    }
    for name, cookie in cookies.items():
        with subtests.test(name), connect(served) as connection:
            connection.sendall(
                b"GET /organization/ HTTP/1.1\r\nHost: crew.test\r\nCookie: " + cookie + b"\r\n\r\n"
            )
            (answer,) = read_answers(connection, 1)

            assert (answer.status, answer.data) == (200, {"data": []})


@pytest.mark.short
def test_a_header_name_with_underscores_is_ignored(served, key):
    """To WSGI `X_Api_Key` and `X-Api-Key` would be one name, and proxies set only one of them."""
    with connect(served) as connection:
        connection.sendall(f"GET /organization/ HTTP/1.1\r\n{HOST}X_Api_Key: {key}\r\n\r\n".encode())
        (answer,) = read_answers(connection, 1)

    assert answer.status == 401


def test_an_answer_to_http_1_0_is_not_chunked(served):
    with connect(served) as connection:
        connection.sendall(b"GET /login/ HTTP/1.0\r\nAccept: text/html\r\n\r\n")
        (answer,) = read_answers(connection)

    assert answer.status == 200
    assert "transfer-encoding" not in answer.headers
    assert b"</html>" in answer.body


def test_an_idle_connection_is_kept_for_the_next_request(served):
    with httpx.Client(base_url=served.url) as client, connect(served) as connection:
        for _ in range(3):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: crew.test\r\n\r\n")
            (answer,) = read_answers(connection, 1)
            assert answer.status == 200
        assert client.get("/healthz").status_code == 200
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
