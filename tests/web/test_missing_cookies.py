"""Forms whose cookie never comes back explain the problem, instead of expiring again and again."""

import pytest
from bs4 import BeautifulSoup

from tests.support.clients import ACCEPT_PAGE
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep

HTTPS, HTTP = "https://crew.example.com", "http://crew.example.com"
PAGE = {"Accept": ACCEPT_PAGE}
HTMX = {"HX-Request": "true", "Accept": "text/html"}
EXPIRED = "The form has expired"


@pytest.fixture
def secure(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL=HTTPS, CREWROOM_TRUSTED_PROXIES="10.0.0.0/8"))
    yield portal
    portal.close()


def sign_in(portal, at, headers, *, keeps=False, peer="192.0.2.1"):
    """Submit the sign-in form, as a browser that keeps cookies or as one that doesn't."""
    alice = portal.person("Alice")
    client = portal.app.test_client(use_cookies=keeps)
    environ = {"REMOTE_ADDR": peer}
    page = client.get("/login/", headers=PAGE, base_url=at, environ_overrides=environ)
    token = BeautifulSoup(page.text, "html.parser").select("input[name=csrf_token]")[0]
    fields = {"email": alice.email, "password": PASSWORD, "csrf_token": token["value"]}
    return client.post("/login/", data=fields, headers=headers, base_url=at, environ_overrides=environ)


def heading(answer):
    return BeautifulSoup(answer.text, "html.parser").select("h1")[0].get_text()


def links(answer):
    return [link["href"] for link in BeautifulSoup(answer.text, "html.parser").select("a[href^=http]")]


# The portal by its HTTPS name over HTTP, by a bare address, by a local name, and on another port.
@pytest.mark.parametrize(
    "at",
    [HTTP, "http://192.0.2.7:8000", "http://crew.lan", "http://localhost:8000", "http://[2001:db8::7]:8000"],
)
@pytest.mark.parametrize("headers", [PAGE, HTMX], ids=["page", "htmx"])
def test_an_https_portal_visited_over_http_names_its_address(secure, at, headers):
    answer = sign_in(secure, at, {**headers, "Origin": at})  # browsers don't return the `Secure` cookie

    assert answer.status_code == 403
    assert f"This portal is at {HTTPS}" in answer.text
    assert links(answer) == [f"{HTTPS}/"]
    assert EXPIRED not in answer.text


def test_a_proxy_that_rewrites_the_host_does_not_hide_it(secure):
    """`proxy_pass` without `proxy_set_header Host`: we don't know the browser's origin."""
    answer = sign_in(secure, "http://127.0.0.1:8000", {**PAGE, "Origin": "https://portal.lan"}, keeps=True)

    assert heading(answer) == f"This portal is at {HTTPS}"


def test_signing_in_works_behind_a_proxy_that_hides_the_scheme(secure):
    """A proxy without `X-Forwarded-Proto`: we see HTTP, but the browser is at the right address."""
    token_without_cookie = sign_in(secure, HTTP, {**PAGE, "Origin": HTTPS})

    assert heading(token_without_cookie) == "Your browser didn't send a cookie with this form"


@sweep("headers", [{}, {"Origin": HTTPS}, {"Sec-Fetch-Site": "same-origin", "Origin": HTTPS}])
def test_a_browser_that_blocks_cookies_gets_an_explanation(secure, headers):
    for dialect in (PAGE, HTMX):
        answer = secure.app.test_client().post(
            "/login/", data={"csrf_token": "x"}, headers={**dialect, **headers}, base_url=HTTPS
        )

        assert answer.status_code == 403
        assert "Your browser didn't send a cookie" in answer.text.replace("&#39;", "'")
        assert "allow cookies for crew.example.com" in answer.text


def test_a_form_with_its_cookie_and_an_old_token_has_expired(secure):
    browser = secure.browser()
    browser.client.get("/login/", headers=PAGE, base_url=HTTPS)

    answer = browser.client.post("/login/", data={"csrf_token": "old"}, headers=PAGE, base_url=HTTPS)

    assert heading(answer) == EXPIRED


@sweep("site", ["cross-site", "same-site"])
def test_another_site_learns_nothing_new(secure, site):
    headers = {**PAGE, "Sec-Fetch-Site": site, "Origin": "https://evil.example"}

    answer = secure.app.test_client().post("/login/", data={}, headers=headers, base_url=HTTPS)

    assert answer.status_code == 403
    assert HTTPS not in answer.text


def test_an_api_client_gets_json_as_before(secure):
    answer = secure.app.test_client().post("/login/", json={}, base_url=HTTP)

    assert (answer.status_code, answer.get_json()["error"]) == (403, EXPIRED)


def test_signing_in_works_at_the_right_address(secure):
    answer = sign_in(secure, HTTPS, {**PAGE, "Origin": HTTPS}, keeps=True)

    assert answer.status_code == 303


def test_the_page_about_cookies_names_the_host_the_browser_shows(secure):
    """Apache's `ProxyPass` without `ProxyPreserveHost` sends the host of the portal's own address."""
    answer = sign_in(secure, "http://127.0.0.1:8000", {**PAGE, "Origin": HTTPS})

    assert "allow cookies for crew.example.com in" in answer.text
    assert "127.0.0.1" not in answer.text


def test_the_host_of_another_site_is_not_shown(secure):
    other = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    answer = sign_in(secure, HTTPS, {**PAGE, **other})

    assert "allow cookies for crew.example.com in" in answer.text
    assert "evil.example" not in answer.text
