"""Hostile names, addresses and files on every page and in every form: nothing runs, nothing is fetched."""

from collections.abc import Iterator
from itertools import cycle, islice

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import select

from app.models import Base
from tests.support.answers import assert_refused
from tests.support.browser_watch import PICTURES, Watcher
from tests.support.clients import ACCEPT_PAGE
from tests.support.hostile_team import (
    PAYLOADS,
    HostileTeam,
    address,
    pending_login_cookie,
    reflected_addresses,
    show_pictures,
)
from tests.support.page_states import OPENED, PageState
from tests.support.serving import Served
from tests.support.soak import rounds

pytestmark = pytest.mark.browser

# These addresses answer with files, or with text for programs.
NO_PAGES = {
    "/metrics",  # numbers, only with a token
    "/bundle/<bundle_id>/download/",
    "/healthz",
    "/organization/members/export/",
    "/readyz",
    "/static/<path:filename>",
}
# For visitors, and for people in the middle of signing in.
OUTSIDE = {"/login/", "/register/", "/reset/", "/reset/password/", "/confirm/", "/invitation/accept/"}
PENDING_LOGIN = "/login/second/"
# Only for people without an authenticator app.
SET_UP = "/account/security/totp/"


# The columns that store what people wrote.
WRITTEN_BY_PEOPLE = {"name", "email", "management_email", "filename", "by", "person", "before", "after"}


@pytest.fixture
def watch(chromium: Browser, served: Served, hostile_team: HostileTeam) -> Iterator:
    """Return a function that opens watchers; their complaints fail the test at its end."""
    watchers: list[Watcher] = []

    def make(person=None) -> Watcher:
        context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        context.set_default_timeout(10_000)
        watchers.append(Watcher(context, served, hostile_team))
        if person:
            watchers[-1].enter(person.email)
        return watchers[-1]

    yield make
    complaints = [complaint for watcher in watchers for complaint in watcher.complaints]
    for watcher in watchers:
        watcher.context.close()
    assert complaints == []


def rules(team: HostileTeam) -> set[str]:
    """Return every rule whose GET returns a page."""
    found = team.portal.app.url_map.iter_rules()
    return {rule.rule for rule in found if "GET" in (rule.methods or ())} - NO_PAGES


def query(team: HostileTeam, rule: str) -> dict[str, str]:
    """Return the query that a page needs."""
    return team.queries.get(rule) or ({"orgId": team.org} if rule.startswith("/organization/") else {})


def test_watcher_reports_whatever_would_run(watch, hostile_team):
    """Each kind of successful attack, here made by the test itself, is reported."""
    watcher = watch(hostile_team.ada)
    assert watcher.look("/organization/") == 200
    complaints = watcher.complaints

    watcher.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    watcher.page.wait_for_timeout(200)
    assert any("policy violated" in complaint for complaint in complaints), "the policy must stop the handler"
    watcher.check()
    assert any(complaint.startswith("on ") for complaint in complaints), "the element must be found"
    watcher.page.evaluate("alert(1)")
    assert any(complaint.startswith("dialog") for complaint in complaints), "a dialog must be reported"

    complaints.clear()


