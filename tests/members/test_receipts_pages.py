"""Removal: its impact is shown first, everything ends in one transaction, and a receipt lists it."""

from app.base.permissions import Role
from tests.support.portal import PASSWORD


def remove(cast, person):
    return cast.api("alice").delete("/organization/members/", orgId=cast.org, email=person.email)


def receipt(cast, number: int, name: str = "alice"):
    return cast.api(name).get("/organization/receipts/", orgId=cast.org, number=number)


def test_removal_impact_is_shown_before_confirming(cast):
    cast.portal.key(cast.adam, Role.READ, organization=cast.org)
    cast.portal.browser(cast.adam)
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")

    page = cast.browser("alice").get(
        f"/organization/members/remove/?orgId={cast.org}&email={cast.adam.email}"
    )

    text = page.find(id="remove-form").get_text(" ")
    assert "Remove Adam?" in text
    assert "hold of 1 session on this organization" in " ".join(text.split())
    assert "test (crew_" in text
    assert cast.charlie.email in text


def test_receipt_lists_what_ended(cast):
    cast.portal.key(cast.adam, Role.READ, organization=cast.org)
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")

    assert remove(cast, cast.adam).json == {"status": "OK"}

    data = receipt(cast, 1).json["data"]
    assert data["person"] == {"uid": cast.adam.uid, "email": cast.adam.email}
    assert data["by"] == {"uid": cast.alice.uid, "email": cast.alice.email}
    assert data["action"] == "was removed"
    assert data["ended"]["role"] == "admin"
    assert data["ended"]["invitations"] == [cast.charlie.email]
    assert [key.startswith("test (crew_") for key in data["ended"]["keys"]] == [True]


def test_receipts_are_numbered_and_listed_newest_first(cast):
    remove(cast, cast.rita)
    cast.api("uma").delete("/organization/members/", orgId=cast.org, email=cast.uma.email)

    listed = cast.api("adam").get("/organization/receipts/", orgId=cast.org).json["data"]

    assert [(row["number"], row["person"]["email"], row["action"]) for row in listed] == [
        (2, cast.uma.email, "left"),
        (1, cast.rita.email, "was removed"),
    ]


def test_cancelled_invitation_has_no_receipt(cast):
    remove(cast, cast.ivy)

    assert cast.api("alice").get("/organization/receipts/", orgId=cast.org).json == {"data": []}


def test_refused_removal_has_no_receipt(cast):
    refused = remove(cast, cast.alice)

    assert refused.status_code == 409
    assert cast.api("alice").get("/organization/receipts/", orgId=cast.org).json == {"data": []}


def test_receipt_is_downloaded_as_text(cast):
    remove(cast, cast.rita)

    answer = cast.api("alice").get("/organization/receipts/", orgId=cast.org, number=1, format="txt")

    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-1.txt"'
    assert answer.text.startswith("Receipt 1 of Northwind\n")
    assert f"Who: {cast.rita.email} ({cast.rita.uid})" in answer.text


def test_only_admins_see_receipts(cast):
    remove(cast, cast.rita)
    refusals = [receipt(cast, 1, name) for name in ("wendy", "uma", "ivy", "charlie", "rita")]
    foreign = cast.api("charlie").get("/organization/receipts/", orgId="org_unknown", number=1)

    assert {refusal.data for refusal in refusals} == {foreign.data}
    assert {refusal.status_code for refusal in refusals} == {403}
    assert receipt(cast, 1, "adam").status_code == 200


def test_unknown_number_is_not_found(cast):
    refused = receipt(cast, 7)

    assert (refused.status_code, refused.json["error"]) == (404, "Receipt not found")


def test_pages_show_the_list_and_the_receipt(cast):
    browser = cast.browser("alice")
    assert "No receipts yet" in browser.get(f"/organization/receipts/?orgId={cast.org}").get_text()
    remove(cast, cast.rita)

    assert cast.rita.email in browser.get(f"/organization/receipts/?orgId={cast.org}").get_text()
    page = browser.get(f"/organization/receipts/?orgId={cast.org}&number=1")
    assert page.h1.get_text() == "Receipt 1"
    assert cast.rita.uid in page.find(id="receipt").get_text()


def test_erased_accounts_address_is_on_no_receipt(cast):
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")
    remove(cast, cast.adam)
    for person in (cast.adam, cast.charlie):
        cast.portal.browser(person).submit(
            "/account/", method="DELETE", email=person.email, password=PASSWORD
        )

    text = receipt(cast, 1).text

    assert cast.adam.email not in text
    assert cast.charlie.email not in text
    assert cast.adam.uid in text


def test_apps_are_kept_and_named_on_the_receipt(cast):
    assert cast.api("wendy").post("/app/", orgId=cast.org, name="Atlas").status_code == 200

    remove(cast, cast.wendy)

    assert receipt(cast, 1).json["data"]["ended"]["apps"] == ["Atlas"]
    apps = cast.api("alice").get("/app/", orgId=cast.org).json["data"]
    assert [(app["name"], app["created_by"]) for app in apps] == [("Atlas", cast.wendy.uid)]
