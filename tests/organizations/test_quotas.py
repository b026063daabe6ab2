"""Limits on what one person and one organization may have; each refusal says how much is in use."""

import io

import pytest

from tests.support.cast import set_up_cast

MEMBERS, ORGANIZATION, KEYS = "/organization/members/", "/organization/", "/apikey/"


@pytest.fixture
def scene(installation):
    """The cast in a portal with some settings."""
    return lambda **settings: set_up_cast(installation.portal(installation.settings(**settings)))


def refused(answer, error, used):
    body = answer.get_json()
    assert (answer.status_code, body["error"]) == (409, error), body
    assert used in body["message"]
    assert "operator" in body["message"]


def test_organizations_of_one_person(scene):
    cast = scene(CREWROOM_MAX_ORGANIZATIONS_PER_USER="2")
    api = cast.api("alice")
    assert api.put(ORGANIZATION, name="Second").status_code == 200

    refused(
        api.put(ORGANIZATION, name="Third"), "Organization limit reached", "2 of 2 organizations are in use"
    )

    assert cast.api("charlie").put(ORGANIZATION, name="Theirs").status_code == 200
    api.delete(ORGANIZATION, orgId=cast.org, name="Northwind")
    assert api.put(ORGANIZATION, name="Third").status_code == 200


def test_a_page_says_how_many_organizations_there_are(scene):
    cast = scene(CREWROOM_MAX_ORGANIZATIONS_PER_USER="1")

    browser = cast.browser("alice")
    answer = browser.submit(ORGANIZATION, method="PUT", status=409, name="Second")

    assert "1 of 1 organizations are in use. Delete one you no longer need" in answer.text


def test_keys_of_one_person(scene):
    cast = scene(CREWROOM_MAX_KEYS_PER_USER="2")
    browser = cast.browser("rita")
    made = [
        browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9}) for _ in "12"
    ]
    assert [answer.status_code for answer in made] == [200, 200]

    third = browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9})

    refused(third, "API key limit reached", "2 of 2 API keys are in use")
    browser.json("DELETE", KEYS, json={"id": made[0].get_json()["data"]["id"]})
    again = browser.json("POST", KEYS, json={"name": "ci", "role": "read", "expires_in_days": 9})
    assert again.status_code == 200


def test_keys_limited_to_one_organization(scene):
    cast = scene(CREWROOM_MAX_KEYS_PER_ORGANIZATION="1")
    body = {"name": "ci", "role": "read", "expires_in_days": 9, "org_id": cast.org}
    assert cast.browser("rita").json("POST", KEYS, json=body).status_code == 200

    browser = cast.browser("uma")
    refused(
        browser.json("POST", KEYS, json=body),
        "API key limit reached",
        "1 of 1 API keys limited to this organization",
    )
    assert browser.json("POST", KEYS, json={**body, "org_id": None}).status_code == 200


def test_apps_of_one_organization(scene):
    cast = scene(CREWROOM_MAX_APPS_PER_ORGANIZATION="1")
    api = cast.api("wendy")
    assert api.post("/app/", orgId=cast.org, name="Ios").status_code == 200

    refused(api.post("/app/", orgId=cast.org, name="Web"), "App limit reached", "1 of 1 apps are in use")


def test_pending_invitations_of_one_organization(scene):
    cast = scene(CREWROOM_MAX_INVITATIONS_PER_ORGANIZATION="1")
    api = cast.api("adam")

    full = api.post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")

    refused(full, "Invitation limit reached", "1 of 1 pending invitations are in use")
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
    ("setting", "whose"),
    [
        ("CREWROOM_MAX_STORAGE_MB_PER_ORGANIZATION", "Northwind uses 1 MB of 1 MB."),
        ("CREWROOM_MAX_STORAGE_MB", "This portal uses 1 MB of 1 MB."),
    ],
)
def test_storage(scene, setting, whose):
    cast = scene(**{setting: "1"})
    app = new_app(cast)
    assert upload(cast, app, "1.0.0", 1024 * 1024 // 5 - 10).status_code == 200

    refused(upload(cast, app, "1.0.1", 50), "Storage limit reached", whose)

    cast.api("wendy").delete("/bundle/", app_id=app, version="1.0.0")
    assert upload(cast, app, "1.0.1", 50).status_code == 200


def test_a_file_that_cannot_fit_is_refused_before_its_first_byte(scene, monkeypatch):
    cast = scene(CREWROOM_MAX_STORAGE_MB_PER_ORGANIZATION="1")
    app = new_app(cast)

    refused(upload(cast, app, "1.0.0", 1024 * 1024), "Storage limit reached", "Northwind uses 0 B of 1 MB.")

    assert [path for path in (cast.portal.config.instance / "bundles").rglob("*") if path.is_file()] == []


def test_nothing_is_limited_by_zero(scene):
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


def test_a_second_organization_of_the_same_name_is_pointed_out_on_the_page(cast):
    browser = cast.browser("alice")
    browser.submit(ORGANIZATION, method="PUT", name="Northwind")
    assert "You now have 2 organizations called Northwind." in browser.flash()
