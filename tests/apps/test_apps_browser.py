"""Apps and uploads in a real browser."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from app.base import identifiers
from tests.support.browsing import Visitor
from tests.support.serving import Served

pytestmark = pytest.mark.browser

DROP = """([name, size]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(size)], name));
  const about = { dataTransfer: transfer, bubbles: true, cancelable: true };
  for (const kind of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(kind, about));
}"""


@dataclass
class Stage:
    """An app, and a browser with its page."""

    visitor: Visitor
    served: Served
    key: str
    app: str

    @property
    def page(self) -> Page:
        return self.visitor.page

    def upload(self, version: str) -> None:
        """Upload with an API key."""
        with self.served.client(self.key) as client:
            form = {"app_id": self.app, "version": version}
            assert (
                client.post("/bundle/", data=form, files={"file": ("b.zip", b"content")}).status_code == 200
            )

    def reload(self) -> None:
        self.visitor.go(f"/bundle/?app_id={self.app}")


@pytest.fixture
def stage(served: Served, visit: Callable[..., Visitor]) -> Stage:
    address = f"{identifiers.new('alice')}@crew.test"
    key = served.person(address)
    with served.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        app = client.post("/app/", json={"orgId": org, "name": "Atlas"}).json()["data"]["id"]
    visitor = visit(reduced_motion="reduce")
    visitor.enter(address)
    stage = Stage(visitor, served, key, app)
    stage.reload()
    return stage


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{broken['id']}: {node['html'][:160]}" for broken in found for node in broken["nodes"]]


def test_a_dropped_file_is_uploaded(stage):
    stage.page.evaluate(DROP, ["atlas-1.4.0.zip", 3_000_000])
    expect(stage.page.get_by_label("Version")).to_have_value("1.4.0")
    expect(stage.page.get_by_role("button", name="Upload bundle")).to_be_focused()

    stage.page.keyboard.press("Enter")

    expect(stage.page.locator("#bundle-rows")).to_contain_text("1.4.0")
    expect(stage.page.locator("#bundle-rows")).to_contain_text("atlas-1.4.0.zip")
    expect(stage.page.locator("#bundles")).to_contain_text("1 bundle, 2.9 MB stored")
    expect(stage.page.get_by_label("Version")).to_have_value("")
    expect(stage.page.locator("#upload-progress")).to_be_hidden()


def test_chosen_file_is_uploaded_with_a_progress_bar(stage, tmp_path: Path):
    file = tmp_path / "b.zip"
    file.write_bytes(b"x" * 20_000_000)
    stage.page.get_by_label("Version").fill("1.0.0")
    stage.page.get_by_label("File").set_input_files(file)
    stage.page.evaluate("""() => {
      window.seen = [];
      const bar = document.querySelector("#upload-bar");
      new MutationObserver(() => seen.push(bar.value)).observe(bar, { attributes: true });
    }""")

    stage.page.get_by_role("button", name="Upload bundle").click()

    expect(stage.page.locator("#bundle-rows")).to_contain_text("19.1 MB")
    seen = stage.page.evaluate("seen")
    assert (seen[0], seen[-1]) == (0, 1)
    assert seen == sorted(seen)


def test_refusal_is_reported_at_its_field(stage):
    stage.upload("1.0.0")
    stage.page.evaluate(DROP, ["atlas-1.0.0.zip", 10])

    stage.page.get_by_role("button", name="Upload bundle").click()

    expect(stage.page.get_by_role("alert")).to_contain_text("Version already exists")
    expect(stage.page.get_by_label("Version")).to_be_focused()
    assert violations(stage.page) == []


def test_file_that_is_too_large_is_not_sent(stage):
    stage.page.evaluate("document.querySelector('#upload-form').dataset.limit = '100'")

    stage.page.evaluate(DROP, ["atlas-1.0.0.zip", 101])
    stage.page.get_by_role("button", name="Upload bundle").click()

    expect(stage.page.get_by_role("alert")).to_contain_text("The file is larger than 100 MB")
    expect(stage.page.locator("#bundles")).to_contain_text("No bundles yet")


def test_file_that_the_server_refuses_as_too_large_is_reported(stage):
    stage.page.evaluate("document.querySelector('#upload-form').dataset.limit = '1e12'")
    stage.page.evaluate(DROP, ["atlas-1.0.0.zip", 101 * 1024 * 1024])

    stage.page.get_by_role("button", name="Upload bundle").click()

    expect(stage.page.get_by_role("alert")).to_contain_text("The file is larger than 100 MB")


def test_an_upload_can_be_cancelled(stage):
    stalled: list[Route] = []

    def stall(route: Route) -> None:
        stalled.append(route)

    stage.page.route("**/bundle/", stall)
    stage.page.evaluate(DROP, ["atlas-1.0.0.zip", 10])
    stage.page.get_by_role("button", name="Upload bundle").click()

    stage.page.get_by_role("button", name="Cancel").click()

    expect(stage.page.locator("#upload-progress")).to_be_hidden()
    expect(stage.page.get_by_role("button", name="Upload bundle")).to_be_enabled()
    expect(stage.page.locator("#announcer")).to_have_text("The upload is cancelled. Nothing was kept.")
    stage.page.unroute_all(behavior="ignoreErrors")


def test_bundle_is_deleted_after_a_confirmation(stage):
    stage.upload("1.0.0")
    stage.reload()

    stage.page.get_by_role("link", name="Delete 1.0.0").click()
    expect(stage.page.get_by_role("heading", name="Delete Atlas 1.0.0?")).to_be_visible()
    assert violations(stage.page) == []
    stage.page.get_by_role("button", name="Delete bundle").click()

    expect(stage.page.locator("#flash")).to_contain_text("Atlas 1.0.0 was deleted.")
    expect(stage.page.locator("#bundles")).to_contain_text("No bundles yet")


def test_a_bundle_is_downloaded(stage):
    stage.upload("1.0.0")
    stage.reload()

    with stage.page.expect_download() as download:
        stage.page.get_by_role("link", name="Download 1.0.0").click()

    assert download.value.suggested_filename == "b.zip"
    assert Path(download.value.path()).read_bytes() == b"content"


def test_the_checksum_is_copied(stage):
    stage.upload("1.0.0")
    stage.visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage.reload()

    stage.page.get_by_role("button", name="Copy checksum of 1.0.0").click()

    expect(stage.page.get_by_role("button", name="Copied")).to_be_visible()
    assert stage.page.evaluate("navigator.clipboard.readText()").startswith(
        "ed7002b439e9ac845f22357d822bac14"
    )


def test_an_app_is_created_renamed_and_deleted_in_dialogs(stage):
    stage.page.get_by_role("link", name="Apps").first.click()
    stage.page.get_by_role("link", name="New app").click()
    stage.page.get_by_role("textbox", name="Name").fill("ATLAS")
    stage.page.get_by_role("button", name="Create app").click()
    expect(stage.page.locator("#new-app-name-error")).to_have_text("App already exists")

    stage.page.get_by_role("textbox", name="Name").fill("Borealis")
    stage.page.get_by_role("button", name="Create app").click()
    expect(stage.page.get_by_role("heading", name="Borealis", level=1)).to_be_visible()

    stage.page.get_by_role("link", name="Rename").click()
    stage.page.get_by_role("textbox", name="Name").fill("Aurora")
    stage.page.get_by_role("button", name="Rename").click()
    expect(stage.page.get_by_role("heading", name="Aurora", level=1)).to_be_visible()

    stage.page.get_by_role("link", name="Delete").click()
    stage.page.get_by_role("button", name="Delete app").click()
    expect(stage.page.locator("#flash")).to_contain_text("Aurora was deleted, with its bundles.")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_the_screen(stage, scheme, width):
    stage.upload("1.0.0-" + "a" * 60)
    stage.page.emulate_media(color_scheme=scheme)
    stage.page.set_viewport_size({"width": width, "height": 844})

    stage.reload()
    on_app = violations(stage.page)
    stage.page.get_by_role("link", name="Apps").last.click()
    expect(stage.page.get_by_role("heading", name="Apps", level=1)).to_be_visible()

    assert (on_app, violations(stage.page)) == ([], [])
    assert stage.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
