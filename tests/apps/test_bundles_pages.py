"""The page of an app, without JavaScript and with htmx: its bundles and the upload form."""

import io

from bs4 import BeautifulSoup

from app.services.apps import bundles
from tests.support.clients import check_page
from tests.support.uploading import make_app, upload


def post(browser, app: str, version: str, *, status: int = 200, file=(b"content", "b.zip")):
    """Submit the upload form as a browser without JavaScript does."""
    fields = {"app_id": app, "version": version, "file": (io.BytesIO(file[0]), file[1])}
    data = {"csrf_token": browser.token(), **fields}
    answer = browser.client.post(
        "/bundle/", data=data, headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == status, answer.text[-2000:]
    return answer


def parsed(answer):
    """Parse and check the page of an answer."""
    page = BeautifulSoup(answer.text, "html.parser")
    check_page(page, answer.text)
    return page


def test_bundle_is_uploaded_by_the_form(cast):
    app = make_app(cast)
    browser = cast.browser("uma")

    answer = post(browser, app, "1.0.0", status=303)
    page = browser.get(answer.headers["Location"])

    assert "Atlas 1.0.0 is uploaded." in browser.flash()
    row = " ".join(page.find(id="bundle-rows").get_text(" ").split())
    assert row.startswith("1.0.0 Latest b.zip 7 B ed7002b439e9ac845f22357d822bac14")
    assert "Uma Just now" in row


def test_refused_upload_is_reported_at_its_field(cast):
    app = make_app(cast)
    browser = cast.browser("uma")

    wrong = parsed(post(browser, app, "one", status=400))
    empty = parsed(post(browser, app, "1.0.0", status=400, file=(b"", "")))

    assert wrong.find(id="upload-version")["value"] == "one"
    assert "must be a semantic version" in wrong.find(id="upload-version-error").get_text()
    assert "file is required" in empty.find(id="upload-file-error").get_text()


def test_size_limit_is_shown_in_the_form(cast):
    page = cast.browser("uma").get(f"/bundle/?app_id={make_app(cast)}")

    assert "up to 100 MB" in page.find(id="upload-file-hint").get_text()
    assert page.find(id="upload-form")["enctype"] == "multipart/form-data"


def test_bundle_is_deleted_after_a_confirmation_that_names_it(cast):
    app = make_app(cast)
    upload(cast.api("uma"), app, "1.0.0", b"x")
    browser = cast.browser("wendy")
    question = browser.get(f"/bundle/remove/?app_id={app}&version=1.0.0")
    assert question.h1.get_text() == "Delete Atlas 1.0.0?"

    browser.submit("/bundle/", method="DELETE", app_id=app, version="1.0.0")

    assert "Atlas 1.0.0 was deleted." in browser.flash()
    assert "No bundles yet" in browser.page.get_text()


def test_htmx_gets_the_updated_list_after_a_deletion(cast):
    app = make_app(cast)
    for version in ("1.0.0", "2.0.0"):
        upload(cast.api("uma"), app, version, b"x")

    answer = cast.browser("wendy").htmx("/bundle/", method="DELETE", app_id=app, version="2.0.0")

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#bundles")
    assert answer.text.startswith('<section class="listing" id="bundles"')
    assert "1 bundle, 1 B stored" in answer.text
    assert "2.0.0 was deleted" in answer.text


def test_upload_by_a_reader_gets_a_refusal_page(cast):
    app = make_app(cast)
    browser = cast.browser("rita")

    page = parsed(post(browser, app, "1.0.0", status=403))

    assert page.h1.get_text() == "Insufficient permissions to upload bundles"


def test_long_list_has_a_button_for_more(cast, monkeypatch):
    monkeypatch.setattr(bundles, "PAGE", 2)
    app = make_app(cast)
    for number in range(3):
        upload(cast.api("uma"), app, f"1.{number}.0", b"x")
    browser = cast.browser("rita")

    first = browser.get(f"/bundle/?app_id={app}")
    rest = browser.get(first.find(id="show-more")["href"])

    assert len(first.select("#bundle-rows tr")) == 2
    assert [found.get_text() for found in rest.select("#bundle-rows strong")] == ["1.0.0"]
