"""Secrets are in no table, file, log, mail or error: every kind is created here and searched for."""

import re
from typing import Any

import httpx
import pytest

from app.base import tokens
from app.models import Base
from tests.support.portal import PASSWORD, Portal
from tests.support.second_factors import AuthenticatorApp
from tests.support.serving import Served, with_token

NEW_PASSWORD = "seven purple elephants"
SECRET = re.compile(rb"crew_[0-9A-Za-z]{49}")


def secrets_in(data: bytes) -> list[str]:
    """Return texts that look like secrets and have a valid checksum, unlike a prefix next to a digest."""
    return [found for found in map(bytes.decode, SECRET.findall(data)) if tokens.well_formed(found)]


def dump(portal: Portal) -> str:
    """Return the contents of all tables as text."""
    with portal.database.reading() as db:
        rows = [db.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    return repr(rows)


def test_no_table_contains_a_secret(cast):
    portal = cast.portal
    made = cast.browser("alice").json(
        "POST",
        "/apikey/",
        json={"name": "laptop", "role": "admin", "expires_in_days": 30, "password": PASSWORD},
    )
    key = made.get_json()["data"]["key"]
    portal.api(key).post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")
    portal.browser().submit("/reset/", email=cast.rita.email)
    links = [portal.link(person.email) for person in (cast.ivy, cast.charlie, cast.rita)]
    token = links[2].partition("token=")[2]
    portal.browser().submit("/reset/password/", token=token, password=NEW_PASSWORD)
    browser = cast.browser("wendy")
    cookie = browser.cookie()

    everything = dump(portal)

    assert cookie is not None
    assert secrets_in(everything.encode()) == []
    for secret in (
        key,
        PASSWORD,
        NEW_PASSWORD,
        cookie.value,
        *(link.partition("token=")[2] for link in links),
    ):
        assert secret not in everything
    assert key[:12] in everything, "the dump must contain the tables, such as the prefix of the key"


def test_no_mail_contains_a_password_or_a_key(cast):
    key = cast.portal.key(cast.alice)
    cast.browser("adam").submit("/account/password/", current_password=PASSWORD, password=NEW_PASSWORD)

    written = "".join(mail.as_string() for mail in cast.portal.mails())

    assert "Your password was changed" in written
    for secret in (key, PASSWORD, NEW_PASSWORD):
        assert secret not in written


@pytest.fixture
def running(tmp_path):
    server = Served(tmp_path / "instance")
    server.start()
    yield server
    server.stop()


@pytest.mark.long
def test_no_file_and_no_log_line_contains_a_secret(running):
    key = running.person("alice@crew.test")
    other = running.person("bob@crew.test")
    with running.client(key) as client:
        org = client.put("/organization/", json={"name": "Northwind"}).json()["id"]
        client.post("/organization/members/", json={"orgId": org, "email": "bob@crew.test", "role": "read"})
        client.get("/organization/", headers={"authorization": other[:-1] + "0"})
        client.get("/invitation/accept/", params={"token": key})
    link = running.mailed_link("bob@crew.test", "/invitation/accept/")
    with running.client() as visitor:
        visitor.get(link)
    with running.client() as browser:
        scenario = Scenario(running, browser)
        scenario.run()

    assert running.run("backup", str(running.instance / "kept.tar")).returncode == 0
    kept = stored_data(running)
    assert b"Northwind" in kept, "the searched data must include the database"
    assert b'"event":"request"' in kept, "the searched data must include the log"
    assert secrets_in(kept) == []
    refusals = b"".join(scenario.refusals)
    subjects = [mail["Subject"] for mail in running.portal.mails()]
    assert len(scenario.secrets) > 20
    assert len(scenario.refusals) > 5
    assert len(subjects) > 8
    for secret in [*scenario.secrets, key, other, PASSWORD, link.partition("token=")[2]]:
        assert secret.encode() not in kept
        assert secret.encode() not in refusals
        assert [subject for subject in subjects if secret in subject] == []


def stored_data(served: Served) -> bytes:
    """Return every file except the mails, including the log and a backup, and the tables."""
    files = [path for path in served.instance.rglob("*") if path.is_file() and path.suffix != ".eml"]
    return b"".join(path.read_bytes() for path in files) + served.portal.stored_bytes()


class Scenario:
    """A person who does everything that involves a secret, rightly and wrongly, noting each secret."""

    EMAIL = "carol@crew.test"

    def __init__(self, served: Served, browser: httpx.Client) -> None:
        self.served = served
        self.browser = browser
        self.secrets: list[str] = []
        self.refusals: list[bytes] = []

    def run(self) -> None:
        self._register()
        self._log_in("a guessed password", 401)
        self._log_in(NEW_PASSWORD, 200)
        codes = self._add_an_app()
        self._renew_a_key()
        self._move()
        self._choose_another_password()
        self._log_in("eight yellow giraffes", 200)
        self._ask("POST", "/login/second/", 401, code="123456")
        self._ask("POST", "/login/second/", 200, code=codes[0])
        self._cookie()

    def _register(self) -> None:
        self._ask("POST", "/register/", 400, email="no address", password=self._note("a refused password"))
        self._ask(
            "POST", "/register/", 200, email=self.EMAIL, password=self._note(NEW_PASSWORD), name="Carol"
        )
        link = self._follow(self.EMAIL, "/confirm/")
        self._ask("POST", "/confirm/", 200, token=link, password=NEW_PASSWORD)

    def _log_in(self, password: str, status: int) -> None:
        self._ask("POST", "/login/", status, email=self.EMAIL, password=self._note(password))
        self._cookie()

    def _add_an_app(self) -> list[str]:
        started = self._ask("GET", "/account/security/totp/", 200)["data"]
        app = AuthenticatorApp(self._note(started["secret"]), [])
        setup = {"setup": started["setup"], "password": NEW_PASSWORD}
        self._ask("POST", "/account/security/totp/", 400, code="000000", **setup)
        added = self._ask("POST", "/account/security/totp/", 200, code=app.code(), **setup)
        return [self._note(code) for code in added["recovery_codes"]]

    def _renew_a_key(self) -> None:
        made = self._ask("POST", "/apikey/", 200, name="laptop", role="read", password=NEW_PASSWORD)["data"]
        renewal = {"id": made["id"], "regenerate": "true", "overlap_hours": 1, "password": NEW_PASSWORD}
        renewed = self._ask("PUT", "/apikey/", 200, **renewal)["data"]
        for secret in (made["key"], renewed["key"]):
            self._note(secret)
            refused = self.browser.get("/organization/", headers={"authorization": secret[:-1] + "!"})
            self.refusals.append(refused.content)

    def _move(self) -> None:
        wanted = {"email": "moved@crew.test", "password": NEW_PASSWORD}
        self._ask("POST", "/account/email/", 403, **{**wanted, "password": self._note("another guess")})
        self._ask("POST", "/account/email/", 200, **wanted)
        for address in (self.EMAIL, "moved@crew.test"):
            self._follow(address, "/account/email/confirm/")

    def _choose_another_password(self) -> None:
        self._ask("POST", "/reset/", 200, email=self.EMAIL)
        token = self._follow(self.EMAIL, "/reset/password/")
        self._ask("POST", "/reset/password/", 400, token=token, password=self._note("short one"))
        chosen = self._note("eight yellow giraffes")
        self._ask("POST", "/reset/password/", 200, token=token, password=chosen)
        self._ask("POST", "/reset/password/", 410, token=token, password=chosen)

    def _follow(self, to: str, path: str) -> str:
        link = self.served.mailed_link(to, path)
        assert self.browser.get(link).status_code == 200
        return self._note(link.partition("token=")[2])

    def _ask(self, method: str, path: str, status: int, **fields: Any) -> dict[str, Any]:
        body = fields if method != "GET" else None
        answer = with_token(self.browser).request(method, path, json=body)
        assert answer.status_code == status, (path, answer.text)
        if status >= 400:
            self.refusals.append(answer.content)
        return dict(answer.json())

    def _cookie(self) -> None:
        """Note the cookie as it is sent; the secret inside is found by its shape anyway."""
        for name, value in self.browser.cookies.items():
            if "device" not in name:
                self._note(value)

    def _note(self, secret: str) -> str:
        self.secrets.append(secret)
        return secret
