"""The log line of a request: the client's address, and the name of a refusal."""

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.password_attempts import WRONG, attempt, lock_out
from tests.support.portal import Portal
from tests.support.second_factors import set_up_app, start_sign_in


@pytest.fixture
def lines():
    structlog.reset_defaults()
    with capture_logs() as found:
        yield found


def code(lines) -> tuple[int, str | None]:
    """Return the status of the last request, and the code of its refusal."""
    line = [line for line in lines if line["event"] == "request"][-1]
    return line["status"], line.get("code")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::17", "", "2001:db8::17"),
        ("fe80::1%eth0 and more", "", "fe80::1"),
        ("10.0.0.1", 'nonsense", "user": "root', "10.0.0.1"),
        ("", "", None),
    ],
)
def test_line_has_the_address_of_the_client(settings_for, lines, peer, forwarded, address):
    portal = Portal(settings_for(CREWROOM_TRUSTED_PROXIES="10.0.0.0/8"))

    portal.app.test_client().get(
        "/login/", headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": peer}
    )

    assert lines[-1]["address"] == address
    portal.close()


def test_forged_forms_have_distinct_names(cast, lines):
    client, token = cast.browser("wendy").client, {"X-CSRFToken": cast.portal.browser().token()}

    client.post("/account/", json={"name": "x"}, headers=token)
    without_token = code(lines)
    client.post("/account/", json={"name": "x"}, headers={**token, "Sec-Fetch-Site": "cross-site"})

    assert without_token == (403, "form_expired")
    assert code(lines) == (403, "other_site")


def test_bad_input_and_lacking_rights_have_their_names(cast, lines):
    api = cast.api("rita")
    reasons = []
    for body in ('{"secret-of-mine": 1, "secret-of-mine": 2}', "[]", "{"):
        api.send("POST", "/organization/", data=body, content_type="application/json")
        reasons.append(code(lines))
    api.post("/organization/", orgId=cast.org, name="x")
    reasons.append(code(lines))
    api.get("/nowhere/")
    reasons.append(code(lines))
    api.send("PATCH", "/organization/")

    assert reasons == [
        (400, "field_repeated"),
        (400, "malformed_body"),
        (400, "malformed_body"),
        (403, "insufficient_role"),
        (404, "not_found"),
    ]
    assert code(lines) == (405, "method_not_allowed")
    assert "secret-of-mine" not in str(lines)


def test_guessing_has_its_names(cast, lines):
    attempt(cast.portal, cast.wendy.email)
    wrong = code(lines)
    lock_out(cast.portal, cast.rita.email)
    attempt(cast.portal, cast.rita.email)
    locked = code(lines)
    cast.browser("uma").json("POST", "/account/email/", json={"email": "u@crew.test", "password": WRONG})

    assert wrong == (401, "invalid_credentials")
    assert locked == (429, "locked_out")
    assert code(lines) == (403, "wrong_password")
    assert WRONG not in str(lines)


def test_wrong_code_has_its_name(cast, lines):
    set_up_app(cast.browser("wendy"))
    browser = cast.portal.browser()
    start_sign_in(browser, cast.wendy.email)

    browser.json("POST", "/login/second/", json={"code": "000000"})

    assert code(lines) == (401, "wrong_code")


def test_lines_name_the_limit_that_was_exceeded(settings_for, lines):
    portal = Portal(settings_for(CREWROOM_RATE_LIMIT="1"))
    client = portal.app.test_client()

    client.get("/login/")
    first = code(lines)
    for _ in range(3):
        client.get("/login/")

    assert first == (200, None)
    assert code(lines) == (429, "rate_limited")
    assert lines[-1]["limit"] == "strangers"
    portal.close()


def test_invalid_key_and_missing_session_have_their_names(cast, lines):
    cast.portal.api("nonsense").get("/organization/")
    by_key = code(lines)
    cast.portal.browser().client.get("/organization/", headers={"Accept": "text/html"})

    assert by_key == (401, "invalid_key")
    assert code(lines) == (303, None)
