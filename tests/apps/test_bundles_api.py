"""`/bundle/` in JSON: list, upload, delete."""

import hashlib
import random

import pytest
import time_machine

from app.base.permissions import Role
from tests.support.uploading import files_of, foreign_app, make_app, upload

NO_APP = {"error": "App not found", "status": "KO", "code": "app_not_found"}
NOT_UPLOAD = {
    "error": "Insufficient permissions to upload bundles",
    "status": "KO",
    "code": "insufficient_role",
}
NOT_APPS = {"error": "Insufficient permissions to manage apps", "status": "KO", "code": "insufficient_role"}
CONTENT = b"a small bundle"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_readers_cannot_upload(cast):
    app = make_app(cast)

    answer = upload(cast.api("rita"), app, "1.0.0", CONTENT)

    assert (answer.status_code, answer.json) == (403, NOT_UPLOAD)
    assert files_of(cast.portal) == []


def test_refused_uploads_are_audited_in_their_organization(cast):
    app = make_app(cast)
    upload(cast.api("wendy"), app, "1.0.0", CONTENT)

    upload(cast.api("rita"), app, "2.0.0", CONTENT)
    upload(cast.api("uma"), app, "1.0.0", CONTENT)

    refused = [entry for entry in cast.portal.audit() if entry.outcome == "refused"]
    assert [(entry.actor_id, entry.organization_id) for entry in refused] == [
        (cast.rita.uid, cast.org),
        (cast.uma.uid, cast.org),
    ]


def test_uploads_to_unknown_and_foreign_apps_get_the_same_answer(cast):
    app, foreign = make_app(cast), foreign_app(cast)

    answers = [
        upload(cast.api("charlie"), app, "1.0.0", CONTENT),
        upload(cast.api("ivy"), app, "1.0.0", CONTENT),
        upload(cast.api("alice"), foreign, "1.0.0", CONTENT),
        upload(cast.api("alice"), "app_0", "1.0.0", CONTENT),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.data for answer in answers} == {answers[0].data}
    assert answers[0].json == NO_APP
    assert files_of(cast.portal) == []


@time_machine.travel("2026-11-12T10:00:00Z", tick=False)
def test_upload_members_upload(cast):
    app = make_app(cast)

    answer = upload(cast.api("uma"), app, "1.0.0", CONTENT, "atlas-1.0.0.zip")

    data = answer.get_json()["data"]
    assert answer.json == {
        "status": "OK",
        "data": {
            "id": data["id"],
            "app_id": app,
            "version": "1.0.0",
            "size": len(CONTENT),
            "checksum": SHA256,
            "filename": "atlas-1.0.0.zip",
            "created_at": "2026-11-12T10:00:00Z",
            "created_by": cast.uma.uid,
        },
    }
    assert data["id"].startswith("bundle_")
    assert cast.api("rita").get("/bundle/", app_id=app).json == {"data": [data]}
    stored = cast.portal.config.bundles / SHA256[:2] / SHA256[2:4] / SHA256
    assert files_of(cast.portal) == [stored]
    assert stored.read_bytes() == CONTENT
    entry = cast.portal.audit("bundle.uploaded")[-1]
    assert (entry.target, entry.organization_id) == (data["id"], cast.org)
    assert entry.after == {"app": "Atlas", "version": "1.0.0", "size": len(CONTENT), "checksum": SHA256}


