"""The pages about API keys, without JavaScript and with htmx."""

import re
from datetime import UTC, datetime, timedelta

import time_machine

from tests.support.portal import PASSWORD

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def rows(page):
    found = page.find("table")
    return [" ".join(row.get_text(" ").split()) for row in found.tbody.find_all("tr")] if found else []


def key_id(browser):
    return browser.json("GET", "/apikey/").get_json()["data"][0]["id"]


@time_machine.travel(START, tick=False)
def test_key_is_created_and_its_secret_shown_once(cast):
    rita = cast.browser("rita")
    form = rita.get("/apikey/new/").find(id="new-key-form")
    choices = [option.get_text() for option in form.find(id="key-organization").find_all("option")]

    rita.submit("/apikey/", name="deploy", role="read", org_id=cast.org, expires_in_days="90")

    assert choices == ["All my organizations", "Northwind"]
    secret = rita.page.find(id="flash-secret-1")["value"]
    command = rita.page.find(id="flash-command-1")["value"]
    address = f"{cast.portal.config.base_url}/organization/?orgId={cast.org}"
    assert command == f'curl -H "authorization: {secret}" "{address}"'
    assert rita.page.find(attrs={"data-copy": "#flash-secret-1"})
    assert cast.portal.api(secret).get("/organization/", orgId=cast.org).status_code == 200
    page = rita.get("/apikey/")
    assert secret not in str(page)
    line = f"deploy {secret[:12]}… Access Read Northwind Created 22 Nov 2026 Last used"
    assert rows(page)[0].startswith(line)
    assert "Expires 20 Feb 2027 Active" in rows(page)[0]


def test_empty_page_offers_to_create_a_key(cast):
    page = cast.browser("charlie").get("/apikey/")

    assert "No API keys yet" in page.get_text()
    assert page.find(id="first-key")["href"] == "/apikey/new/"


def test_refused_form_keeps_the_input_and_shows_the_errors(cast):
    rita = cast.browser("rita")

    rita.submit("/apikey/", name="x" * 33, role="write", expires_in_days="", status=400)

    field = rita.page.find(id="key-name")
    assert (field["value"], field["aria-invalid"]) == ("x" * 33, "true")
    assert "at most 32 characters" in rita.page.find(id="key-name-error").get_text()
    assert rita.page.find(id="key-role").find(selected=True)["value"] == "write"
    fragment = rita.htmx("/apikey/", name="", role="write")
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (400, "#new-key-form")
    assert "Name is required" in fragment.text


@time_machine.travel(START, tick=False)
def test_key_is_renamed_renewed_and_revoked_by_forms(cast):
    rita = cast.browser("rita")
    rita.submit("/apikey/", name="deploy", role="read", expires_in_days="30")
    identifier = key_id(rita)

    assert rita.get(f"/apikey/rename/?id={identifier}").find(id="key-name")["value"] == "deploy"
    rita.submit("/apikey/", method="PUT", id=identifier, name="release")
    assert "release is saved." in rita.flash()
    assert "Unchanged: 22 Dec 2026" in rita.get(f"/apikey/renew/?id={identifier}").get_text()
    fields = {"id": identifier, "regenerate": "1", "overlap_hours": "24", "expires_in_days": ""}
    rita.submit("/apikey/", method="PUT", **fields)
    assert rita.page.find(id="flash-secret-1")
    old = rita.page.find(class_="key__old").get_text()
    assert "still works. Expires tomorrow. Last used: Never." in old
    assert "Revoke release?" in rita.get(f"/apikey/revoke/?id={identifier}").h1.get_text()
    rita.submit("/apikey/", method="DELETE", id=identifier)

    assert "release is revoked." in rita.flash()
    assert rows(rita.page)[0].endswith("Revoked")
    assert rita.page.find(id=f"menu-{identifier}") is None


def test_revoked_keys_disappear_from_the_page_after_a_month(cast):
    with time_machine.travel(START, tick=False):
        rita = cast.browser("rita")
        rita.submit("/apikey/", name="deploy", role="read", expires_in_days="", password=PASSWORD)
        rita.json("DELETE", f"/apikey/{key_id(rita)}")
        assert len(rows(rita.get("/apikey/"))) == 1

    with time_machine.travel(START + timedelta(days=30), tick=False):
        assert rows(cast.browser("rita").get("/apikey/")) == []


def test_forms_of_another_accounts_key_are_not_found(cast):
    cast.api("alice")
    identifier = cast.portal.audit("key.created")[0].target
    rita = cast.browser("rita")

    for page in ("rename", "renew", "revoke"):
        assert rita.get(f"/apikey/{page}/?id={identifier}", status=404).h1.get_text() == "API key not found"


def test_hostile_name_is_escaped(cast):
    rita = cast.browser("rita")
    name = "<img src=x>"

    rita.submit("/apikey/", name=name, role="read", expires_in_days="", password=PASSWORD)

    assert rita.page.find(class_="table__key").strong.get_text() == name
    assert rita.page.find("img", src="x") is None


def test_fragment_has_the_list_and_the_secret(cast):
    rita = cast.browser("rita")

    answer = rita.htmx("/apikey/", name="deploy", role="read", expires_in_days="7")

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#keys")
    assert "<strong>deploy</strong>" in answer.text
    assert re.search(r'id="flash-secret-1" value="crew_\w{49}"', answer.text)
