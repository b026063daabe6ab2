"""A secret appears in one answer only: never in a cookie or an address, and never again after a reload."""

import re

from tests.support.portal import PASSWORD
from tests.support.sweeping import sweep

SECRET = re.compile(r"crew_\w{49}")


def secrets_in(response) -> list[str]:
    return list(dict.fromkeys(SECRET.findall(response.text)))


def new_key(cast):
    browser = cast.browser("rita")
    return browser, {"path": "/apikey/", "name": "deploy", "role": "read", "expires_in_days": "30"}


def renewed_key(cast):
    browser, fields = new_key(cast)
    body = {"name": "deploy", "role": "read", "expires_in_days": 30}
    key = browser.json("POST", fields["path"], json=body).get_json()["data"]
    return browser, {"path": "/apikey/", "method": "PUT", "id": key["id"], "regenerate": "1"}


def invitation_link(cast):
    """Prepare an invitation. Without a mail server its answer shows the inviter the link."""
    fields = {"orgId": cast.org, "email": cast.charlie.email, "role": "read"}
    return cast.browser("alice"), {"path": "/organization/members/", **fields}


def recovery_codes(cast):
    from tests.support.second_factors import set_up_app

    browser = cast.browser("rita")
    set_up_app(browser)
    return browser, {"path": "/account/security/recovery/", "password": PASSWORD}


@sweep("make", [new_key, renewed_key, invitation_link])
def test_secret_is_only_in_the_answer_that_creates_it(cast, make):
    browser, fields = make(cast)
    name = cast.portal.app.config["SESSION_COOKIE_NAME"]
    cookie = browser.client.get_cookie(name).value
    path = fields.pop("path")

    response = browser.submit(path, follow=False, **fields)

    (secret,) = secrets_in(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert secret not in str(response.headers)
    with browser.client.session_transaction() as session:
        assert secret not in str(dict(session))
        assert "_flashes" not in session
    page = path + (f"?orgId={cast.org}" if "orgId" in fields else "")
    assert secret not in str(browser.get(page))
    browser.client.set_cookie(name, cookie)
    assert secret not in str(browser.get(page))


def test_recovery_codes_are_in_the_answer_and_not_in_the_cookie(cast):
    browser, fields = recovery_codes(cast)

    response = browser.submit(fields.pop("path"), follow=False, **fields)

    codes = browser.page.find(id="codes").get_text().split()
    assert (response.status_code, response.headers["Cache-Control"], len(codes)) == (200, "no-store", 10)
    with browser.client.session_transaction() as session:
        assert not any(code in str(dict(session)) for code in codes)


def test_seed_of_an_app_is_not_shown_again(cast):
    browser, path = cast.browser("rita"), "/account/security/totp/"

    first, second = (browser.get(path).find(id="totp-secret")["value"] for _ in range(2))

    assert first != second
    with browser.client.session_transaction() as session:
        assert first not in str(dict(session))
