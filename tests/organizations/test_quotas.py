"""Quotas of an account, an organization and the portal. Each refusal says how much is in use."""

import io

import pytest

from tests.support.cast import set_up_cast

MEMBERS, ORGANIZATION, KEYS = "/organization/members/", "/organization/", "/apikey/"


@pytest.fixture
def scene(installation):
    """Return a function that puts the cast into a portal with the given settings."""
    return lambda **settings: set_up_cast(installation.portal(installation.settings(**settings)))


def assert_over_limit(answer, error, used):
    body = answer.get_json()
    assert (answer.status_code, body["error"]) == (409, error), body
    assert used in body["message"]
    assert "operator" in body["message"]


def test_account_has_a_limited_number_of_organizations(scene):
    cast = scene(CREWROOM_MAX_ORGANIZATIONS_PER_USER="2")
    api = cast.api("alice")
    assert api.put(ORGANIZATION, name="Second").status_code == 200

    assert_over_limit(
        api.put(ORGANIZATION, name="Third"), "Organization limit reached", "2 of 2 organizations are in use"
    )

    assert cast.api("charlie").put(ORGANIZATION, name="Theirs").status_code == 200
    api.delete(ORGANIZATION, orgId=cast.org, name="Northwind")
    assert api.put(ORGANIZATION, name="Third").status_code == 200


def test_page_shows_how_many_organizations_are_in_use(scene):
    cast = scene(CREWROOM_MAX_ORGANIZATIONS_PER_USER="1")

    browser = cast.browser("alice")
    answer = browser.submit(ORGANIZATION, method="PUT", status=409, name="Second")

    assert "1 of 1 organizations are in use. Delete one you no longer need" in answer.text


def test_account_has_a_limited_number_of_keys(scene):
    cast = scene(CREWROOM_MAX_KEYS_PER_USER="2")
    browser = cast.browser("rita")
    created = [
        browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9}) for _ in "12"
    ]
    assert [answer.status_code for answer in created] == [200, 200]

    third = browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9})

    assert_over_limit(third, "API key limit reached", "2 of 2 API keys are in use")
    browser.json("DELETE", KEYS, json={"id": created[0].get_json()["data"]["id"]})
    again = browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9})
    assert again.status_code == 200


def test_organization_has_a_limited_number_of_keys(scene):
    cast = scene(CREWROOM_MAX_KEYS_PER_ORGANIZATION="1")
    body = {"name": "ci", "role": "read", "expires_in_days": 9, "org_id": cast.org}
    assert cast.browser("rita").json("POST", KEYS, json=body).status_code == 200

    browser = cast.browser("uma")
    assert_over_limit(
        browser.json("POST", KEYS, json=body),
        "API key limit reached",
        "1 of 1 API keys limited to this organization",
    )
    assert browser.json("POST", KEYS, json={**body, "org_id": None}).status_code == 200


def test_organization_has_a_limited_number_of_apps(scene):
    cast = scene(CREWROOM_MAX_APPS_PER_ORGANIZATION="1")
    api = cast.api("wendy")
    assert api.post("/app/", orgId=cast.org, name="Ios").status_code == 200

    assert_over_limit(
        api.post("/app/", orgId=cast.org, name="Web"), "App limit reached", "1 of 1 apps are in use"
    )


def test_organization_has_a_limited_number_of_pending_invitations(scene):
    cast = scene(CREWROOM_MAX_INVITATIONS_PER_ORGANIZATION="1")
    api = cast.api("adam")

    full = api.post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")

    assert_over_limit(full, "Invitation limit reached", "1 of 1 pending invitations are in use")
    assert cast.portal.role_of(cast.org, cast.charlie) is None
    assert api.post(MEMBERS, orgId=cast.org, email=cast.rita.email, role="upload").status_code == 200
    assert api.post(MEMBERS, orgId=cast.org, email=cast.ivy.email, role="read").status_code == 200
    cast.browser("ivy").json("POST", "/invitation/", json={"orgId": cast.org})
    assert api.post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read").status_code == 200


def upload(cast, app, version, size):
    form = {"app_id": app, "version": version, "file": (io.BytesIO(version.encode() * size), "bundle.zip")}
    return cast.api("uma").send("POST", "/bundle/", data=form, content_type="multipart/form-data")


def new_app(cast):
    return cast.api("wendy").post("/app/", orgId=cast.org, name="Ios").get_json()["data"]["id"]


@pytest.mark.parametrize(
    ("setting", "usage"),
    [
        ("CREWROOM_MAX_STORAGE_MB_PER_ORGANIZATION", "Northwind uses 1 MB of 1 MB."),
        ("CREWROOM_MAX_STORAGE_MB", "This portal uses 1 MB of 1 MB."),
    ],
)
def test_organization_and_portal_have_limited_storage(scene, setting, usage):
    cast = scene(**{setting: "1"})
    app = new_app(cast)
    assert upload(cast, app, "1.0.0", 1024 * 1024 // 5 - 10).status_code == 200

    assert_over_limit(upload(cast, app, "1.0.1", 50), "Storage limit reached", usage)

    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")
    assert upload(cast, app, "1.0.1", 50).status_code == 200


def test_file_larger_than_the_quota_is_refused_and_not_stored(scene, monkeypatch):
    cast = scene(CREWROOM_MAX_STORAGE_MB_PER_ORGANIZATION="1")
    app = new_app(cast)

    assert_over_limit(
        upload(cast, app, "1.0.0", 1024 * 1024), "Storage limit reached", "Northwind uses 0 B of 1 MB."
    )

    assert [path for path in (cast.portal.config.instance / "bundles").rglob("*") if path.is_file()] == []


def test_zero_means_no_limit(scene):
    names = (
        "ORGANIZATIONS_PER_USER",
        "KEYS_PER_USER",
        "KEYS_PER_ORGANIZATION",
        "APPS_PER_ORGANIZATION",
        "INVITATIONS_PER_ORGANIZATION",
        "STORAGE_MB_PER_ORGANIZATION",
        "STORAGE_MB",
    )
    cast = scene(**{f"CREWROOM_MAX_{name}": "0" for name in names})

    assert cast.api("alice").put(ORGANIZATION, name="Second").status_code == 200
    assert upload(cast, new_app(cast), "1.0.0", 50).status_code == 200
    invited = cast.api("adam").post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")
    assert invited.status_code == 200


def test_page_notes_a_second_organization_of_the_same_name(cast):
    browser = cast.browser("alice")
    browser.submit(ORGANIZATION, method="PUT", name="Northwind")
    assert "You now have 2 organizations called Northwind." in browser.flash()
