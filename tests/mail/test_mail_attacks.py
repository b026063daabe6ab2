"""Every mail in a browser, with attacks in every text that people can write."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, meta
from playwright.sync_api import Browser

from app.base.paths import TEMPLATES
from app.services.mail import outbox
from tests.support import corpora
from tests.support.browser_watch import LOOK
from tests.support.portal import Portal

pytestmark = pytest.mark.browser

ATTACK = " ".join(corpora.read("payloads"))
FILTERS = ("role_label", "role_hint", "until", "person", "described", "named")
NAMES = sorted(path.stem for path in (TEMPLATES / "emails").glob("*.mail"))
# Not written by people: roles, times, and URLs of the portal.
OURS = {
    "role": "write",
    "expires_at": datetime(2026, 7, 1, tzinfo=UTC).isoformat(),
    "url": "http://127.0.0.1:8000/invitation/accept/?token=x",
}


def facts_of(name: str) -> dict[str, str]:
    """Return a value for each variable of the mail."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.filters.update(dict.fromkeys(FILTERS, str))
    source = (TEMPLATES / "emails" / f"{name}.mail").read_text()
    asked = meta.find_undeclared_variables(environment.parse(source))
    return {fact: OURS.get(fact, ATTACK) for fact in asked - {"reset", "login", "security"}}


def mails(portal: Portal) -> Iterator[tuple[str, str]]:
    """Yield the name of each mail and its HTML part as it arrives."""
    facts: Any = {name: facts_of(name) for name in NAMES}
    with portal.writing():
        for name in NAMES:
            outbox.queue(name, "alice@crew.test", **facts[name])
    for name, arrived in zip(NAMES, portal.mails(), strict=True):
        body = arrived.get_body(("html",))
        assert body is not None
        yield name, str(body.get_content())


@pytest.fixture
def mail_page(chromium: Browser):
    """A page without a content security policy, and the requests, dialogs and errors it causes."""
    context = chromium.new_context()
    page = context.new_page()
    seen: list[str] = []
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("request", lambda request: seen.append(request.url))
    page.on("pageerror", lambda error: seen.append(str(error)))
    yield page, seen
    context.close()


def test_no_script_runs_in_any_mail(portal, mail_page):
    page, seen = mail_page
    attacked = 0

    for name, html in mails(portal):
        page.set_content(html)
        assert (page.evaluate(LOOK), page.locator("style").count(), seen) == ([], 1, []), name
        attacked += "<svg/onload=alert(1)>" in page.locator("body").inner_text()

    assert attacked > 8
