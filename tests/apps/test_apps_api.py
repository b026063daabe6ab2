"""`/app/` in JSON."""

import time_machine

from app.base.permissions import Role
from tests.support.uploading import files_of, foreign_app, make_app, upload

APP_FIELDS = {"id", "org_id", "name", "created_at", "created_by", "bundles", "latest_version", "storage"}
NOT_APPS = {"error": "Insufficient permissions to manage apps", "status": "KO", "code": "insufficient_role"}
NO_ACCESS = {"error": "You cannot access this organization", "status": "KO", "code": "insufficient_role"}
NO_APP = {"error": "App not found", "status": "KO", "code": "app_not_found"}


def test_outsiders_and_low_roles_cannot_create_an_app(cast):
    refused = [cast.api(name).post("/app/", orgId=cast.org, name="Atlas") for name in
               ("rita", "uma", "ivy", "charlie")]  # fmt: skip
    unknown = cast.api("alice").post("/app/", orgId="org_0", name="Atlas")

    assert {answer.status_code for answer in [*refused, unknown]} == {403}
    assert {answer.data for answer in [*refused, unknown]} == {refused[0].data}
    assert unknown.json == NOT_APPS


@time_machine.travel("2026-11-12T10:00:00Z", tick=False)
def test_write_members_create_apps(cast):
    answer = cast.api("wendy").post("/app/", orgId=cast.org, name="  Atlas ")

    created = answer.get_json()["data"]
    assert answer.json == {
        "status": "OK",
        "data": {
            "id": created["id"],
            "org_id": cast.org,
            "name": "Atlas",
            "created_at": "2026-11-12T10:00:00Z",
            "created_by": cast.wendy.uid,
            "bundles": 0,
            "latest_version": None,
            "storage": 0,
        },
    }
    assert created["id"].startswith("app_")
    entry = cast.portal.audit("app.created")[-1]
    assert (entry.actor_id, entry.target, entry.after) == (cast.wendy.uid, created["id"], {"name": "Atlas"})


def test_outsiders_cannot_list_apps(cast):
    refused = [cast.api(name).get("/app/", orgId=cast.org) for name in ("ivy", "charlie")]
    unknown = cast.api("rita").get("/app/", orgId="org_0")

    assert {answer.status_code for answer in [*refused, unknown]} == {403}
    assert {answer.data for answer in [*refused, unknown]} == {unknown.data}
    assert unknown.json == NO_ACCESS


def test_every_member_lists_the_apps_by_name(cast):
    for name in ("zephyr", "Atlas", "borealis"):
        make_app(cast, name)

    answer = cast.api("rita").get("/app/", orgId=cast.org)

    assert [app["name"] for app in answer.get_json()["data"]] == ["Atlas", "borealis", "zephyr"]
    assert {frozenset(app) for app in answer.get_json()["data"]} == {frozenset(APP_FIELDS)}


def test_organization_without_apps_has_an_empty_list(cast):
    assert cast.api("rita").get("/app/", orgId=cast.org).json == {"data": []}


def test_list_of_apps_is_paged(cast):
    for name in ("a", "b", "c"):
        make_app(cast, name)

    first = cast.api("rita").get("/app/", orgId=cast.org, limit=2).json
    second = cast.api("rita").get("/app/", orgId=cast.org, limit=2, cursor=first["next_cursor"]).json

    assert [app["name"] for app in first["data"] + second["data"]] == ["a", "b", "c"]
    assert "next_cursor" not in second


def test_list_shows_bundles_latest_version_and_storage(cast):
    app = make_app(cast)
    for version in ("1.10.0", "1.9.0", "2.0.0-beta.1"):
        upload(cast.api("uma"), app, version, b"four")

    listed = cast.api("rita").get("/app/", orgId=cast.org).get_json()["data"][0]

    assert (listed["bundles"], listed["latest_version"], listed["storage"]) == (3, "2.0.0-beta.1", 12)


def test_names_are_unique_regardless_of_case(cast):
    make_app(cast, "Straße")

    taken = cast.api("wendy").post("/app/", orgId=cast.org, name="STRASSE")

    assert taken.status_code == 409
    assert taken.get_json()["error"] == "App already exists"
    other = cast.portal.organization(cast.alice, "Southwind")
    assert cast.api("alice").post("/app/", orgId=other, name="Straße").status_code == 200


def test_names_are_required_and_at_most_a_hundred_characters(cast):
    for name, error in (
        ("", "Name is required"),
        ("  ", "Name is required"),
        (5, "Name is required"),
        ("a" * 101, "name must be at most 100 characters"),
        ("a\0b", "Name is required"),
    ):
        answer = cast.api("wendy").post("/app/", orgId=cast.org, name=name)
        assert (answer.status_code, answer.get_json()["error"], answer.get_json()["field"]) == (
            400,
            error,
            "name",
        )
    assert cast.api("wendy").post("/app/", orgId=cast.org, name="a" * 100).status_code == 200


