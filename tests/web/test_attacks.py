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
    reflected,
    show_pictures,
)
from tests.support.page_states import OPENED, PageState
from tests.support.serving import Served
from tests.support.soak import rounds

pytestmark = pytest.mark.browser

# Their answers are files or words for programs.
NO_PAGES = {
    "/metrics",  # numbers, for a token only
    "/bundle/<bundle_id>/download/",
    "/healthz",
    "/organization/members/export/",
    "/readyz",
    "/static/<path:filename>",
}
# For people who are not in, or only half.
OUTSIDE = {"/login/", "/register/", "/reset/", "/reset/password/", "/confirm/", "/invitation/accept/"}
HALF_IN = "/login/second/"
# For those who have no authenticator app yet.
SET_UP = "/account/security/totp/"


# The columns that hold what somebody wrote, as they wrote it.
WRITTEN_BY_PEOPLE = {"name", "email", "management_email", "filename", "by", "person", "before", "after"}


@pytest.fixture
def watch(chromium: Browser, served: Served, hostile_team: HostileTeam) -> Iterator:
    """Make watchers; what they heard fails the test in the end."""
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
    """Every address that answers a GET with a page."""
    found = team.portal.app.url_map.iter_rules()
    return {rule.rule for rule in found if "GET" in (rule.methods or ())} - NO_PAGES


def query(team: HostileTeam, rule: str) -> dict[str, str]:
    """What a page needs to be told; the team knows the special ones."""
    return team.queries.get(rule) or ({"orgId": team.org} if rule.startswith("/organization/") else {})


def test_a_watcher_hears_what_would_run(watch, hostile_team):
    """An attack that gets through, here by the test's own hand, is heard in each of the ways there are."""
    watcher = watch(hostile_team.ada)
    assert watcher.look("/organization/") == 200
    heard = watcher.complaints

    watcher.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    watcher.page.wait_for_timeout(200)
    assert any("policy violated" in complaint for complaint in heard), "the policy stops the handler"
    watcher.check()
    assert any(complaint.startswith("on ") for complaint in heard), "the element is seen"
    watcher.page.evaluate("alert(1)")
    assert any(complaint.startswith("dialog") for complaint in heard), "a dialog is heard"

    heard.clear()


def test_whatever_people_can_write_is_hostile_somewhere(hostile_team):
    """Each column that holds a text of theirs has an attack in it, so that a new one is not forgotten."""
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
    inside = rules(hostile_team) - OUTSIDE - {HALF_IN, SET_UP}

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
    assert visitor.look(HALF_IN) == 200


def test_nothing_runs_that_an_address_brings_along(watch, hostile_team):
    owner = watch(hostile_team.ada)

    for path in reflected(hostile_team):
        assert owner.look(path) < 500


@pytest.mark.parametrize("name", [name for name in OPENED if name != "log-in-refused"])
def test_nothing_runs_in_what_opens_on_a_page(watch, hostile_team, name):
    sight: PageState = OPENED[name]
    watcher = watch()

    sight.visit(watcher, hostile_team)

    watcher.check()


def test_pictures_with_scripts_in_them_are_only_looked_at(watch, hostile_team):
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
def test_other_addresses_of_pictures_are_refused(hostile_team, url):
    owner = hostile_team.browsers[hostile_team.ada.uid]

    picture = owner.json("POST", "/account/", json={"image_url": url})
    logo = owner.json("POST", "/organization/", json={"orgId": hostile_team.org, "logo": url})

    assert_refused(picture, 400, "image_url must be an https:// URL", "image_url")
    assert_refused(logo, 400, "logo must be an https:// URL", "logo")


def forms_on(client: FlaskClient, path: str) -> int:
    """How many forms of a page take a text."""
    page = BeautifulSoup(client.get(path, headers={"Accept": ACCEPT_PAGE}).text, "html.parser")
    texts = ("text", "search", "email", "url", "password")
    return len([form for form in page.find_all("form") if form.find("input", type=texts)])


@pytest.mark.timeout(rounds(60, 1200))
def test_nothing_runs_when_a_form_is_refused_or_taken(watch, hostile_team):
    """Each form gets the next payload; with patience each gets all of them."""
    owner, visitor = watch(hostile_team.ada), watch()
    known, unknown = hostile_team.browsers[hostile_team.ada.uid].client, hostile_team.portal.browser().client
    inside = rules(hostile_team) - OUTSIDE - {HALF_IN, SET_UP}
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