def test_bundles_of_unknown_and_foreign_apps_get_the_same_answer(cast):
    app = make_app(cast)

    answers = [
        cast.api("charlie").get("/bundle/", app_id=app),
        cast.api("ivy").get("/bundle/", app_id=app),
        cast.api("alice").get("/bundle/", app_id="app_0"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.data for answer in answers} == {answers[0].data}


def test_versions_are_unique_within_an_app(cast):
    app, other = make_app(cast), make_app(cast, "Borealis")
    upload(cast.api("uma"), app, "1.0.0", CONTENT)

    again = upload(cast.api("uma"), app, "1.0.0", b"something else")

    assert again.status_code == 409
    assert again.get_json()["error"] == "Version already exists"
    assert upload(cast.api("uma"), other, "1.0.0", CONTENT).status_code == 200
    assert len(files_of(cast.portal)) == 1


@pytest.mark.parametrize(
    "version", ["1", "1.0", "01.0.0", "1.0.0-", "1.0.0-01", "v1.0.0", "1.0.0 b", "١.0.0", "1.0.0-ä", "1.0.0+"]
)
def test_only_semantic_versions_are_accepted(cast, version):
    answer = upload(cast.api("uma"), make_app(cast), version, CONTENT)

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "version must be a semantic version, such as 1.4.0 or 2.0.0-beta.1"
    assert files_of(cast.portal) == []


def test_version_has_at_most_a_hundred_characters(cast):
    app = make_app(cast)

    assert upload(cast.api("uma"), app, "1.0.0-" + "a" * 94, CONTENT).status_code == 200
    assert upload(cast.api("uma"), app, "1.0.0-" + "a" * 95, CONTENT).status_code == 400


def test_bundles_are_listed_by_version_precedence(cast):
    app = make_app(cast)
    ordered = [
        "10.0.0",
        "2.0.0",
        "1.0.1",
        "1.0.0",
        "1.0.0-rc.1",
        "1.0.0-beta.11",
        "1.0.0-beta.2",
        "1.0.0-beta",
        "1.0.0-alpha.beta",
        "1.0.0-alpha.1",
        "1.0.0-alpha",
    ]
    for version in random.Random(5).sample(ordered, len(ordered)):
        upload(cast.api("uma"), app, version, CONTENT)

    listed = cast.api("rita").get("/bundle/", app_id=app).get_json()["data"]

    assert [bundle["version"] for bundle in listed] == ordered


def test_list_of_bundles_is_paged(cast):
    app = make_app(cast)
    for version in ("1.0.0+b", "1.0.0+a", "2.0.0"):
        upload(cast.api("uma"), app, version, CONTENT)

    first = cast.api("rita").get("/bundle/", app_id=app, limit=2).json
    second = cast.api("rita").get("/bundle/", app_id=app, limit=2, cursor=first["next_cursor"]).json

    versions = [bundle["version"] for bundle in first["data"] + second["data"]]
    assert versions == ["2.0.0", "1.0.0+a", "1.0.0+b"]
    assert "next_cursor" not in second
    assert cast.api("rita").get("/bundle/", app_id=app, cursor="%%").status_code == 400


def test_submitted_checksum_must_match(cast):
    app = make_app(cast)

    wrong = upload(cast.api("uma"), app, "1.0.0", CONTENT, sha256="0" * 64)
    malformed = upload(cast.api("uma"), app, "1.0.0", CONTENT, sha256="0" * 63)

    assert (wrong.status_code, wrong.get_json()["error"]) == (400, "Checksum does not match")
    assert (malformed.status_code, malformed.get_json()["error"]) == (
        400,
        "sha256 must be 64 hexadecimal digits",
    )
    assert files_of(cast.portal) == []
    assert upload(cast.api("uma"), app, "1.0.0", CONTENT, sha256=SHA256.upper()).status_code == 200


def test_equal_content_is_stored_once_and_deleted_with_its_last_bundle(cast):
    app = make_app(cast)
    for version in ("1.0.0", "1.0.1"):
        upload(cast.api("uma"), app, version, CONTENT)
    assert len(files_of(cast.portal)) == 1

    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")
    cast.portal.run_jobs()
    assert len(files_of(cast.portal)) == 1

    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.1")
    cast.portal.run_jobs()
    assert files_of(cast.portal) == []


def test_content_uploaded_again_before_its_file_is_deleted_is_kept(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", CONTENT)
    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")
    upload(cast.api("uma"), app, "1.0.1", CONTENT)

    cast.portal.run_jobs()

    assert len(files_of(cast.portal)) == 1


def test_upload_members_cannot_delete_bundles(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", CONTENT)

    for name in ("uma", "rita"):
        answer = cast.api(name).delete("/bundle/", app_id=app, version="1.0.0")
        assert (answer.status_code, answer.json) == (403, NOT_APPS)
    assert cast.api("charlie").delete("/bundle/", app_id=app, version="1.0.0").json == NO_APP


def test_write_members_delete_bundles(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", CONTENT)

    assert cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0").json == {"status": "OK"}

    again = cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")
    assert (again.status_code, again.get_json()["error"]) == (404, "Bundle not found")
    entry = cast.portal.audit("bundle.deleted")[-1]
    assert entry.before == {"app": "Atlas", "version": "1.0.0", "size": len(CONTENT), "checksum": SHA256}


def test_ceiling_and_limit_of_a_key_are_enforced(cast):
    app = make_app(cast)
    other = cast.portal.organization(cast.alice, "Southwind")
    weak = cast.portal.api(cast.portal.key(cast.alice, Role.READ))
    elsewhere = cast.portal.api(cast.portal.key(cast.alice, Role.SUPER_ADMIN, other))

    assert upload(weak, app, "1.0.0", CONTENT).json == NOT_UPLOAD
    assert upload(elsewhere, app, "1.0.0", CONTENT).json == NO_APP
    strong = cast.portal.api(cast.portal.key(cast.alice, Role.UPLOAD, cast.org))
    assert upload(strong, app, "1.0.0", CONTENT).status_code == 200


def test_uploads_without_a_valid_key_are_refused(cast):
    app = make_app(cast)

    assert upload(cast.portal.api(), app, "1.0.0", CONTENT).status_code == 401
    assert upload(cast.portal.api("crew_wrong"), app, "1.0.0", CONTENT).status_code == 401
