"""The organization's pages about API keys: which have access, blocking one, the policy."""

from app.base.permissions import Role
from tests.support.portal import PASSWORD

PATH = "/organization/keys/"


def rows(page):
    return [" ".join(row.get_text(" ").split()) for row in page.find("table").tbody.find_all("tr")]


def created(cast, name, **body):
    browser = cast.browser(name)
    response = browser.json(
        "POST", "/apikey/", json={"name": f"of {name}", "role": "read", "password": PASSWORD, **body}
    )
    return response.get_json()["data"]


def test_only_admins_see_the_page(cast):
    page = cast.browser("adam").get(f"{PATH}?orgId={cast.org}")

    assert "No API keys have access" in page.get_text()
    assert (
        page.find("nav", class_="nav").find(attrs={"aria-current": "page"}).get_text().strip() == "API keys"
    )
    wendy = cast.browser("wendy")
    overview = wendy.get(f"/organization/?orgId={cast.org}")
    assert "API keys" not in overview.find("nav", class_="nav").get_text()
    refused = wendy.get(f"{PATH}?orgId={cast.org}", status=403)
    assert refused.h1.get_text() == "Insufficient permissions to manage API keys"


def test_key_is_blocked_by_forms_and_stays_listed(cast):
    key = created(cast, "rita")
    above = created(cast, "alice")
    adam = cast.browser("adam")

    page = adam.get(f"{PATH}?orgId={cast.org}")
    assert page.find(id=f"cut-off-{key['id']}")
    assert page.find(id=f"cut-off-{above['id']}") is None
    confirmation = adam.get(f"{PATH}remove/?orgId={cast.org}&id={key['id']}")
    assert confirmation.h1.get_text() == "Cut off of rita?"
    adam.submit(PATH, method="DELETE", orgId=cast.org, id=key["id"])

    assert "of rita of Rita is cut off." in adam.flash()
    assert rows(adam.page)[0].endswith("Cut off")
    assert "Cut off from Northwind." in cast.browser("rita").get("/apikey/").get_text()
    assert cast.portal.api(key["key"]).get("/organization/", orgId=cast.org).status_code == 403


def test_fragment_has_the_list(cast):
    key = created(cast, "rita", org_id=cast.org)

    answer = cast.browser("adam").htmx(PATH, method="DELETE", orgId=cast.org, id=key["id"])

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#organization-keys")
    assert "Revoked" in answer.text


def test_policy_shows_the_keys_it_would_exclude_before_it_is_saved(cast):
    key = created(cast, "rita")
    adam = cast.browser("adam")

    page = adam.get(f"{PATH}policy/?orgId={cast.org}&max_days=30&expiry_required=true")

    effect = page.find(id="key-policy-effect")
    assert "1 key would be shut out from the next request on." in effect.get_text()
    assert "of rita" in effect.get_text()
    hidden = {field["name"]: field["value"] for field in effect.form.find_all("input")}
    assert (hidden["max_days"], hidden["expiry_required"]) == ("30", "true")
    assert cast.portal.api(key["key"]).get("/organization/", orgId=cast.org).status_code == 200
    adam.submit(f"{PATH}policy/", orgId=cast.org, max_days="30", expiry_required="true")
    assert "Key policy saved." in adam.flash()
    assert adam.page.find(id="policy-max-days")["value"] == "30"
    assert adam.page.find(id="policy-expiry").find(selected=True)["value"] == "true"
    assert cast.portal.api(key["key"]).get("/organization/", orgId=cast.org).status_code == 403
    rita = cast.browser("rita").get("/apikey/")
    assert "Refused by the key policy of Northwind." in rita.get_text()
    assert rows(rita)[0].split(" Actions")[0].count("Limited by policy") == 1


def test_invalid_policy_is_redrawn_with_its_error(cast):
    page = cast.browser("adam").get(f"{PATH}policy/?orgId={cast.org}&max_days=0", status=400)

    assert "whole number from 1 to 3650" in page.find(id="policy-max-days-error").get_text()


def test_super_admin_can_block_the_key_of_another_super_admin(cast):
    cast.portal.join(cast.org, cast.charlie, Role.SUPER_ADMIN)
    key = created(cast, "charlie")

    alice = cast.browser("alice")
    alice.submit(PATH, method="DELETE", orgId=cast.org, id=key["id"])

    assert "is cut off." in alice.flash()
