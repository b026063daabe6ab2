"""Names in mail: no mail program turns the name of a person or organization into a link."""

import re
from email.message import EmailMessage

import pytest

from app.base.paths import TEMPLATES
from app.base.permissions import Role
from app.services.mail import display_names
from tests.support.portal import Portal, text_of
from tests.support.sweeping import sweep

# What mail programs turn into links: schemes, domains, addresses.
LINK = re.compile(
    r"(?:https?|ftp)://\w\S*|mailto:\w\S*|www\.\w\S*|[\w.+-]+@[\w.-]+\.\w+|[\w-]+\.[a-z]{2,}(?:/\S*)?",
    re.IGNORECASE,
)
NAMES = [
    "Claim your prize at evil.example/login",
    "https://evil.example/login",
    "www.evil.example",
    "ann@corp.example",
    "evil.example",
    "HTTP://EVIL.EXAMPLE",
    "mailto:ann@corp.example",
    "evil。example",
    "ann＠corp.example",
    "ftp://evil.example",
    "a.b.c.evil.example?x=1",
    "bücher.example",
]
# Mail programs on phones turn each of these into a link.
NUMBERS = ["Call +1 900 555 0199", "Your bank: (900) 555-0199", "tel:+19005550199", "0900.555/0199"]
ORDINARY = [
    "Team 2024-2025",
    "Suite 1200, 10115 Berlin",
    "Northwind",
    "Größe & Söhne GmbH",
    "J. R. R. Tolkien",
    "Acme Inc.",
    "Team 1: Sales",
    "O'Neil, Ann",
]


def parts(mail: EmailMessage) -> list[str]:
    html = mail.get_body(("html",))
    assert html is not None
    shown = re.sub(r"<a [^>]*>.*?</a>|<[^>]+>|<style>.*?</style>", " ", html.get_content(), flags=re.DOTALL)
    return [str(mail["Subject"]), text_of(mail), shown]


@pytest.mark.short
@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_person_or_organization_becomes_a_link(portal: Portal, name):
    alice, ivy = portal.person(name, "alice@crew.test"), portal.person("Ivy")
    portal.invite(portal.organization(alice, name), alice, ivy, Role.READ)

    (mail,) = portal.mails(ivy.email)

    for part in parts(mail):
        assert {link for link in LINK.findall(part) if "127.0.0.1" not in link} <= {"alice@crew.test"}


@pytest.mark.short
@pytest.mark.parametrize("name", [*NAMES, *NUMBERS])
def test_link_like_name_is_quoted(portal: Portal, name):
    alice, ivy = portal.person("Alice"), portal.person("Ivy")
    portal.invite(portal.organization(alice, name), alice, ivy, Role.READ)

    (mail,) = portal.mails(ivy.email)

    assert str(mail["Subject"]).startswith("Alice (alice@crew.test) invites you to \u201c")


@sweep("name", ORDINARY)
def test_ordinary_names_are_unchanged(name):
    assert display_names.quoted(name) == name
    assert display_names.person(name, "ann@crew.test") == f"{name} (ann@crew.test)"


def test_person_without_a_name_is_shown_by_address():
    assert display_names.person("", "ann@crew.test") == "ann@crew.test"


@pytest.mark.short
def test_name_with_another_address_cannot_impersonate_it():
    shown = display_names.described("Ann (ceo@corp.example) (ann@crew.test)")

    assert shown == "\u201cAnn (ceo\u2060@corp\u2060.example)\u201d (ann@crew.test)"
    assert display_names.described("the operator of this portal") == "the operator of this portal"


@sweep("address", ["www.evil.example/login@crew.test", "evil.example/x@crew.test"])
def test_address_that_begins_like_a_link_is_not_a_link(address):
    assert not LINK.search(display_names.person("", address))


def test_every_template_filters_texts_that_people_write():
    """Values without a filter must come from the portal: links, times, numbers, addresses of accounts."""
    ours = {"url", "login", "reset", "security", "deadline", "left", "prefix", "new", "old", "self.title()"}
    ours |= {"how", "rules"}
    written = {
        (path.name, found)
        for path in (TEMPLATES / "emails").iterdir()
        for found in re.findall(r"\{\{ ?([^}]+?) ?\}\}", path.read_text())
    }
    bare = {(name, found) for name, found in written if found not in ours and "|" not in found}

    assert len(written) > 50
    assert bare == set()
