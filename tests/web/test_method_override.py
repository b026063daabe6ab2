"""`_method`: how a form without JavaScript sends PUT and DELETE."""

from tests.support.sweeping import sweep


def removal(cast) -> dict[str, str]:
    return {"_method": "DELETE", "orgId": cast.org, "email": cast.rita.email, "role": "upload"}


def test_method_override_with_the_token(portal, cast):
    browser = cast.browser("alice")

    browser.client.post("/organization/members/", data={**removal(cast), "csrf_token": browser.token()})

    assert portal.role_of(cast.org, cast.rita) is None


def test_method_override_in_multipart_forms(portal, cast):
    browser = cast.browser("alice")

    removed = browser.client.post(
        "/organization/members/",
        data={**removal(cast), "csrf_token": browser.token()},
        content_type="multipart/form-data",
    )

    assert removed.status_code == 200
    assert portal.role_of(cast.org, cast.rita) is None


@sweep("headers", [{"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}])
def test_method_override_from_another_site_changes_nothing(portal, cast, headers):
    browser = cast.browser("alice")

    refused = browser.client.post(
        "/organization/members/", data={**removal(cast), "csrf_token": browser.token()}, headers=headers
    )

    assert refused.status_code == 403
    assert portal.role_of(cast.org, cast.rita) == "read"


def test_method_override_without_the_token_changes_nothing(portal, cast):
    refused = cast.browser("alice").client.post("/organization/members/", data=removal(cast))

    assert refused.status_code == 403
    assert portal.role_of(cast.org, cast.rita) == "read"


def test_method_override_never_works_for_a_key(portal, cast):
    changed = cast.api("alice").send("POST", "/organization/members/", data=removal(cast))

    assert changed.status_code == 200
    assert portal.role_of(cast.org, cast.rita) == "upload"


@sweep("method", ["GET", "PATCH", "TRACE", "delete", "nonsense"])
def test_method_override_knows_put_and_delete_only(portal, cast, method):
    browser = cast.browser("alice")
    fields = {**removal(cast), "_method": method, "csrf_token": browser.token()}

    browser.client.post("/organization/members/", data=fields)

    assert portal.role_of(cast.org, cast.rita) == "upload"


def test_method_override_is_for_forms_not_for_json(portal, cast):
    changed = cast.browser("alice").json("POST", "/organization/members/", json=removal(cast))

    assert changed.status_code == 200
    assert portal.role_of(cast.org, cast.rita) == "upload"
