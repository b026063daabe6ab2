"""The first day of a team, in a real browser, with and without JavaScript."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.support.browsing import Visitor
from tests.support.serving import PASSWORD

pytestmark = pytest.mark.browser

NO_ACCESS = "You cannot access this organization"


@pytest.mark.parametrize(
    "scripted",
    [
        pytest.param(True, id="with-javascript"),
        pytest.param(False, id="without-javascript", marks=pytest.mark.long),
    ],
)
def test_first_day(visit, served, scripted):
    mark = secrets.token_hex(4)
    ada_address, bob_address = f"ada.{mark}@crew.test", f"bob.{mark}@crew.test"
    ada, bob = visit(java_script_enabled=scripted), visit(java_script_enabled=scripted)

    register(ada, "Ada", ada_address)
    confirm(ada, ada_address)
    log_in(ada, ada_address)
    org = create_organization(ada, "Northwind Labs")
    register(bob, "Bob", bob_address)
    invite(ada, org, bob_address, "Read")
    accept(bob, bob_address, "Northwind Labs")
    change_role(ada, org, "Bob", "Write", scripted=scripted)

    with served.client(served.key(bob_address)) as program:
        listed = program.get("/organization/members/", params={"orgId": org}).json()["data"]
        assert [(member["email"], member["role"]) for member in listed] == [
            (ada_address, "super_admin"),
            (bob_address, "write"),
        ]
        bob.go(f"/organization/members/?orgId={org}")
        remove(ada, "Bob", bob_address)

        refused = program.get("/organization/members/", params={"orgId": org})
        assert (refused.status_code, refused.json()) == (
            403,
            {"error": NO_ACCESS, "status": "KO", "code": "insufficient_role"},
        )
    expect_open_page_refused(bob, scripted=scripted)


def register(person: Visitor, name: str, address: str) -> None:
    person.go("/register/")
    person.page.get_by_label("Name").fill(name)
    person.page.get_by_label("Email address").fill(address)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.page.get_by_role("button", name="Create account").click()
    expect_notice(person, "Check your email to confirm your address.")


def confirm(person: Visitor, address: str) -> None:
    person.go(person.served.mailed_link(address, "/confirm/"))
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.page.get_by_role("button", name="Confirm address").click()
    expect_notice(person, "Your address is confirmed.")


def log_in(person: Visitor, address: str) -> None:
    person.page.get_by_label("Email address").fill(address)
    person.page.get_by_label("Password", exact=True).fill(PASSWORD)
    person.page.get_by_role("button", name="Log in").click()


def create_organization(person: Visitor, name: str) -> str:
    person.page.get_by_role("main").get_by_role("link", name="New organization").click()
    person.page.get_by_label("Name").fill(name)
    person.page.get_by_role("button", name="Create organization").click()
    expect(person.page.get_by_role("heading", name=name, level=1)).to_be_visible()
    found = re.search(r"orgId=(org_\w+)", person.page.url)
    assert found, person.page.url
    return found[1]


def invite(person: Visitor, org: str, address: str, role: str) -> None:
    person.go(f"/organization/members/?orgId={org}")
    person.page.locator("#invite-people").click()
    form = person.page.locator("#invite-form")
    form.get_by_label("Email address").fill(address)
    form.get_by_label("Role").select_option(role)
    form.get_by_role("button", name="Send invitation").click()
    expect_notice(person, f"{address} is invited.")


def accept(person: Visitor, address: str, organization: str) -> None:
    person.go(person.served.mailed_link(address, "/invitation/accept/"))
    person.page.get_by_role("link", name="Log in to accept").click()
    log_in(person, address)
    person.page.get_by_role("button", name="Accept invitation").click()
    expect_notice(person, "Welcome to the team.")
    expect(person.page.get_by_role("heading", name=organization, level=1)).to_be_visible()


def change_role(person: Visitor, org: str, name: str, role: str, *, scripted: bool) -> None:
    person.go(f"/organization/members/?orgId={org}")
    row = person.page.get_by_role("row").filter(has_text=name)
    row.get_by_label(f"Role of {name}").select_option(role)
    if not scripted:
        row.get_by_role("button", name="Save").click()
    expect_notice(person, f"is now {role.lower()}")
    expect(row.get_by_label(f"Role of {name}").locator("option:checked")).to_have_text(role)


def remove(person: Visitor, name: str, address: str) -> None:
    """Remove a person from the menu of their row; the dialog must name them and can be cancelled."""
    for answer in ("Cancel", "Remove"):
        row = person.page.get_by_role("row").filter(has_text=address)
        row.get_by_role("button", name=f"Actions for {name}").click()
        person.page.get_by_role("menuitem", name="Remove from organization").click()
        question = person.page.locator("#remove-form")
        expect(question.get_by_role("heading", name=f"Remove {name}?")).to_be_visible()
        expect(question).to_contain_text(address)
        question.get_by_text(answer, exact=True).click()
    expect_notice(person, f"{address} was removed.")
    expect(person.page.locator("#members")).not_to_contain_text(address)


def expect_open_page_refused(person: Visitor, *, scripted: bool) -> None:
    """A page that was open before shows nothing new, whether it requests a fragment or a whole page."""
    if scripted:
        person.page.get_by_label("Search by name or email").fill("ada")
        expect_notice(person, NO_ACCESS)
    person.page.reload()
    expect(person.page.get_by_role("heading", name=NO_ACCESS, level=1)).to_be_visible()
    expect(person.page.get_by_role("row")).to_have_count(0)


def expect_notice(person: Visitor, text: str) -> None:
    expect(person.page.locator("#flash")).to_contain_text(text)
