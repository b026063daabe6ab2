"""The pages of apps, without JavaScript and with htmx."""

import pytest

from tests.support.uploading import make_app, upload


def texts(page, selector: str) -> list[str]:
    return [" ".join(found.get_text(" ").split()) for found in page.select(selector)]


def test_list_shows_apps_and_their_storage(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"x" * 2048)

    page = cast.browser("rita").get(f"/app/?orgId={cast.org}")

    assert texts(page, "#app-rows td")[:4] == ["A Atlas", "1.0.0", "1 bundle", "2 KB"]
    assert "2 KB stored in Northwind" in page.get_text()
    assert page.select_one(".nav [aria-current]").get_text(strip=True) == "Apps"


def test_empty_list_says_what_to_do(cast):
    writer = cast.browser("wendy").get(f"/app/?orgId={cast.org}")
    reader = cast.browser("rita").get(f"/app/?orgId={cast.org}")

    assert "Create the first one" in writer.get_text()
    assert "a member with the Write role" in reader.get_text()


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("rita", set()),
        ("uma", {"upload-form"}),
        ("wendy", {"upload-form", "rename-app", "remove-app", "remove"}),
    ],
)
def test_people_see_the_buttons_of_their_role(cast, name, sees):
    app = make_app(cast)
    bundle = upload(cast.api("uma"), app, "1.0.0", b"x").get_json()["data"]["id"]

    page = cast.browser(name).get(f"/bundle/?app_id={app}")

    ids = {"upload-form", "rename-app", "remove-app", f"remove-{bundle}"}
    assert {found["id"].replace(f"-{bundle}", "") for found in page.find_all(id=list(ids))} == sees
    assert page.find("a", href=f"/bundle/{bundle}/download/")


def test_an_app_is_created_by_its_form(cast):
    browser = cast.browser("wendy")
    browser.get(f"/app/new/?orgId={cast.org}")

    browser.submit("/app/", orgId=cast.org, name="Atlas")

    assert browser.page.h1.get_text() == "Atlas"
    assert "Atlas is ready." in browser.flash()


def test_taken_name_is_reported_at_its_field_and_kept(cast):
    make_app(cast)
    browser = cast.browser("wendy")

    browser.submit("/app/", orgId=cast.org, name="ATLAS", status=409)

    field = browser.page.find(id="new-app-name")
    assert (field["value"], field["aria-invalid"]) == ("ATLAS", "true")
    assert "App already exists" in browser.page.find(id="new-app-name-error").get_text()


def test_an_app_is_renamed_by_its_form(cast):
    app = make_app(cast)
    browser = cast.browser("wendy")
    assert browser.get(f"/app/rename/?id={app}").find(id="rename-app-name")["value"] == "Atlas"

    browser.submit("/app/", method="PUT", id=app, name="Borealis")

    assert browser.page.h1.get_text() == "Borealis"


def test_app_is_deleted_after_a_confirmation_that_names_it(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"x")
    browser = cast.browser("wendy")
    question = browser.get(f"/app/remove/?id={app}")
    assert question.h1.get_text() == "Delete Atlas?"
    assert "1 bundle, up to version 1.0.0" in question.get_text()

    browser.submit("/app/", method="DELETE", id=app)

    assert "Atlas was deleted, with its bundles." in browser.flash()


def test_low_roles_cannot_open_the_forms(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"x")

    for path in (
        f"/app/new/?orgId={cast.org}",
        f"/app/rename/?id={app}",
        f"/app/remove/?id={app}",
        f"/bundle/remove/?app_id={app}&version=1.0.0",
    ):
        cast.browser("uma").get(path, status=403)
        cast.browser("wendy").get(path)


def test_pages_of_unknown_and_foreign_apps_are_the_same(cast):
    app = make_app(cast)
    browser = cast.browser("charlie")

    foreign = browser.get(f"/bundle/?app_id={app}", status=404)
    unknown = browser.get("/bundle/?app_id=app_0", status=404)

    assert foreign.main == unknown.main
    assert foreign.h1.get_text() == "App not found"


def test_htmx_is_redirected_after_a_change(cast):
    answer = cast.browser("wendy").htmx("/app/", orgId=cast.org, name="Atlas")

    assert answer.headers["HX-Redirect"].startswith("/bundle/?app_id=app_")


def test_hostile_names_are_escaped(cast):
    name = "<img src=x>{{7*7}}"
    app = make_app(cast, name)
    upload(cast.api("uma"), app, "1.0.0", b"x", "<script>.zip")

    page = cast.browser("wendy").get(f"/bundle/?app_id={app}")

    assert page.h1.get_text() == name
    assert page.select("main script, main img") == []
