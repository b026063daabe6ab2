"""The invitation mail, and the link that only the inviter sees."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from bs4 import BeautifulSoup

from app.base.permissions import Role
from tests.support.portal import Portal

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


MEMBERS = "/organization/members/"


def test_mail_has_the_invitation_in_text_and_html(portal, cast):
    with time_machine.travel(START, tick=False):
        portal.invite(cast.org, cast.alice, cast.charlie, Role.ADMIN)

        mail = portal.mails(cast.charlie.email)[-1]

    text = mail.get_body(("plain",)).get_content()
    html: Any = BeautifulSoup(mail.get_body(("html",)).get_content(), "html.parser")
    assert mail["Subject"] == "Alice (alice@crew.test) invites you to Northwind"
    assert mail["From"] == "Crewroom <crewroom@localhost>"
    assert "Alice (alice@crew.test) invites you to join Northwind with the role Admin." in text
    assert "Expires in 7 days" in text
    link = html.find("a", class_="button")["href"]
    assert link in text.splitlines()
    assert link.startswith("http://127.0.0.1:8000/invitation/accept/?token=crew_")


def test_links_come_from_the_base_url_never_from_the_request(settings_for):
    portal = Portal(settings_for(CREWROOM_BASE_URL="https://crew.example.com"))
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    org = portal.organization(alice)
    headers = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "http"}

    portal.api(portal.key(alice), **headers).post(MEMBERS, orgId=org, email=ivy.email, role="read")

    mail = portal.mails(ivy.email)[-1].as_string()
    assert "https://crew.example.com/invitation/accept/?token=crew_" in mail
    assert "evil.test" not in mail
    portal.close()


def test_names_are_escaped_in_html_mail(portal, cast):
    org = portal.organization(cast.alice, "<img src=x> & Söhne")
    portal.invite(org, cast.alice, cast.charlie, Role.READ)

    mail = portal.mails(cast.charlie.email)[-1]

    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "Alice (alice@crew.test) invites you to <img src=x> & Söhne"
    assert "<img" not in html
    assert "&lt;img src=x&gt; &amp; Söhne" in html
    assert "<img src=x> & Söhne" in mail.get_body(("plain",)).get_content()


def test_cancelled_invitation_is_not_mailed(portal, cast):
    portal.mails()
    portal.invite(cast.org, cast.alice, cast.charlie, Role.READ)
    cast.api("alice").delete(MEMBERS, orgId=cast.org, email=cast.charlie.email)

    assert [mail["Subject"] for mail in portal.mails(cast.charlie.email)] == []


def test_without_mail_server_the_inviter_sees_the_link_once(portal, cast):
    alice = cast.browser("alice")

    alice.submit(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")

    shown = alice.page.find(id="flash").find("input")["value"]
    assert shown == portal.config.base_url + portal.link(cast.charlie.email)
    assert "token=" not in str(alice.get(f"{MEMBERS}?orgId={cast.org}"))


def test_without_mail_server_htmx_shows_the_link_too(portal, cast):
    fragment = cast.browser("alice").htmx(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")

    (shown,) = BeautifulSoup(fragment.text, "html.parser").select("#flash input")
    assert shown["value"] == portal.config.base_url + portal.link(cast.charlie.email)


def test_json_answers_never_contain_the_link(portal, cast):
    by_key = cast.api("alice").post(MEMBERS, orgId=cast.org, email=cast.charlie.email, role="read")
    by_session = cast.browser("alice").json(
        "POST", MEMBERS, json={"orgId": cast.org, "email": cast.charlie.email, "role": "write"}
    )

    for answered, role in ((by_key, "invite_read"), (by_session, "invite_write")):
        member = {"uid": cast.charlie.uid, "email": cast.charlie.email, "image_url": None, "role": role}
        assert answered.get_json() == {"status": "OK", "data": member}
        assert "crew_" not in str(answered.headers)


def test_changing_a_members_role_shows_no_link(cast):
    alice = cast.browser("alice")

    alice.submit(MEMBERS, orgId=cast.org, email=cast.rita.email, role="upload")

    assert alice.flash().startswith("rita@crew.test is now upload.")
    assert alice.page.find(id="flash").find("input") is None


def test_token_is_not_stored(portal, cast):
    token = portal.link(cast.ivy.email).partition("token=")[2]

    stored = portal.stored_bytes()

    assert cast.ivy.email.encode() in stored
    assert token.encode() not in stored
