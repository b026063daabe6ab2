"""Sessions and their cookies: secrets, sign-out, and cookie attributes."""

import base64
import hashlib

from flask.sessions import SecureCookieSessionInterface

from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Portal
from tests.support.sweeping import sweep


def cookie_contents(portal, browser):
    cookie = browser.cookie()
    serializer = portal.app.session_interface.get_signing_serializer(portal.app)
    return serializer.loads(cookie.value)


def status(browser: Browser) -> int:
    return browser.client.get("/organization/").status_code


def test_signing_in_creates_a_new_secret_and_token(portal, cast):
    browser = portal.browser()
    before = browser.token()
    browser.log_in(cast.wendy.email, PASSWORD)
    first = cookie_contents(portal, browser)

    stale = browser.client.post("/logout/", json={}, headers={"X-CSRFToken": before})
    browser.log_in(cast.wendy.email, PASSWORD)
    second = cookie_contents(portal, browser)

    assert stale.status_code == 403
    assert first["_user_id"] != second["_user_id"]
    assert first["csrf_token"] != second["csrf_token"]


def test_signing_in_again_ends_the_previous_session(portal, cast):
    browser, kept = cast.browser("wendy"), portal.browser()
    kept.set_cookie(browser.cookie().value)

    browser.submit("/login/", email=cast.rita.email, password=PASSWORD)

    assert (status(browser), status(kept)) == (200, 401)
    assert [entry.actor_id for entry in portal.audit("session.closed")] == [cast.wendy.uid]


def test_cookie_planted_before_signing_in_is_useless_afterwards(portal, cast):
    browser, intruder = portal.browser(), portal.browser()
    browser.token()
    planted = browser.cookie().value
    browser.log_in(cast.wendy.email, PASSWORD)

    intruder.set_cookie(planted)

    assert status(browser) == 200
    assert status(intruder) == 401


def test_session_secret_is_stored_nowhere(portal, cast):
    secret = cookie_contents(portal, cast.browser("wendy"))["_user_id"]

    stored = portal.stored_bytes()

    assert secret.startswith("crew_")
    assert secret.encode() not in stored


def test_sessions_and_keys_do_not_work_in_each_others_place(portal, cast):
    secret = cookie_contents(portal, cast.browser("wendy"))["_user_id"]
    intruder = portal.browser()
    with intruder.client.session_transaction() as forged:
        forged["_user_id"] = portal.key(cast.wendy)

    assert portal.api(secret).get("/organization/").status_code == 401
    assert status(intruder) == 401


@sweep("path", ["/logout/", "/logout"])
def test_signing_out_ends_the_session_and_not_only_the_cookie(portal, cast, path):
    browser, thief = cast.browser("wendy"), portal.browser()
    thief.set_cookie(browser.cookie().value)
    assert status(thief) == 200

    browser.submit(path)

    assert browser.flash() == "You are logged out."
    assert (status(browser), status(thief)) == (401, 401)


def test_only_answers_that_end_the_session_clear_browser_storage(cast):
    ends: tuple[tuple[str, dict[str, str]], ...] = (
        ("/logout/", {}),
        ("/account/sessions/", {"_method": "DELETE", "id": ""}),
        ("/account/", {"_method": "DELETE", "email": cast.wendy.email, "password": PASSWORD}),
    )
    for path, fields in ends:
        browser = cast.browser("wendy")
        (current,) = browser.json("GET", "/account/sessions/").get_json()["data"]
        others = browser.client.get("/account/")

        named = {"id": current["id"]} if "id" in fields else {}

        ended = browser.submit(path, status=303, follow=False, **{**fields, **named})

        assert ended.headers["Clear-Site-Data"] == '"storage"'
        assert "Clear-Site-Data" not in others.headers
        assert status(browser) == 401


def test_signing_out_ends_only_this_session(cast):
    here, there = cast.browser("wendy"), cast.browser("wendy")

    here.submit("/logout/")

    assert (status(here), status(there)) == (401, 200)


def cookies_of(answer) -> dict[str, set[str]]:
    """Return the cookies that an answer sets, each with its attributes."""
    parted = [[part.strip() for part in cookie.split(";")] for cookie in answer.headers.getlist("Set-Cookie")]
    return {first.partition("=")[0]: set(attributes) for first, *attributes in parted}


def test_cookies_are_hidden_from_scripts_and_other_sites(portal, cast):
    browser = portal.browser()

    sent_on = browser.submit("/login/", email=cast.wendy.email, password=PASSWORD, status=303, follow=False)

    cookies = cookies_of(sent_on)
    mark = portal.app.config["SESSION_COOKIE_NAME"].removeprefix("crewroom-")
    assert cookies.keys() == {f"crewroom-{mark}", f"crewroom-device-{mark}"}
    for attributes in cookies.values():
        names = {attribute.partition("=")[0] for attribute in attributes}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
        assert "Expires" in names
        assert not {"Secure", "Domain"} & names


@sweep("path", ["/static/css/base.css", "/healthz", "/organization/"])
def test_answers_that_change_no_session_set_no_cookie(cast, path):
    answer = cast.browser("wendy").client.get(path)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_cookies_are_secure_over_https(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))
    alice = portal.person("Alice")
    browser = portal.browser()

    sent_on = browser.submit("/login/", email=alice.email, password=PASSWORD, status=303, follow=False)

    cookies = cookies_of(sent_on)
    mark = portal.app.config["SESSION_COOKIE_NAME"].removeprefix("__Host-crewroom-")
    assert cookies.keys() == {f"__Host-crewroom-{mark}", f"__Host-crewroom-device-{mark}"}
    for attributes in cookies.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
        assert not any(attribute.startswith("Domain") for attribute in attributes)
    assert status(browser) == 200
    portal.close()


def test_cookie_is_signed_with_sha256_and_an_older_signature_is_refused(portal, cast):
    browser = cast.browser("wendy")
    value = browser.cookie().value
    older = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert older is not None

    signature = value.rpartition(".")[2]
    browser.set_cookie(older.dumps(cookie_contents(portal, browser)))

    assert len(base64.urlsafe_b64decode(signature + "==")) == hashlib.sha256().digest_size
    assert status(browser) == 401


def test_forged_cookie_is_refused(portal, cast):
    browser = cast.browser("wendy")
    value = browser.cookie().value

    browser.set_cookie(value[:-4] + "AAAA")

    assert status(browser) == 401
