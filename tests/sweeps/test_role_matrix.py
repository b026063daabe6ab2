"""Every operation inside an organization, for every state of a caller, in every dialect."""

import re

import pytest
from bs4 import BeautifulSoup

from app.base.permissions import RULES
from tests.support.answers import comparable
from tests.support.operation_cases import (
    CASES,
    CLOSED,
    LEAVE,
    NEED_NO_ROLE,
    NOT_ADMIN,
    NOT_APPS,
    NOT_BUNDLES,
    NOT_KEYS,
    NOT_MEMBERS,
    NOT_SUPER,
)
from tests.support.sweeping import sweep
from tests.support.world import DIALECTS, KEY_STATES, OUTSIDER, ROLES, UNAUTHENTICATED

# The permission table, written down a second time.
EXPECTED_RULES = {
    "organization.read": ("read", CLOSED),
    "members.leave": ("read", NOT_MEMBERS),
    "bundles.upload": ("upload", NOT_BUNDLES),
    "apps.manage": ("write", NOT_APPS),
    "organization.update": ("admin", NOT_ADMIN),
    "members.manage": ("admin", NOT_MEMBERS),
    "audit.read": ("admin", NOT_ADMIN),
    "keys.manage": ("admin", NOT_KEYS),
    "super_admins.manage": ("super_admin", NOT_MEMBERS),
    "second_factor.require": ("super_admin", NOT_SUPER),
    "organization.delete": ("super_admin", NOT_SUPER),
}


# JSON and pages share each decision, so most states of pages are left to `make test-long`.
DRAWN = ("fragment", "page")
SHORT_RUN_STATES = {
    "visitor",
    "outsider",
    "removed",
    "invited-super_admin",
    "active-read",
    "active-super_admin",
}
EVERY_STATE = [
    pytest.param(
        dialect,
        state,
        id=f"{dialect}-{state}",
        marks=[pytest.mark.long] if dialect in DRAWN and state not in SHORT_RUN_STATES else [],
    )
    for dialect, states in DIALECTS.items()
    for state in states
]
every_case = sweep("case", CASES.values(), ids=CASES)
every_state = pytest.mark.parametrize(("dialect", "state"), EVERY_STATE)


def test_the_permission_table_is_the_expected_one():
    found = {str(action): (str(rule.role), rule.refusal) for action, rule in RULES.items()}

    assert found == EXPECTED_RULES


def test_no_operation_inside_an_organization_is_forgotten(portal):
    found = set()
    for rule in portal.app.url_map.iter_rules():
        guard = getattr(portal.app.view_functions[rule.endpoint], "guard", None)
        if guard and (guard.kind == "requires" or "orgId" in {one.name for one in guard.operation()}):
            found |= {(method, rule.rule) for method in rule.methods - {"HEAD", "OPTIONS"}}

    assert found == {case.rule for case in CASES.values()} | NEED_NO_ROLE


@every_state
@every_case
def test_callers_can_do_exactly_what_their_role_allows(world, case, dialect, state):
    effective_role = DIALECTS[dialect][state]

    answer = world.ask(dialect, state, *case.at(world.here))

    done = effective_role in ROLES[ROLES.index(case.role) :] and not (dialect == "key" and case.by_key)
    if done:
        assert_done(answer, dialect, case)
    elif effective_role == UNAUTHENTICATED:
        assert_not_authenticated(answer, dialect)
    else:
        assert_refused(answer, dialect, *expected_refusal(case, effective_role))
    assert (world.rows() != world.initial_rows) == (done and case.changes)


def expected_refusal(case, effective_role):
    if effective_role == OUTSIDER:
        return (404, case.hidden) if case.hidden else (403, case.refusal)
    low = effective_role not in ROLES[ROLES.index(case.role) :]
    return 403, case.refusal if low else case.by_key


LEAVERS_BY_KEY = {**KEY_STATES, **dict.fromkeys(("ceiling-read", "ceiling-upload", "limited-read"), OUTSIDER)}


@every_state
def test_every_member_can_leave_but_a_key_needs_write(world, dialect, state):
    effective_role = LEAVERS_BY_KEY[state] if dialect == "key" else DIALECTS[dialect][state]
    method, path, fields = LEAVE.at(world.here)

    answer = world.ask(dialect, state, method, path, {**fields, "email": world.address(state)})

    if effective_role in ROLES:
        assert_done(answer, dialect, LEAVE)
    elif effective_role == UNAUTHENTICATED:
        assert_not_authenticated(answer, dialect)
    else:
        assert_refused(answer, dialect, 403, LEAVE.refusal)
    assert (world.rows() != world.initial_rows) == (effective_role in ROLES)


@pytest.mark.parametrize(
    "dialect", ["key", "session", *(pytest.param(drawn, marks=pytest.mark.long) for drawn in DRAWN)]
)
@pytest.mark.parametrize("state", ["outsider", "active-read", "invited-super_admin", "active-super_admin"])
@every_case
def test_unknown_foreign_and_insufficient_role_get_the_same_answer(world, case, dialect, state):
    def answer(place):
        return comparable(world.ask(dialect, state, *case.at(place)))

    unknown = answer(world.unknown)

    assert answer(world.foreign) == unknown
    assert answer(dict.fromkeys(world.unknown, "no such thing")) == unknown
    effective_role = DIALECTS[dialect][state]
    if effective_role == OUTSIDER or (
        not case.hidden and effective_role not in ROLES[ROLES.index(case.role) :]
    ):
        assert answer(world.here) == unknown


def test_a_key_for_another_organization_is_answered_like_an_outsider(world):
    for case in CASES.values():
        limited = world.ask("key", "limited-elsewhere", *case.at(world.here))

        stranger = world.ask("key", "outsider", *case.at(world.here))
        assert comparable(limited) == comparable(stranger)


def assert_done(answer, dialect, case):
    if dialect == "page" and case.shows_secret:
        assert answer.status_code == 200
        assert "/invitation/accept/?token=crew_" in answer.text
    elif dialect == "page" and case.changes:
        assert answer.status_code == 303
        assert answer.location.startswith(("/organization/", "/app/", "/bundle/"))
    else:
        assert answer.status_code == 200
    if dialect in {"key", "session"} and not case.downloads and not case.page_only:
        assert answer.mimetype == "application/json"


def assert_not_authenticated(answer, dialect):
    if dialect == "page":
        assert answer.status_code == 303
        assert re.fullmatch(r"/login/\?next=/[^:]*", answer.location)
    elif dialect == "fragment":
        assert answer.headers["HX-Redirect"].startswith("/login/?next=/")
        assert answer.status_code == 401
    else:
        assert answer.status_code == 401
        body = answer.get_json()
        assert (body["error"], body["status"]) == ("Invalid API key", "KO")
        assert body.keys() - {"message"} == {"error", "status", "code"}
        assert "WWW-Authenticate" in answer.headers


def assert_refused(answer, dialect, status, refusal):
    assert answer.status_code == status
    if dialect in {"key", "session"}:
        body = answer.get_json()
        assert (body["error"], body["status"]) == (refusal, "KO")
        assert body.keys() - {"message"} == {"error", "status", "code"}
    else:
        assert answer.mimetype == "text/html"
        assert refusal in BeautifulSoup(answer.text, "html.parser").get_text()
        assert ("<html" in answer.text) == (dialect == "page")
