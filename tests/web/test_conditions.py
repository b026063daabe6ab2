"""Conditional reads (RFC 9110, section 13), as download managers, caches and mirrors send them."""

import hashlib
import os
import shutil
from collections.abc import Iterator

import pytest
import time_machine

from tests.support.sweeping import sweep
from tests.support.uploading import make_app, upload

CONTENT = b"0123456789ab"
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'
UPLOADED = "Thu, 12 Nov 2026 10:00:00 GMT"
BEFORE, AFTER = "Thu, 12 Nov 2026 09:59:59 GMT", "Thu, 12 Nov 2026 10:00:01 GMT"
FAILED = {"error": "Precondition failed", "status": "KO", "code": "precondition_failed"}


@pytest.fixture
def path(cast) -> Iterator[str]:
    with time_machine.travel("2026-11-12T10:00:00Z", tick=False):
        answer = upload(cast.api("uma"), make_app(cast), "1.0.0", CONTENT)
        yield f"/bundle/{answer.get_json()['data']['id']}/download"


@pytest.fixture
def ask(cast, path):
    return lambda method="GET", **headers: cast.api("rita").send(
        method, path, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


@sweep(
    "headers",
    [
        {"If_Match": '"nope"'},
        {"If_Match": f"W/{TAG}"},  # weak tags never match strongly; nginx makes them when it compresses
        {"If_Match": '"a", "b"'},
        {"If_Match": "nope"},
        {"If_Match": ""},
        {"If_Match": '"nope"', "If_Unmodified_Since": AFTER},
        {"If_Match": '"nope"', "If_None_Match": TAG},
        {"If_Match": '"nope"', "Range": "bytes=0-1"},
        {"If_Unmodified_Since": BEFORE},
        {"If_Unmodified_Since": "Thursday, 12-Nov-26 09:59:59 GMT"},  # RFC 850, which servers must accept
        {"If_Unmodified_Since": "Thu Nov 12 09:59:59 2026"},  # asctime, likewise
        {"If_Unmodified_Since": BEFORE, "Range": "bytes=0-1"},
    ],
    ids=str,
)
@sweep("method", ["GET", "HEAD"])
def test_a_failed_precondition_is_412_without_the_file(ask, method, headers):
    answer = ask(method, **headers)

    assert answer.status_code == 412
    assert CONTENT not in answer.data
    assert answer.headers["Content-Type"] == "application/json"
    assert "Content-Disposition" not in answer.headers
    if method == "GET":
        assert answer.json == FAILED


@sweep(
    "headers",
    [
        {"If_Match": TAG},
        {"If_Match": "*"},
        {"If_Match": f'"a" , {TAG},"b"'},
        {"If_Match": TAG, "If_Unmodified_Since": BEFORE},  # then the date is ignored
        {"If_Unmodified_Since": UPLOADED},
        {"If_Unmodified_Since": AFTER},
        {"If_Unmodified_Since": "yesterday"},
        {"If_Unmodified_Since": f"{BEFORE}, {BEFORE}"},
        {"If_None_Match": '"nope"'},
        {"If_None_Match": '"nope"', "If_Modified_Since": AFTER},
        {"If_Modified_Since": BEFORE},
        {"If_Modified_Since": "0"},
        {"If_Modified_Since": "-1"},
        {"If_Range": TAG},
    ],
    ids=str,
)
def test_a_satisfied_precondition_returns_the_file(ask, headers):
    answer = ask(**headers)

    assert (answer.status_code, answer.data) == (200, CONTENT)


@sweep(
    "headers",
    [
        {"If_None_Match": TAG},
        {"If_None_Match": f"W/{TAG}"},  # weak comparison: from a cache behind a proxy that compresses
        {"If_None_Match": "*"},
        {"If_None_Match": f'"a", {TAG}'},
        {"If_None_Match": TAG, "If_Modified_Since": BEFORE},
        {"If_None_Match": TAG, "Range": "bytes=0-1"},
        {"If_Match": TAG, "If_None_Match": TAG},
        {"If_Modified_Since": UPLOADED},
        {"If_Modified_Since": AFTER},
    ],
    ids=str,
)
@sweep("method", ["GET", "HEAD"])
def test_a_copy_that_the_caller_has_is_not_sent_again(ask, method, headers):
    answer = ask(method, **headers)

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == TAG
    assert "Content-Length" not in answer.headers


def test_conditions_reveal_nothing_without_the_right_to_read(cast, path):
    for headers in ({"If-Match": '"nope"'}, {"If-None-Match": "*"}, {"Range": "bytes=90-"}):
        answer = cast.api("charlie").send("GET", path, headers=headers)

        assert (answer.status_code, answer.json) == (
            404,
            {"error": "Bundle not found", "status": "KO", "code": "bundle_not_found"},
        )


def test_static_files_and_the_specification_follow_the_same_rules(portal):
    for path in ("/static/css/base.css", "/openapi.json"):
        client = portal.app.test_client()
        whole = client.get(path)
        tag = whole.headers["ETag"]

        assert client.get(path, headers={"If-None-Match": f"W/{tag}"}).status_code == 304
        failed = client.get(path, headers={"If-Match": '"nope"'})
        assert (failed.status_code, failed.get_json()) == (412, FAILED)
        other_unit = client.get(path, headers={"Range": "items=0-5"})
        assert (other_unit.status_code, other_unit.data) == (200, whole.data)
    part = portal.app.test_client().get("/static/css/base.css", headers={"Range": "bytes=0-3"})
    assert (part.status_code, len(part.data)) == (206, 4)


def _installed_earlier(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    os.utime(target, (1_700_000_000, 1_700_000_000))


@pytest.mark.parametrize("name", ["css/base.css", "favicon.svg", "./css/../css/base.css"])
def test_a_static_file_has_the_same_tag_on_every_host(portal, tmp_path, monkeypatch, name):
    """They may have been installed from one wheel at different times, and a load balancer uses either."""
    client = portal.app.test_client()
    before = client.get(f"/static/{name}")
    elsewhere = shutil.copytree(
        portal.app.static_folder, tmp_path / "static", copy_function=_installed_earlier
    )
    monkeypatch.setattr(portal.app, "static_folder", str(elsewhere))

    after = client.get(f"/static/{name}")

    assert before.headers["Last-Modified"] != after.headers["Last-Modified"]
    assert before.headers["ETag"] == after.headers["ETag"] == f'"{hashlib.sha256(after.data).hexdigest()}"'
    assert client.get(f"/static/{name}", headers={"If-None-Match": after.headers["ETag"]}).status_code == 304


def test_a_changed_static_file_has_another_tag(portal, tmp_path, monkeypatch):
    monkeypatch.setattr(portal.app, "static_folder", str(tmp_path))
    tags = []
    for content, changed_at in ((b"one", 1_700_000_000), (b"two", 1_700_000_060)):
        (tmp_path / "x.css").write_bytes(content)
        os.utime(tmp_path / "x.css", (changed_at, changed_at))
        tags.append(portal.app.test_client().get("/static/x.css").headers["ETag"])

    assert tags == [f'"{hashlib.sha256(content).hexdigest()}"' for content in (b"one", b"two")]
