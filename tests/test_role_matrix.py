"""Every operation inside an organization by everybody who may ask by every dialect."""

import re
from dataclasses import dataclass, field

import pytest
from bs4 import BeautifulSoup

from app.permissions import RULES
from tests.world import BY_KEY, DIALECTS, NOBODY, ROLES, STRANGER

CLOSED = "You cannot access this organization"
NOT_ADMIN = "Admin role required"
NOT_SUPER = "Super admin role required"
NOT_MEMBERS = "Insufficient permissions to manage members"

# The permission table, written down a second time.
EXPECTED_RULES = {
    "organization.read": ("read", CLOSED),
    "members.leave": ("read", NOT_MEMBERS),
    "bundles.upload": ("upload", "Insufficient permissions to upload bundles"),
    "apps.manage": ("write", "Insufficient permissions to manage apps"),
    "organization.update": ("admin", NOT_ADMIN),
    "members.manage": ("admin", NOT_MEMBERS),
    "audit.read": ("admin", NOT_ADMIN),
    "keys.manage": ("admin", "Insufficient permissions to manage API keys"),
    "super_admins.manage": ("super_admin", NOT_MEMBERS),
    "organization.delete": ("super_admin", NOT_SUPER),
}


@dataclass(frozen=True)
class Deed:
    """An operation on an organization, the lowest role that may do it, and what the others are told."""

    method: str
    path: str
    role: str
    refusal: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return self.method != "GET"


MEMBERS = "/organization/members/"
VICTIM = {"email": "victim@crew.test"}
DEEDS = {
    "show": Deed("GET", "/organization/", "read", CLOSED),
    "update": Deed("POST", "/organization/", "admin", NOT_ADMIN, {"name": "Southwind"}),
    "delete": Deed("DELETE", "/organization/", "super_admin", NOT_SUPER, {"name": "Northwind"}),
    "settings": Deed("GET", "/organization/settings/", "admin", NOT_ADMIN),
    "roles": Deed("GET", "/organization/roles/", "read", CLOSED),
    "members": Deed("GET", MEMBERS, "read", CLOSED),
    "invite": Deed("POST", MEMBERS, "admin", NOT_MEMBERS, {"email": "newcomer@crew.test", "role": "read"}),
    "change": Deed("POST", MEMBERS, "admin", NOT_MEMBERS, {**VICTIM, "role": "upload"}),
    "remove": Deed("DELETE", MEMBERS, "admin", NOT_MEMBERS, VICTIM),
    "invite form": Deed("GET", f"{MEMBERS}invite/", "admin", NOT_MEMBERS),
    "remove form": Deed("GET", f"{MEMBERS}remove/", "admin", NOT_MEMBERS, VICTIM),
    "export": Deed("GET", f"{MEMBERS}export/", "admin", NOT_MEMBERS),
    "bulk change": Deed(
        "POST", f"{MEMBERS}bulk/", "admin", NOT_MEMBERS, {**VICTIM, "deed": "role", "role": "write"}
    ),
    "bulk removal": Deed(
        "POST", f"{MEMBERS}bulk/", "admin", NOT_MEMBERS, {**VICTIM, "deed": "remove", "confirmed": "1"}
    ),
}
# These take `orgId` too, but what they need is no role: a key, or an invitation.
NEED_NO_ROLE = {("PUT", "/organization/"), ("POST", "/invitation/"), ("DELETE", "/invitation/")}

EVERY_STATE = [(dialect, state) for dialect, states in DIALECTS.items() for state in states]
every_deed = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
every_state = pytest.mark.parametrize(("dialect", "state"), EVERY_STATE, ids="-".join)


def test_the_permission_table_is_the_expected_one():
    found = {str(action): (str(rule.role), rule.refusal) for action, rule in RULES.items()}

    assert found == EXPECTED_RULES


def test_no_operation_inside_an_organization_is_forgotten(portal):
    found = set()
    for rule in portal.app.url_map.iter_rules():
        guard = getattr(portal.app.view_functions[rule.endpoint], "guard", None)
        if guard and "orgId" in {one.name for one in guard.operation()}:
            found |= {(method, rule.rule) for method in rule.methods - {"HEAD", "OPTIONS"}}

    assert found == {(deed.method, deed.path) for deed in DEEDS.values()} | NEED_NO_ROLE


@every_deed
@every_state
def test_everybody_may_exactly_what_their_role_allows(world, deed, dialect, state):
    standing = DIALECTS[dialect][state]

    answer = world.ask(dialect, state, deed.method, deed.path, {"orgId": world.org, **deed.fields})

    allowed = standing in ROLES[ROLES.index(deed.role) :]
    if allowed:
        assert_done(answer, dialect, deed)
    elif standing == NOBODY:
        assert_sent_away(answer, dialect)
    else:
        assert_refused(answer, dialect, deed.refusal)
    assert (world.contents() != world.kept) == (allowed and deed.changes)


LEAVERS_BY_KEY = {**BY_KEY, "ceiling-read": STRANGER, "ceiling-upload": STRANGER}


@every_state
def test_every_member_may_leave_but_a_key_needs_write(world, dialect, state):
    standing = LEAVERS_BY_KEY[state] if dialect == "key" else DIALECTS[dialect][state]
    deed = Deed("DELETE", MEMBERS, "read", NOT_MEMBERS, {"email": world.address(state)})

    answer = world.ask(dialect, state, deed.method, deed.path, {"orgId": world.org, **deed.fields})

    if standing in ROLES:
        assert_done(answer, dialect, deed)
    elif standing == NOBODY:
        assert_sent_away(answer, dialect)
    else:
        assert_refused(answer, dialect, deed.refusal)
    assert (world.contents() != world.kept) == (standing in ROLES)


@every_deed
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("state", ["outsider", "active-read", "invited-super_admin", "active-super_admin"])
def test_unknown_foreign_and_too_low_are_the_same_answer(world, deed, dialect, state):
    def answer(organization):
        return everything(
            world.ask(dialect, state, deed.method, deed.path, {"orgId": organization, **deed.fields})
        )

    unknown = answer("org_" + "0" * 32)

    assert answer(world.elsewhere) == unknown
    assert answer("no such thing") == unknown
    if DIALECTS[dialect][state] not in ROLES[ROLES.index(deed.role) :]:
        assert answer(world.org) == unknown


def test_a_key_for_another_organization_gets_what_a_stranger_gets(world):
    for deed in DEEDS.values():
        fields = {"orgId": world.org, **deed.fields}

        limited = world.ask("key", "limited-elsewhere", deed.method, deed.path, fields)

        stranger = world.ask("key", "outsider", deed.method, deed.path, fields)
        assert everything(limited) == everything(stranger)


def assert_done(answer, dialect, deed):
    if dialect == "page" and deed.changes:
        assert answer.status_code == 303
        assert answer.location.startswith("/organization/")
    else:
        assert answer.status_code == 200
    if dialect in {"key", "session"} and not deed.path.endswith("export/"):
        assert answer.mimetype == "application/json"


def assert_sent_away(answer, dialect):
    if dialect == "page":
        assert answer.status_code == 303
        assert re.fullmatch(r"/login/\?next=%2F[^:]*", answer.location)
    elif dialect == "fragment":
        assert answer.headers["HX-Redirect"].startswith("/login/?next=%2F")
        assert answer.status_code == 401
    else:
        assert answer.status_code == 401
        assert answer.get_json() == {"error": "Invalid API key", "status": "KO"}
        assert "WWW-Authenticate" in answer.headers


def assert_refused(answer, dialect, refusal):
    assert answer.status_code == 403
    if dialect in {"key", "session"}:
        assert answer.get_json() == {"error": refusal, "status": "KO"}
    else:
        assert answer.mimetype == "text/html"
        assert refusal in BeautifulSoup(answer.text, "html.parser").get_text()
        assert ("<html" in answer.text) == (dialect == "page")


def everything(answer):
    """An answer without what differs between any two requests."""
    own = {"X-Request-Id", "Date", "Set-Cookie"}
    return answer.status_code, sorted(pair for pair in answer.headers if pair[0] not in own), answer.data
