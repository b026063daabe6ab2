"""Secrets are in no table, file, log, mail or error: each kind is made here, and searched for."""

import re

import pytest

from app import secrets
from app.models import Base
from tests.portal import PASSWORD, Portal
from tests.serving import Served

NEW_PASSWORD = "seven purple elephants"
SECRET = re.compile(rb"crew_[0-9A-Za-z]{49}")


def secrets_in(data: bytes) -> list[str]:
    """What looks like a secret of ours and has the right checksum; a prefix beside a digest has not."""
    return [found for found in map(bytes.decode, SECRET.findall(data)) if secrets.well_formed(found)]


def dump(portal: Portal) -> str:
    """Everything in all tables, as text."""
    with portal.database.reading() as session:
        rows = [session.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    return repr(rows)


def test_no_table_holds_a_secret(cast):
    portal = cast.portal
    made = cast.browser("alice").json(
        "POST", "/apikey/", json={"name": "laptop", "role": "admin", "expires_in_days": 30}
    )
    key = made.get_json()["data"]["key"]
    portal.api(key).post("/organization/members/", orgId=cast.org, email=cast.charlie.email, role="read")
    portal.browser().submit("/reset/", email=cast.rita.email)
    links = [portal.link(person.email) for person in (cast.ivy, cast.charlie, cast.rita)]
    token = links[2].partition("token=")[2]
    portal.browser().submit("/reset/password/", token=token, password=NEW_PASSWORD)
    browser = cast.browser("wendy")
    cookie = browser.client.get_cookie("crewroom")

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
    assert key[:12] in everything, "the dump holds what the tables hold: the prefix of the key is there"


def test_no_mail_holds_a_password_or_a_key(cast):
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


def test_no_file_and_no_log_line_holds_a_secret(running):
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

    kept = b"".join(
        path.read_bytes() for path in running.instance.rglob("*") if path.is_file() and path.suffix != ".eml"
    )
    kept += running.portal.stored()

    assert b"Northwind" in kept, "what was searched holds the database"
    assert b'"event": "request"' in kept, "what was searched holds the log"
    assert secrets_in(kept) == []
    assert PASSWORD.encode() not in kept
