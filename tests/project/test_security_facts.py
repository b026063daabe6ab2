"""The facts in SECURITY.md agree with the code."""

import json
import re

import pytest
import structlog
import time_machine

from app.base import clock
from app.models import CredentialKind
from app.models.factor import FactorKind
from app.services.accounts import password_reset
from app.services.login import lockouts, pending_logins, sessions
from tests.support.documented_commands import ROOT
from tests.support.portal import PASSWORD, Portal
from tests.support.serving import Served

PAGE = (ROOT / "SECURITY.md").read_text()
GUESSING = " ".join(next((ROOT / "docs" / "decisions").glob("0080*")).read_text().split())
# The kinds of secrets and factors, and the way to authenticate that each belongs to.
WAYS = {
    CredentialKind.SESSION: "password",
    CredentialKind.CHALLENGE: "password, then a code of an app, a recovery code or a passkey",
    CredentialKind.KEY: "API key",
    CredentialKind.RESET: "mailed link for a new password",
    FactorKind.TOTP: "password, then a code of an app, a recovery code or a passkey",
    FactorKind.PASSKEY: "passkey alone",
}
# A link that confirms an address gives no access.
NO_ACCESS = {CredentialKind.CONFIRMATION}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
INSTANCE = re.compile(r"crewroom\.db(-wal|-shm)?|secret_key|lock|bundles|mail|serve\.log|metrics")


def fact(title: str) -> str:
    """Return a paragraph of the page with its table, up to the next title."""
    return PAGE.partition(f"\n**{title}")[2].partition("\n\n**")[0].partition("\n## ")[0]


def test_each_way_to_authenticate_is_documented():
    rows = re.findall(r"^\| (.*?) \|", fact("Ways in."), re.MULTILINE)

    assert set(WAYS) | NO_ACCESS == {*CredentialKind, *FactorKind}
    assert set(WAYS.values()) <= set(rows)
    assert {"metrics token", "command line of the operator"} <= set(rows)


def test_lifetimes_are_as_documented():
    ways = fact("Ways in.")

    entered = " ".join(fact("Sessions").split())

    assert f"{sessions.LIFETIME.days} days after the sign-in" in entered
    assert f"not used for {sessions.IDLE.days} days" in entered
    assert "any number at once" in entered
    assert password_reset.LIFETIME.total_seconds() == 3600
    assert "256 bits, an hour, once" in ways
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

    assert "CREWROOM_MAX_UPLOAD_MB" in fact("Uploads.")
    assert re.search(rf"CREWROOM_MAX_UPLOAD_MB.*{portal.config.max_upload_mb}", settings)
    assert portal.config.max_upload == portal.config.max_upload_mb * 1024 * 1024


def test_a_new_portal_has_no_account(portal):
    assert portal.empty()
    for name in ("admin", "root", "crewroom"):
        portal.browser().log_in(f"{name}@crew.test", PASSWORD, status=401)


def test_passwords_do_not_expire(portal):
    alice = portal.person("Alice")

    with time_machine.travel(clock.now().replace(year=clock.now().year + 20)):
        browser = portal.browser(alice)
        page = browser.get("/organization/")

    assert page.select_one("h1")


def test_no_form_asks_for_a_hint_or_a_secret_answer(portal):
    fields = {
        path: {field["name"] for field in portal.browser().get(path).select("form [name]:not([type=hidden])")}
        for path in ("/register/", "/login/", "/reset/")
    }

    assert fields == {
        "/register/": {"name", "email", "password"},
        "/login/": {"email", "password"},
        "/reset/": {"email"},
    }


@pytest.mark.parametrize("path", ["/organization/", "/account/", "/apikey/", "/invitation/"])
def test_every_page_has_a_way_to_sign_out(cast, path):
    page = cast.browser("alice").get(path)

    assert page.select_one('form[action="/logout/"] button, a[href="/logout/"]')


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
    assert "Standard error: one JSON line" in fact("Logs.")
    assert "There is no other log." in fact("Logs.")