def test_every_column_that_people_write_contains_an_attack(hostile_team):
    """Each column of texts that people write contains an attack, so that a new column is not forgotten."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in WRITTEN_BY_PEOPLE and table.name != "audit_chains"
    ]
    with hostile_team.portal.database.reading() as db:
        harmless = [
            str(column)
            for column in columns
            if not any("'x=" in str(found) or "<" in str(found) for found in db.scalars(select(column)))
        ]

    assert len(columns) > 11
    assert harmless == []


def test_nothing_runs_on_any_page(watch, hostile_team):
    owner = watch(hostile_team.ada)
    inside = rules(hostile_team) - OUTSIDE - {PENDING_LOGIN, SET_UP}

    statuses = {rule: owner.look(address(rule, query(hostile_team, rule))) for rule in sorted(inside)}

    assert {rule: status for rule, status in statuses.items() if status != 200} == {}
    assert len(statuses) > 30
    for path in ("/organization/", f"/organization/receipts/?orgId={hostile_team.org}"):
        assert owner.look(path) == 200


def test_nothing_runs_for_visitors_and_invitees(watch, hostile_team):
    visitor, invitee = watch(), watch(hostile_team.sofia)

    statuses = {rule: visitor.look(address(rule, query(hostile_team, rule))) for rule in sorted(OUTSIDE)}
    for path in (
        "/invitation/",
        "/organization/",
        address("/invitation/accept/", query(hostile_team, "/invitation/accept/")),
    ):
        assert invitee.look(path) == 200

    assert set(statuses.values()) == {200}
    assert invitee.look(SET_UP) == 200
    visitor.carry(pending_login_cookie(hostile_team))
    assert visitor.look(PENDING_LOGIN) == 200


def test_nothing_runs_that_an_address_contains(watch, hostile_team):
    owner = watch(hostile_team.ada)

    for path in reflected_addresses(hostile_team):
        assert owner.look(path) < 500


@pytest.mark.parametrize("name", [name for name in OPENED if name != "sign-in-refused"])
def test_nothing_runs_in_menus_and_dialogs(watch, hostile_team, name):
    state: PageState = OPENED[name]
    watcher = watch()

    state.visit(watcher, hostile_team)

    watcher.check()


def test_scripts_in_images_do_not_run(watch, hostile_team):
    owner = watch(hostile_team.ada)
    owner.expect_pictures()
    show_pictures(hostile_team, f"{PICTURES}/logo.svg", f"{PICTURES}/face.svg?x=alert(1);//")

    for path in ("/organization/", "/organization/members/", "/organization/settings/", "/account/"):
        assert owner.look(address(path, {"orgId": hostile_team.org})) == 200

    show_pictures(hostile_team, None, None)
    assert owner.pictures > 3


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:image/svg+xml,<svg onload=alert(1)>", "//evil.test/x", "https://x/\"'><b>"],
)
def test_image_addresses_other_than_https_are_refused(hostile_team, url):
    owner = hostile_team.browsers[hostile_team.ada.uid]

    picture = owner.json("POST", "/account/", json={"image_url": url})
    logo = owner.json("POST", "/organization/", json={"orgId": hostile_team.org, "logo": url})

    assert_refused(picture, 400, "image_url must be an https:// URL", "image_url")
    assert_refused(logo, 400, "logo must be an https:// URL", "logo")


def forms_on(client: FlaskClient, path: str) -> int:
    """Count the forms of a page that have a text field."""
    page = BeautifulSoup(client.get(path, headers={"Accept": ACCEPT_PAGE}).text, "html.parser")
    texts = ("text", "search", "email", "url", "password")
    return len([form for form in page.find_all("form") if form.find("input", type=texts)])


@pytest.mark.timeout(rounds(60, 1200))
def test_nothing_runs_when_a_form_is_refused_or_accepted(watch, hostile_team):
    """Each form gets the next payload; long runs send every payload to every form."""
    owner, visitor = watch(hostile_team.ada), watch()
    known, unknown = hostile_team.browsers[hostile_team.ada.uid].client, hostile_team.portal.browser().client
    inside = rules(hostile_team) - OUTSIDE - {PENDING_LOGIN, SET_UP}
    paths = [address(rule, query(hostile_team, rule)) for rule in sorted(inside)]
    mine = {path: forms_on(known, path) for path in paths}
    theirs = {path: forms_on(unknown, path) for path in ("/login/", "/register/", "/reset/")}

    for shift in range(rounds(1, len(PAYLOADS))):
        payloads = islice(cycle(PAYLOADS), shift, None)
        for watcher, forms in ((owner, mine), (visitor, theirs)):
            for path, number in forms.items():
                watcher.attack(path, payloads, forms=number)

    assert sum(mine.values()) > 15
    assert set(theirs.values()) == {1}
