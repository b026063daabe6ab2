"""Second factors in a real browser: an authenticator app, and passkeys of a virtual device."""

import time
from collections.abc import Iterator

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.browsing import Visitor
from tests.support.serving import PASSWORD, Served

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that browsers reach by a name: bare addresses have no passkeys."""
    server = Served(tmp_path_factory.mktemp("local"))
    server.url = f"http://localhost:{server.port}"
    server.environment["CREWROOM_BASE_URL"] = server.url
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visitor(visit, served, request) -> Visitor:
    """A signed-in person of their own for each test."""
    served.person(address(request), "Wendy Writer")
    visitor: Visitor = visit(reduced_motion="reduce")  # or axe sees elements that are half faded in
    visitor.enter(address(request))
    visitor.go("/organization/")
    return visitor


def address(request) -> str:
    return f"{request.node.name.replace('_', '-')[:50]}@crew.test"


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


def set_up_app(page: Page) -> tuple[str, list[str]]:
    page.get_by_role("link", name="Set up app").click()
    secret = page.get_by_label("Key to type by hand").input_value()
    page.get_by_label("Code from the app").fill(code(secret))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator("#codes").inner_text().split()
    page.get_by_role("link", name="I have kept them").click()
    return secret, codes


def plug_in_device(visitor: Visitor) -> None:
    """Give the browser a virtual authenticator that verifies its user."""
    devices = visitor.context.new_cdp_session(visitor.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def add_passkey(page: Page, name: str) -> None:
    page.get_by_role("link", name="Add passkey").click()
    dialog = page.get_by_role("dialog", name="Add a passkey")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Add passkey").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()


def enter_password(page: Page, email: str) -> None:
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()


def check_accessibility(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert violations == [], [(found["id"], found["nodes"][0]["html"]) for found in violations]


def test_authenticator_app_from_setup_to_sign_in(visitor, request):
    page = visitor.page
    visitor.go("/account/security/")
    check_accessibility(page)

    secret, codes = set_up_app(page)
    expect(page.get_by_text("10 of 10 left")).to_be_visible()
    sign_out(page)
    enter_password(page, address(request))
    check_accessibility(page)
    page.get_by_label("Code").fill("000 000")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#second-code-error")).to_have_text("Invalid code")
    page.get_by_label("Code").fill(code(secret, steps=1))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Organizations", exact=True).wait_for()

    sign_out(page)
    enter_password(page, address(request))
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Organizations", exact=True).wait_for()
    visitor.go("/account/security/")
    expect(page.get_by_text("9 of 10 left")).to_be_visible()


def test_passkey_from_registration_to_sign_in_without_a_password(visitor, request):
    page = visitor.page
    plug_in_device(visitor)
    visitor.go("/account/security/")

    add_passkey(page, "Laptop")
    expect(page.locator("#codes")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Rename Laptop").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("strong").filter(has_text="Work laptop")).to_be_visible()
    check_accessibility(page)

    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Organizations", exact=True).wait_for()

    sign_out(page)
    enter_password(page, address(request))
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Organizations", exact=True).wait_for()
    visitor.go("/account/security/")
    expect(page.get_by_text("last used just now")).to_be_visible()

    page.get_by_role("link", name="Remove Work laptop").click()
    page.get_by_role("dialog").get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Two-factor is off")).to_be_visible()


def test_device_cannot_register_twice_and_the_page_says_why(visitor):
    page = visitor.page
    plug_in_device(visitor)
    visitor.go("/account/security/")
    add_passkey(page, "Laptop")
    page.get_by_role("link", name="I have kept them").click()

    add_passkey(page, "Laptop again")

    expect(page.get_by_role("alert")).to_have_text("This device has a passkey for your account already.")


def test_wrong_password_is_reported_in_the_dialog(visitor):
    page = visitor.page
    plug_in_device(visitor)
    visitor.go("/account/security/")
    page.get_by_role("link", name="Add passkey").click()
    dialog = page.get_by_role("dialog", name="Add a passkey")
    dialog.get_by_label("Name").fill("Laptop")
    dialog.get_by_label("Your password").fill("not my password")
    dialog.get_by_role("button", name="Add passkey").click()

    expect(page.get_by_role("alert")).to_have_text("Wrong password")
    check_accessibility(page)


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_pages_are_accessible_in_dark_mode_and_on_a_phone(visit, served, options):
    email = f"looks-{len(options['viewport']) if 'viewport' in options else 0}@crew.test"
    served.person(email, "Wendy Writer")
    with served.client(served.key(email)) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
    visitor = visit(**options)
    visitor.enter(email)

    for path in (
        "/account/security/",
        "/account/security/totp/",
        "/account/security/passkeys/",
        "/account/security/recovery/",
        f"/organization/security/?orgId={org}",
    ):
        visitor.go(path)
        check_accessibility(visitor.page)
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