def test_low_roles_cannot_rename_or_delete(cast):
    app = make_app(cast)

    for name in ("rita", "uma"):
        assert cast.api(name).put("/app/", id=app, name="B").json == NOT_APPS
        assert cast.api(name).delete("/app/", id=app).json == NOT_APPS


def test_unknown_and_foreign_apps_get_the_same_answer(cast):
    app = make_app(cast)
    foreign = foreign_app(cast)

    for method, fields in (("PUT", {"name": "B"}), ("DELETE", {})):
        answers = [
            cast.api("charlie").send(method, "/app/", json={"id": app, **fields}),
            cast.api("ivy").send(method, "/app/", json={"id": app, **fields}),
            cast.api("alice").send(method, "/app/", json={"id": foreign, **fields}),
            cast.api("alice").send(method, "/app/", json={"id": "app_0", **fields}),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.data for answer in answers} == {answers[0].data}
        assert answers[0].json == NO_APP


def test_write_members_rename_apps(cast):
    app = make_app(cast)

    answer = cast.api("wendy").put("/app/", id=app, name="atlas")

    assert answer.get_json()["status"] == "OK"
    assert answer.get_json()["data"]["name"] == "atlas"
    entry = cast.portal.audit("app.renamed")[-1]
    assert (entry.before, entry.after) == ({"name": "Atlas"}, {"name": "atlas"})


def test_renaming_to_a_taken_name_is_refused_and_to_the_same_changes_nothing(cast):
    app = make_app(cast)
    make_app(cast, "Borealis")

    assert cast.api("wendy").put("/app/", id=app, name="BOREALIS").status_code == 409
    assert cast.api("wendy").put("/app/", id=app, name="Atlas").status_code == 200
    assert cast.portal.audit("app.renamed") == []


def test_deleting_an_app_deletes_its_bundles_and_their_files(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"content")

    assert cast.api("wendy").delete("/app/", id=app).json == {"status": "OK"}
    cast.portal.run_jobs()

    assert cast.api("alice").get("/app/", orgId=cast.org).json == {"data": []}
    assert cast.api("alice").get("/bundle/", app_id=app).json == NO_APP
    assert files_of(cast.portal) == []
    assert cast.portal.audit("app.deleted")[-1].before == {
        "name": "Atlas",
        "bundles": 1,
        "latest_version": "1.0.0",
    }


def test_deleting_an_organization_deletes_the_files_of_its_apps(cast):
    upload(cast.api("uma"), make_app(cast), "1.0.0", b"content")
    cast.api("alice").delete("/organization/", orgId=cast.org, name="Northwind")
    cast.portal.run_jobs()

    assert files_of(cast.portal) == []


def test_limited_key_can_access_only_the_apps_of_its_organization(cast):
    other = cast.portal.organization(cast.alice, "Southwind")
    app = make_app(cast)
    limited = cast.portal.api(cast.portal.key(cast.alice, Role.SUPER_ADMIN, other))

    assert limited.get("/app/", orgId=cast.org).json == NO_ACCESS
    assert limited.put("/app/", id=app, name="B").json == NO_APP
    assert limited.get("/bundle/", app_id=app).json == NO_APP
    assert limited.post("/app/", orgId=other, name="B").status_code == 200


def test_ceiling_of_a_key_is_enforced(cast):
    weak = cast.portal.api(cast.portal.key(cast.alice, Role.UPLOAD))

    assert weak.post("/app/", orgId=cast.org, name="B").json == NOT_APPS
    assert weak.get("/app/", orgId=cast.org).status_code == 200


def test_change_by_cookie_needs_the_csrf_token(cast):
    browser = cast.browser("alice")

    answer = browser.client.post("/app/", json={"orgId": cast.org, "name": "B"})

    assert (answer.status_code, answer.get_json()["error"]) == (403, "The form has expired")


def test_paths_work_with_and_without_a_trailing_slash(cast):
    app = make_app(cast)
    bundle = upload(cast.api("uma"), app, "1.0.0", b"x").get_json()["data"]["id"]

    for path, query in (("/app", {"orgId": cast.org}), ("/bundle", {"app_id": app})):
        assert cast.api("rita").get(path, **query).status_code == 200
        assert cast.api("rita").get(f"{path}/", **query).status_code == 200
    for path in (f"/bundle/{bundle}/download", f"/bundle/{bundle}/download/"):
        assert cast.api("rita").get(path).data == b"x"
