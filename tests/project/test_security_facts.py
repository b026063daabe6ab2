"""The facts in docs/security/facts.md agree with the code."""

import json
import re
from datetime import timedelta

import pytest
import structlog
import time_machine
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from app.base import clock
from app.models import CredentialKind
from app.models.factor import FactorKind
from app.services.accounts import password_reset, registration
from app.services.login import lockouts, pending_logins, sessions, webauthn_challenges
from tests.support.documented_commands import ROOT
from tests.support.operations import CHANGES, all_operations
from tests.support.portal import PASSWORD, Portal
from tests.support.serving import Served

PAGE = (ROOT / "docs" / "security" / "facts.md").read_text()
GUESSING = " ".join(next((ROOT / "docs" / "decisions").glob("0080*")).read_text().split())
# The kinds of secrets and factors, and the way to authenticate that each belongs to.
WAYS = {
    CredentialKind.SESSION: "password",
    CredentialKind.CHALLENGE: "password, then a code of an app, a recovery code or a passkey",
    CredentialKind.KEY: "API key",
    CredentialKind.RESET: "mailed link for a new password",
    CredentialKind.CONFIRMATION: "mailed link that confirms an address",
    FactorKind.TOTP: "password, then a code of an app, a recovery code or a passkey",
    FactorKind.PASSKEY: "passkey alone",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
INSTANCE = re.compile(r"crewroom\.db(-wal|-shm)?|secret_key|lock|bundles|mail|serve\.log|metrics")


def fact(title: str) -> str:
    """Return a section of the page."""
    assert f"\n## {title}\n" in PAGE
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_each_way_to_authenticate_is_documented():
    rows = re.findall(r"^\| (.*?) \|", fact("Authentication"), re.MULTILINE)

    assert set(WAYS) == {*CredentialKind, *FactorKind}
    assert set(WAYS.values()) <= set(rows)
    assert {"metrics token", "command line of the operator"} <= set(rows)


def test_lifetimes_are_as_documented():
    ways = fact("Authentication")

    entered = " ".join(fact("Sessions").split())

    assert f"{sessions.LIFETIME.days} days after the sign-in" in entered
    assert f"not used for {sessions.IDLE.days} days" in entered
    assert "any number at once" in entered
    assert password_reset.LIFETIME.total_seconds() == 3600
    assert "256 bits, an hour, once" in ways
    assert (registration.LIFETIME.days, "256 bits, three days, once" in ways) == (3, True)
    assert (webauthn_challenges.LIFETIME.total_seconds(), "for ten minutes" in ways) == (600, True)
    assert f"{NUMBERS[pending_logins.MOST_FAILURES]} wrong codes end the sign-in" in ways
    assert (pending_logins.MOST_FAILURES_AN_HOUR, "twenty an hour" in ways) == (20, True)


def test_defences_against_guessing_are_documented():
    account, network = lockouts.ACCOUNT, lockouts.NETWORK

    assert f"{NUMBERS[account.free]} wrong passwords" in GUESSING
    assert (account.forgiving.total_seconds(), "one is forgiven every hour" in GUESSING) == (3600, True)
    assert (network.free, network.forgiving.total_seconds()) == (50, 120)
    assert "a network has fifty, and one is forgiven every two minutes" in GUESSING
    assert (lockouts.FIRST_LOCK.total_seconds(), lockouts.LONGEST_LOCK.total_seconds()) == (60, 3600)
    assert "for a minute, and each further one for twice as long, up to an hour" in GUESSING


def test_upload_limits_are_documented(portal):
    settings = (ROOT / "README.md").read_text()

    assert "CREWROOM_MAX_UPLOAD_MB" in fact("Uploads")
    assert re.search(rf"CREWROOM_MAX_UPLOAD_MB.*{portal.config.max_upload_mb}", settings)
    assert portal.config.max_upload == portal.config.max_upload_mb * 1024 * 1024


def test_a_new_portal_has_no_account(portal):
    assert portal.empty()
    for name in ("admin", "root", "crewroom"):
        portal.browser().log_in(f"{name}@crew.test", PASSWORD, status=401)


def test_passwords_do_not_expire(portal):
    """Twenty years later the same password signs in, at once and without being asked for a new one."""
    alice = portal.person("Alice")

    with time_machine.travel(clock.now() + timedelta(days=20 * 365)):
        portal.browser().log_in(alice.email, "another password", status=401)
        signed_in = portal.browser().json(
            "POST", "/login/", json={"email": alice.email, "password": PASSWORD}
        )
        browser = portal.browser()
        first = browser.log_in(alice.email, PASSWORD)
        account = browser.json("GET", "/account/").get_json()

    assert (signed_in.status_code, signed_in.get_json()) == (200, {"status": "OK"})
    assert first.request.path == "/organization/"
    assert account["data"]["email"] == alice.email


def test_no_form_asks_for_a_hint_or_a_secret_answer(portal):
    operations = all_operations(portal.app, "GET", *CHANGES).values()
    fields = {field.name for operation in operations for field in operation.form}

    assert {"password", "current_password", "new_password", "code"} <= fields
    assert [name for name in fields if re.search(r"hint|question|answer|maiden|birth|pet", name)] == []
    shown = {
        path: {field["name"] for field in portal.browser().get(path).select("form [name]:not([type=hidden])")}
        for path in ("/register/", "/login/", "/reset/")
    }
    assert shown == {
        "/register/": {"name", "email", "password"},
        "/login/": {"email", "password"},
        "/reset/": {"email"},
    }


def test_every_page_that_needs_a_session_has_a_way_to_sign_out(cast):
    """Every address that shows a page, with its required fields; those of unknown objects show none."""
    browser, place = cast.browser("alice"), {"org": cast.org, "app": "app_x"}
    operations = all_operations(cast.portal.app, "GET").values()
    found = {
        one.path: browser.client.get(
            one.path, query_string=one.example_fields(place), headers={"Accept": "text/html"}
        )
        for one in operations
        if one.guard.kind not in {"public", "probe"}
    }

    pages = {
        path: BeautifulSoup(answer.text, "html.parser")
        for path, answer in found.items()
        if shows_page(answer)
    }
    way_out = 'form[action="/logout/"] button, a[href="/logout/"]'
    assert [path for path, page in pages.items() if not page.select_one(way_out)] == []
    assert {"/organization/", "/organization/members/", "/account/", "/account/security/", "/apikey/"} <= set(
        pages
    )
    assert len(pages) > 20


def shows_page(answer: TestResponse) -> bool:
    return answer.status_code == 200 and answer.mimetype == "text/html"


@pytest.mark.parametrize("path", ["/static/", "/static", "/static/css/", "/static/css", "/static/js/../"])
def test_folders_are_not_listed(portal, path):
    answer = portal.app.test_client().get(path)

    assert answer.status_code == 404
    assert "base.css" not in answer.text


def test_text_types_declare_their_charset(portal):
    """Texts declare it; JSON has only one (RFC 8259)."""
    client, page = portal.app.test_client(), {"Accept": "text/html"}
    kinds = {
        path: client.get(path, headers=page).headers["Content-Type"]
        for path in ("/login/", "/nowhere/", "/static/css/base.css", "/static/js/crewroom.js", "/healthz")
    }

    assert {kind for kind in kinds.values() if kind.startswith("text/")}
    assert [kind for kind in kinds.values() if kind.startswith("text/") and "charset=utf-8" not in kind] == []
    assert kinds["/healthz"] == "application/json"
    assert client.get("/organization/").headers["Content-Type"] == "application/json"


def test_a_failure_is_logged_with_its_trace(settings_for):
    portal = Portal(settings_for())
    portal.app.add_url_rule("/broken/", view_func=lambda: str(1 // 0))

    with structlog.testing.capture_logs() as lines:
        answer = portal.app.test_client().get("/broken/")
    portal.close()

    assert answer.status_code == 500
    [failure] = [line for line in lines if line["event"] == "failed"]
    assert isinstance(failure["exc_info"], ZeroDivisionError)
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


@pytest.mark.parametrize("accepted", ["application/json", "text/html"])
def test_flask_debug_reveals_no_internals(settings_for, monkeypatch, accepted):
    """Flask reads the variable itself, for its debugger and for exceptions that it does not answer."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    portal = Portal(settings_for())
    portal.app.add_url_rule("/broken/", view_func=lambda: str(1 // 0))

    answer = portal.app.test_client().get("/broken/", headers={"Accept": accepted})
    portal.close()

    assert (answer.status_code, answer.mimetype) == (500, accepted)
    assert not re.search(r"ZeroDivision|Traceback|Werkzeug|\.py", answer.text)


@pytest.mark.long
def test_logs_are_written_where_the_page_says(tmp_path):
    """Standard error, with one JSON line each, and the database: no other file is written."""
    served = Served(tmp_path / "instance")
    served.start()
    with served.client(served.person("alice@crew.test")) as client:
        client.put("/organization/", json={"name": "Northwind"}).raise_for_status()
        assert client.get("/nowhere/").status_code == 404
    served.stop()

    lines = (served.instance / "serve.log").read_text().splitlines()

    requests = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"/organization/", "/nowhere/"} <= {line.get("path") for line in requests}
    assert [found.name for found in served.instance.iterdir() if not INSTANCE.fullmatch(found.name)] == []
    assert "Standard error: one JSON line" in fact("Logs")
    assert "There is no other log." in fact("Logs")
