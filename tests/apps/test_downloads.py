"""`/bundle/<id>/download`."""

import hashlib

import pytest

from tests.support.uploading import foreign_app, make_app, upload

CONTENT = b"0123456789"
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def path(cast) -> str:
    answer = upload(cast.api("uma"), make_app(cast), "1.0.0", CONTENT, "Atlas ä.zip")
    return f"/bundle/{answer.get_json()['data']['id']}/download"


def test_unknown_and_foreign_bundles_get_the_same_answer(cast, path):
    theirs = upload(cast.api("charlie"), foreign_app(cast), "1.0.0", CONTENT).get_json()["data"]["id"]

    answers = [
        cast.api("charlie").get(path),
        cast.api("ivy").get(path),
        cast.api("alice").get(f"/bundle/{theirs}/download"),
        cast.api("alice").get("/bundle/bundle_0/download"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.data for answer in answers} == {answers[0].data}
    assert answers[0].json == {"error": "Bundle not found", "status": "KO", "code": "bundle_not_found"}
    assert cast.portal.api().get(path).status_code == 401


def test_every_member_can_download(cast, path):
    answer = cast.api("rita").get(path)

    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == ETAG
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Atlas a.zip\"; filename*=UTF-8''Atlas%20%C3%A4.zip"
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_range_is_answered_with_partial_content(cast, path):
    middle = cast.api("rita").send("GET", path, headers={"Range": "bytes=2-5"})
    end = cast.api("rita").send("GET", path, headers={"Range": "bytes=-3"})

    assert (middle.status_code, middle.data) == (206, b"2345")
    assert middle.headers["Content-Range"] == "bytes 2-5/10"
    assert (end.status_code, end.data) == (206, b"789")


def test_range_outside_the_file_is_refused(cast, path):
    answer = cast.api("rita").send("GET", path, headers={"Range": "bytes=10-20"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */10"
    assert answer.json == {
        "error": "Requested range not satisfiable",
        "status": "KO",
        "code": "range_not_satisfiable",
    }


def test_if_range_gives_a_part_only_of_the_same_content(cast, path):
    same = cast.api("rita").send("GET", path, headers={"Range": "bytes=0-1", "If-Range": ETAG})
    other = cast.api("rita").send("GET", path, headers={"Range": "bytes=0-1", "If-Range": '"other"'})

    assert (same.status_code, same.data) == (206, b"01")
    assert (other.status_code, other.data) == (200, CONTENT)


def test_known_content_is_not_sent_again(cast, path):
    answer = cast.api("rita").send("GET", path, headers={"If-None-Match": ETAG})

    assert (answer.status_code, answer.data) == (304, b"")
    assert cast.api("rita").send("GET", path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_has_the_size(cast, path):
    answer = cast.api("rita").send("HEAD", path)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "10"


def test_browser_with_a_session_can_download(cast, path):
    browser = cast.browser("rita")

    answer = browser.client.get(path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.data) == (200, CONTENT)


@pytest.mark.parametrize(
    ("sent", "offered"),
    [
        ("../../etc/passwd", "passwd"),
        ("\u202egnp.exe", "gnp.exe"),
        ("..", "bundle"),
        ("x" * 300 + ".zip", "x" * 196 + ".zip"),
    ],
)
def test_hostile_file_names_are_made_harmless(cast, sent, offered):
    answer = upload(cast.api("uma"), make_app(cast), "1.0.0", CONTENT, sent)

    assert answer.get_json()["data"]["filename"] == offered
    download = cast.api("rita").get(f"/bundle/{answer.get_json()['data']['id']}/download")
    assert "\n" not in download.headers["Content-Disposition"]


def test_missing_file_is_reported(cast, path):
    for file in cast.portal.config.bundles.rglob("*/*/*"):
        file.unlink()

    answer = cast.api("rita").get(path)

    assert (answer.status_code, answer.get_json()["error"]) == (404, "Bundle not found")
    assert answer.get_json()["message"] == "Its file is missing. Contact the operator."
