"""Requests with an impossible `Host` are refused as malformed, in the caller's dialect."""

from bs4 import BeautifulSoup

from tests.support.answers import assert_refused
from tests.support.clients import ACCEPT_PAGE, check_page
from tests.support.sweeping import sweep

IMPOSSIBLE = ["x" * 70, f"{'x' * 64}.test", "a..b"]
BAD = "Bad request"


def assert_guarded(answer):
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"]


@sweep("host", IMPOSSIBLE, ids=ascii)
@sweep("path", ["/login/", "/nothing/", "/organization/", "//"])
def test_a_person_gets_a_page(portal, host, path):
    answer = portal.app.test_client().get(path, headers={"Accept": ACCEPT_PAGE, "Host": host})

    assert_guarded(answer)
    page = BeautifulSoup(answer.text, "html.parser")
    check_page(page, answer.text)
    assert [heading.get_text() for heading in page.select("h1")] == [BAD]
    assert [link["href"] for link in page.select("a.button")] == ["/login/"]
    assert host not in answer.text


@sweep("host", IMPOSSIBLE, ids=ascii)
def test_an_api_client_gets_json(cast, host):
    answer = cast.api("rita").send("GET", "/organization/", headers={"Host": host})

    assert_guarded(answer)
    assert_refused(answer, 400, BAD)


@sweep("method", ["GET", "POST"])
def test_htmx_gets_a_notice(cast, method):
    headers = {"HX-Request": "true", "Accept": "text/html", "Host": "x" * 70}

    answer = cast.browser("rita").client.open("/organization/", method=method, headers=headers)

    assert_guarded(answer)
    assert BAD in answer.text


def test_a_form_with_a_method_override_changes_nothing(cast):
    browser = cast.browser("alice")
    before = len(cast.portal.audit())
    form = {"csrf_token": browser.token(), "_method": "PUT", "name": "Elsewhere"}

    answer = browser.client.post(
        "/organization/", data=form, headers={"Accept": ACCEPT_PAGE, "Host": "x" * 70}
    )

    assert_guarded(answer)
    assert len(cast.portal.audit()) == before
