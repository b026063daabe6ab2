"""A real browser for tests: the system's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.serving import PASSWORD, Served

# The last list counts, so this one repeats that of Playwright. The popups of the address bar are pages of
# Chromium that it loads for each context, which took more time than the tests.
_NO_FEATURES = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_NO_FEATURES)}",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Browsers log every 4xx answer as a network error; these answers are expected.
_OWN_ANSWERS = "the server responded with a status of 4"

# Two workers share two cores: what takes half a second alone may take several here.
expect.set_options(timeout=15_000)


def browser_path() -> str | None:
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Launch Chromium; without it, tests are skipped on a developer's machine and fail in CI."""
    path = browser_path()
    if path is None:
        reason = "no Chromium: install the package chromium, or set BROWSER_PATH"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Visitor:
    """A person using the browser. Console errors, page errors and dialogs fail the test at its end."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.context = context
        self.served = served
        self.complaints: list[str] = []
        self.page: Page = self.open_tab()

    def open_tab(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._refuse)
        return page

    def go(self, path: str) -> None:
        self.page.goto(self.served.url + path)

    def log_in(self, address: str, password: str = PASSWORD) -> None:
        self.go("/login/")
        self.page.get_by_label("Email address").fill(address)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.get_by_role("heading", name="Organizations", exact=True).wait_for()

    def enter(self, address: str) -> None:
        """Sign in without the form, by copying a session cookie into the browser."""
        browser = self.served.portal.browser()
        browser.log_in(address, PASSWORD)
        cookie = browser.cookie()
        assert cookie is not None
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.served.url}])

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and _OWN_ANSWERS not in text:
            self.complaints.append(f"{kind}: {text}")

    def _refuse(self, dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def visit(chromium: Browser, served: Served) -> Iterator:
    """Return a function that opens visitors with separate cookies; it takes Playwright's context options."""
    visitors: list[Visitor] = []

    def make(**options) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context, served))
        return visitors[-1]

    yield make
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []
