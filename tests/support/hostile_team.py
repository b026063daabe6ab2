"""A team whose every name, address, file and device is an attack, created through the real forms and API."""

import io
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest

from app.base.permissions import Role
from app.models import User
from tests.support import corpora
from tests.support.clients import Browser
from tests.support.portal import PASSWORD, Person, Portal
from tests.support.second_factors import set_up_app
from tests.support.serving import Served
from tests.support.teams import NAME, Team

PAYLOADS: list[str] = corpora.read("payloads")
IMAGE, SCRIPT, ATTRIBUTE = PAYLOADS[0], PAYLOADS[1], PAYLOADS[4]
MEMBERS = "/organization/members/"


@dataclass(frozen=True)
class HostileTeam(Team):
    """The team, and the query that each page needs, by its rule."""

    queries: dict[str, dict[str, str]] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)

    def cookie(self, address: str) -> str:
        """Return the session cookie of a signed-in member."""
        people = (self.ada, self.grace, self.linus, self.tomas, self.sofia, self.zoe)
        uid = next(person.uid for person in people if person.email == address)
        found = self.browsers[uid].cookie()
        assert found is not None
        return found.value


def accepted(answer) -> dict:
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def sign_in(portal: Portal, person: Person, device: str = IMAGE) -> Browser:
    """Return a signed-in browser with any `User-Agent`."""
    browser = Browser(portal.app)
    browser.client.environ_base["HTTP_USER_AGENT"] = device
    accepted(browser.json("POST", "/login/", json={"email": person.email, "password": PASSWORD}))
    return browser


def hostile_person(portal: Portal, name: str, payload: str) -> tuple[Person, Browser]:
    """Create a person with a hostile address, name and browser."""
    person = portal.person(name, f"{name.lower()}'onfocus='alert`1`'x={{{{7*7}}}}@crew.test")
    browser = sign_in(portal, person, payload)
    accepted(browser.json("POST", "/account/", json={"name": f"{name} {payload}"}))
    return person, browser


def create_team(served: Served) -> HostileTeam:
    """Create the team in the served portal."""
    portal = served.portal
    names = ("Ada", "Grace", "Linus", "Tomas", "Sofia", "Zoe")
    dressed_up = [hostile_person(portal, name, PAYLOADS[place]) for place, name in enumerate(names)]
    ada, grace, linus, tomas, sofia, zoe = (person for person, _ in dressed_up)
    browsers = {person.uid: browser for person, browser in dressed_up}
    owner = browsers[ada.uid]
    org = accepted(owner.json("PUT", "/organization/", json={"name": f"{NAME} {SCRIPT}"}))["id"]
    for person, role in ((grace, Role.ADMIN), (linus, Role.WRITE), (tomas, Role.READ)):
        portal.join(org, person, role)
    settings = {"orgId": org, "management_email": zoe.email}
    accepted(owner.json("POST", "/organization/", json=settings))
    invited = {"orgId": org, "email": sofia.email, "role": "write"}
    accepted(owner.json("POST", MEMBERS, json=invited))
    team = HostileTeam(portal, org, ada, grace, linus, tomas, sofia, zoe, browsers=browsers)
    _crowd(team, owner)
    _fill(team, owner)
    _mail_links(served, team, owner)
    return team


def _crowd(team: HostileTeam, owner: Browser) -> None:
    """Name a member, an organization and an app after each payload; remove one of the members."""
    for place, payload in enumerate(PAYLOADS):
        member = team.portal.person(payload, f"payload{place}'x='@crew.test")
        team.portal.join(team.org, member, Role.READ)
        if place % 4 == 0:
            accepted(owner.json("PUT", "/organization/", json={"name": payload}))
            accepted(owner.json("POST", "/app/", json={"orgId": team.org, "name": payload}))
    gone = {"orgId": team.org, "email": "payload1'x='@crew.test"}
    accepted(owner.json("DELETE", MEMBERS, json=gone))


def _fill(team: HostileTeam, owner: Browser) -> None:
    """Give the owner apps, files, keys and a second factor, and note the queries of their pages."""
    app = accepted(owner.json("POST", "/app/", json={"orgId": team.org, "name": f"App {IMAGE}"}))["data"][
        "id"
    ]
    for place, payload in enumerate(PAYLOADS[:6]):
        file = (io.BytesIO(payload.encode()), payload.replace('"', r"\""))
        sent = {"app_id": app, "version": f"1.0.{place}-svg.onload", "file": file}
        accepted(owner.json("POST", "/bundle/", data=sent))
    keys = [
        accepted(
            owner.json("POST", "/apikey/", json={"name": payload[:32], "role": "read", "expires_in_days": 30})
        )["data"]["id"]
        for payload in PAYLOADS[:6]
    ]
    set_up_app(owner)
    factor = accepted(owner.json("GET", "/account/security/"))["data"]["factors"][0]["id"]
    accepted(owner.json("PUT", "/account/security/", json={"id": factor, "name": IMAGE}))
    reader = team.browsers[team.tomas.uid]
    set_up_app(reader)
    person = {"orgId": team.org, "email": team.tomas.email}
    for page in ("rename", "renew", "revoke"):
        team.queries[f"/apikey/{page}/"] = {"id": keys[0]}
    for page in ("rename", "remove"):
        team.queries[f"/app/{page}/"] = {"id": app}
        team.queries[f"/account/security/{page}/"] = {"id": factor}
    team.queries.update(
        {
            "/bundle/": {"app_id": app},
            "/bundle/remove/": {"app_id": app, "version": "1.0.0-svg.onload"},
            "/app/": {"orgId": team.org},
            "/app/new/": {"orgId": team.org},
            "/organization/": {"orgId": team.org},
            "/organization/keys/remove/": {"orgId": team.org, "id": keys[0]},
            "/organization/members/remove/": person,
            "/organization/members/second-factor/": person,
            "/organization/receipts/": {"orgId": team.org, "number": "1"},
        }
    )


def _mail_links(served: Served, team: HostileTeam, owner: Browser) -> None:
    """Note the queries of the links in mails."""
    change = {"email": "moved'x='@crew.test", "password": PASSWORD}
    accepted(team.browsers[team.grace.uid].json("POST", "/account/email/", json=change))
    accepted(owner.json("POST", "/reset/", json={"email": team.linus.email}))
    with team.portal.writing() as db:
        db.get_one(User, team.zoe.uid).confirmed_at = None
    accepted(team.browsers[team.zoe.uid].json("POST", "/confirm/resend/"))
    for person, path in (
        (team.grace, "/account/email/confirm/"),
        (team.linus, "/reset/password/"),
        (team.zoe, "/confirm/"),
        (team.sofia, "/invitation/accept/"),
    ):
        link = served.mailed_link(person.email, path)
        team.queries[path] = {"token": link.partition("token=")[2]}


def pending_login_cookie(team: HostileTeam) -> str:
    """Return the cookie of a pending login: the password was right, and a code is awaited."""
    browser = Browser(team.portal.app)
    browser.json("POST", "/login/", json={"email": team.tomas.email, "password": PASSWORD})
    cookie = browser.cookie()
    assert cookie is not None
    return cookie.value


def show_pictures(team: HostileTeam, logo: str | None, face: str | None) -> None:
    """Set the organization's logo and its owner's picture, or remove them."""
    owner = team.browsers[team.ada.uid]
    accepted(owner.json("POST", "/organization/", json={"orgId": team.org, "logo": logo}))
    accepted(owner.json("POST", "/account/", json={"image_url": face}))


def address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def reflected_addresses(team: HostileTeam) -> list[str]:
    """Return addresses that contain an attack themselves."""
    places = [
        "/nowhere/{}",
        "/login/?next={}",
        "/register/?next={}",
        f"/organization/audit/?orgId={team.org}&q={{}}",
        f"/organization/audit/?orgId={team.org}&actor={{}}&action={{}}&target={{}}",
        f"{MEMBERS}?orgId={team.org}&q={{}}",
        f"{MEMBERS}?orgId={{}}",
        "/bundle/?app_id={}",
        "/invitation/accept/?token={}",
    ]
    chosen = [IMAGE, SCRIPT, ATTRIBUTE, "javascript:alert(1)//", "//evil.test/", "data:text/html,<script>"]
    pairs = [(place, chosen[(number + turn) % 6]) for number, place in enumerate(places) for turn in (0, 3)]
    return [place.replace("{}", quote(payload, safe="")) for place, payload in pairs]


@pytest.fixture(scope="session")
def hostile_team(served: Served) -> HostileTeam:
    return create_team(served)
