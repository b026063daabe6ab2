"""Range requests for a download (RFC 9110, section 14)."""

import hashlib
from collections.abc import Iterator

import pytest
import time_machine

from tests.support.sweeping import sweep
from tests.support.uploading import make_app, upload

CONTENT = b"0123456789ab"
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'
UPLOADED = "Thu, 12 Nov 2026 10:00:00 GMT"


@pytest.fixture
def path(cast) -> Iterator[str]:
    with time_machine.travel("2026-11-12T10:00:00Z", tick=False):
        answer = upload(cast.api("uma"), make_app(cast), "1.0.0", CONTENT)
        yield f"/bundle/{answer.get_json()['data']['id']}/download"


@pytest.fixture
def request_range(cast, path):
    def send(requested: str, method: str = "GET", **headers: str):
        return cast.api("rita").send(method, path, headers={"Range": requested, **headers})

    return send


@sweep(
    "requested, part",
    [
        ("bytes=2-5", "2-5"),
        ("bytes=0-0", "0-0"),  # browsers and players, to test for range support
        ("bytes=0-", "0-11"),  # Chromium, VLC
        ("bytes=-3", "9-11"),
        ("bytes=-100", "0-11"),
        ("bytes=5-99", "5-11"),
        ("bytes=5-" + "9" * 5000, "5-11"),
        ("Bytes=2-5", "2-5"),
        ("bytes= 2 - 5 ,", "2-5"),
        ("bytes=0-1,500-600", "0-1"),
        ("bytes=0-3,2-5", "0-5"),
        ("bytes=6-8,0-5", "0-8"),
        ("bytes=" + ",".join(["0-"] * 1000), "0-11"),  # CVE-2011-3192, `killapache`
    ],
    ids=lambda text: text[:30],
)
def test_single_part_is_sent(request_range, requested, part):
    answer = request_range(requested)

    first, last = map(int, part.split("-"))
    assert (answer.status_code, answer.data) == (206, CONTENT[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {part}/12"
    assert answer.headers["Content-Length"] == str(last + 1 - first)
    assert answer.headers["ETag"] == TAG


@sweep(
    "requested",
    [
        "items=0-5",
        "seconds=1-2",
        "bytes=0-2,5-6",
        "bytes=" + ",".join(f"{place}-{place}" for place in range(0, 12, 2)),
        "bytes=abc",
        "bytes=5-2",
        "bytes=0-1,nonsense",
        "bytes=",
        "bytes",
        "bytes 0-5",
        "bytes=--1",
        "bytes=0x1-2",
        "bytes=٣-٤",
        "",
    ],
)
def test_range_that_is_not_one_part_gets_the_whole_file(request_range, requested):
    answer = request_range(requested.encode().decode("latin-1"))

    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Length"] == "12"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in answer.headers


@sweep(
    "requested", ["bytes=12-", "bytes=12-20", "bytes=-0", "bytes=90-,100-200", "bytes=" + "9" * 5000 + "-"]
)
def test_parts_outside_the_file_get_416(request_range, requested):
    answer = request_range(requested)

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */12"
    assert answer.json == {
        "error": "Requested range not satisfiable",
        "status": "KO",
        "code": "range_not_satisfiable",
    }


@sweep("requested", ["bytes=2-5", "bytes=-3", "bytes=90-", "items=0-5"])
def test_head_ignores_the_range(request_range, requested):
    answer = request_range(requested, "HEAD")

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "12"
    assert "Content-Range" not in answer.headers


@sweep("condition", [TAG, UPLOADED])
def test_if_range_of_the_same_file_resumes_a_download(request_range, condition):
    """`curl -C -`, browsers and download managers send the tag or the date of the first answer."""
    assert request_range("bytes=4-", **{"If-Range": condition}).data == CONTENT[4:]


@sweep(
    "condition",
    [
        '"other"',
        f"W/{TAG}",
        "Thu, 12 Nov 2026 10:00:01 GMT",
        "Thu, 12 Nov 2026 09:59:59 GMT",
        "nonsense",
        "",
    ],
)
def test_if_range_of_another_file_gets_the_whole_file(request_range, condition):
    for requested in ("bytes=4-", "bytes=90-"):
        answer = request_range(requested, **{"If-Range": condition})

        assert (answer.status_code, answer.data) == (200, CONTENT)
