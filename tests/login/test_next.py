"""Where signing in and out redirects to: only paths of the portal."""

from tests.support.clients import Browser
from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

OWN = [
    "/invitation/",
    "/organization/?orgId=org_1",
    "/invitation/accept/?token=crew_abc",
    "/organization/?next=https://evil.test",
]


FOREIGN = [
    "//evil.test",
    "///evil.test",
    "https://evil.test",
    "HTTPS://evil.test",
    "http:evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r\nLocation: https://evil.test",
    "/organization/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    " //evil.test",
    "//evil.test@127.0.0.1/",
    "/\u2028//evil.test",
    "/\x00/evil.test",
    "",
]


@sweep("target", OWN)
def test_next_redirects_to_paths_of_the_portal(portal, cast, target):
    browser = portal.browser()

    redirect = sign_in_with_next(browser, cast, target)

    assert redirect.location == target


@sweep("target", FOREIGN)
def test_next_redirects_nowhere_else(portal, cast, target):
    browser = portal.browser()

    redirect = sign_in_with_next(browser, cast, target)

    assert redirect.location == "/organization/"
    assert "a=b" not in str(redirect.headers)


@sweep("target", FOREIGN)
def test_next_of_register_and_sign_out_redirects_nowhere_else(portal, cast, target):
    browser = cast.browser("wendy")
    query = {"next": target}

    log_in_form = browser.client.get("/login/", query_string=query, headers={"Accept": "text/html"})
    register_form = browser.client.get("/register/", query_string=query, headers={"Accept": "text/html"})
    fields = {"next": target, "csrf_token": browser.token()}
    logged_out = browser.client.post("/logout/", data=fields, headers={"Accept": "text/html"})

    assert log_in_form.location in {None, "/organization/"}
    assert "evil" not in log_in_form.text + register_form.text
    assert (logged_out.status_code, logged_out.location) in {(303, "/login/"), (400, None)}


def sign_in_with_next(browser: Browser, cast, target: str):
    fields = {"email": cast.wendy.email, "password": PASSWORD, "csrf_token": browser.token()}
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return browser.client.post("/login/", query_string={"next": target}, data=fields, headers=headers)


def test_signed_in_visitor_is_redirected_from_the_sign_in_page(cast):
    redirect = cast.browser("wendy").client.get("/login/?next=/invitation/", headers={"Accept": "text/html"})

    assert (redirect.status_code, redirect.location) == (303, "/invitation/")
