"""Files of bundles on disk: drafts, leftovers of killed processes, and the inventory."""

import errno
import os

import pytest
from sqlalchemy import select

from app.models import Bundle
from app.services.apps import bundle_files, file_check
from app.services.jobs import jobs
from app.storage import blobs
from app.storage.blobs import Draft
from tests.support.uploading import files_of, make_app, upload


@pytest.fixture
def folder(cast):
    return cast.portal.config.bundles


def findings(cast, **options) -> list[str]:
    return [finding.text for finding in file_check.check(cast.portal.database, **options)]


def test_a_discarded_draft_leaves_nothing(cast, folder):
    draft = Draft(folder)
    draft.write(b"content")

    draft.discard()

    assert files_of(cast.portal) == []


def test_sweep_deletes_leftovers_of_killed_processes(cast, folder):
    half, sealed, kept = Draft(folder), Draft(folder), Draft(folder)
    for draft in (half, sealed, kept):
        draft.write(b"content" + draft.path.name.encode())
    sealed.seal()
    kept.seal()
    kept.keep()
    for draft in (half, sealed, kept):
        draft.close()
    assert len(files_of(cast.portal)) == 4

    bundle_files.sweep(cast.portal.database)

    assert files_of(cast.portal) == []


def test_sweep_keeps_drafts_that_are_being_written(cast, folder):
    draft = Draft(folder)
    draft.write(b"content")

    bundle_files.sweep(cast.portal.database)

    assert files_of(cast.portal) == [draft.path]
    draft.discard()


def test_sweep_keeps_files_that_have_a_row(cast, folder):
    upload(cast.api("uma"), make_app(cast), "1.0.0", b"content")
    again = Draft(folder)
    again.write(b"content")
    again.seal()
    again.keep()
    again.close()

    bundle_files.sweep(cast.portal.database)

    assert files_of(cast.portal) == [blobs.path_of(folder, again.checksum)]


def test_damaged_file_is_replaced_by_the_next_upload_of_its_content(cast, folder):
    app = make_app(cast)
    checksum = upload(cast.api("uma"), app, "1.0.0", b"content").get_json()["data"]["checksum"]
    blobs.path_of(folder, checksum).write_bytes(b"cut")

    upload(cast.api("uma"), app, "1.0.1", b"content")

    assert findings(cast) == []


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 507, "no_space"), (errno.EDQUOT, 507, "no_space"), (errno.EIO, 503, "unavailable")],
)
def test_disk_error_is_reported_and_leaves_no_file(cast, monkeypatch, number, status, code):
    app = make_app(cast)

    def refuse(_descriptor):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", refuse)
        answer = upload(cast.api("uma"), app, "1.0.0", b"content")

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert files_of(cast.portal) == []
    assert cast.api("uma").get("/bundle/", app_id=app).json == {"data": []}


def test_folder_that_cannot_be_written_is_unavailable(cast, folder):
    app = make_app(cast)
    folder.parent.joinpath("bundles").write_text("in the way")

    answer = upload(cast.api("uma"), app, "1.0.0", b"content")

    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_inventory_of_intact_files_finds_nothing(cast):
    upload(cast.api("uma"), make_app(cast), "1.0.0", b"content")

    assert findings(cast) == []


def test_inventory_finds_missing_damaged_and_orphaned_files(cast, folder):
    app = make_app(cast)
    uploaded = [
        upload(cast.api("uma"), app, f"{number}.0.0", b"content" * number).get_json()["data"]
        for number in (1, 2, 3)
    ]
    paths = [blobs.path_of(folder, bundle["checksum"]) for bundle in uploaded]
    paths[0].unlink()
    paths[1].write_bytes(b"other")
    paths[2].write_bytes(b"CONTENT" * 3)
    orphan = folder / "ab" / "cd" / ("abcd" + "0" * 60)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")

    assert findings(cast) == [
        f"missing file: Atlas 1.0.0 ({uploaded[0]['id']}, {uploaded[0]['checksum']})",
        f"wrong size: Atlas 2.0.0 ({uploaded[1]['id']}, {uploaded[1]['checksum']})",
        f"wrong checksum: Atlas 3.0.0 ({uploaded[2]['id']}, {uploaded[2]['checksum']})",
        f"file without a bundle: {orphan}",
    ]
    assert findings(cast, repair=True)[-1] == f"removed: {orphan}"
    assert not orphan.exists()
    assert [path.exists() for path in paths] == [False, True, True]
    assert len(findings(cast)) == 3


def test_inventory_ignores_files_about_to_be_deleted(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"content")
    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")

    assert findings(cast) == []
    cast.portal.run_jobs()
    assert files_of(cast.portal) == []


def test_malformed_checksum_never_reaches_a_file_outside(portal, cast):
    """Such rows and jobs can no longer be restored, but an earlier version accepted them."""
    outside = portal.config.instance / "outside"
    outside.write_text("not a bundle")
    org_app = make_app(cast)
    upload(cast.api("alice"), org_app, "1.0.0", b"content")
    with portal.writing() as db:
        bundle = db.scalars(select(Bundle)).one()
        bundle.checksum = "../../../outside"
        bundle_id = bundle.id
        jobs.enqueue(bundle_files.KIND, {"checksums": ["../../../outside", str(outside)]})

    portal.run_jobs()
    answer = cast.api("alice").get(f"/bundle/{bundle_id}/download/")

    assert answer.status_code == 404
    assert outside.read_text() == "not a bundle"
