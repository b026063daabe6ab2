"""The rank rule, for every actor's role, target's role and wanted role, by every way to change a member."""

from itertools import product

import pytest

from tests.support.sweeping import sweep
from tests.support.world import ROLES

MEMBERS, BULK = "/organization/members/", "/organization/members/bulk/"
ALREADY = "Member already exists in organization"
# A disabled account keeps its role (here super admin); a removed person has no role.
OTHERS = {"newcomer": None, "removed": None, "disabled": "super_admin"}
TARGETS = [*OTHERS, *(f"{state}-{role}" for state in ("active", "invited") for role in ROLES)]
# A key's ceiling counts as its role; these keys belong to a super admin and have lower ceilings.
ACTORS = [f"{kind}-{role}" for kind in ("active", "ceiling") for role in ROLES]
SESSIONS = [f"session-{role}" for role in ROLES]

every_person = pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor.startswith("active")])
PRESENT = TARGETS[len(OTHERS) :]


def rank(role):
    return ROLES.index(role)


def role_in(state):
    return OTHERS[state] if state in OTHERS else state.partition("-")[2]


def may_manage(actor, *roles):
    """Return whether the actor is an admin and none of the roles is above theirs."""
    own = rank(role_in(actor))
    return own >= rank("admin") and all(own >= rank(role) for role in roles if role)


def not_members(actor):
    """Return the refusal of an actor who is no admin, or whose rank is too low."""
    is_admin = rank(role_in(actor)) >= rank("admin")
    return {
        "error": "Insufficient permissions to manage members",
        "status": "KO",
        "code": "role_too_high" if is_admin else "insufficient_role",
    }


def ask(world, actor, method, **fields):
    """Ask with a key, or with the session of the member who has that role."""
    dialect = "session" if actor.startswith("session") else "key"
    state = actor.replace("session", "active")
    return world.ask(dialect, state, method, MEMBERS, {"orgId": world.org, **fields})


@pytest.mark.parametrize("actor", [*ACTORS, pytest.param("session-admin", marks=pytest.mark.long)])
@sweep("target, wanted", product(TARGETS, ROLES))
def test_roles_are_granted_up_to_the_actors_own_rank(world, actor, target, wanted):
    person, before = world.people[target], world.portal.role_of(world.org, world.people[target])

    answer = ask(world, actor, "POST", email=person.email, role=wanted)

    after = world.portal.role_of(world.org, person)
    if not may_manage(actor, role_in(target), wanted):
        assert (answer.status_code, answer.get_json(), after) == (403, not_members(actor), before)
    elif before == wanted:
        assert (answer.status_code, answer.get_json()["error"], after) == (409, ALREADY, before)
    else:
        expected = wanted if before in ROLES else f"invite_{wanted}"
        member = {"uid": person.uid, "email": person.email, "image_url": None, "role": expected}
        assert (answer.status_code, answer.get_json()) == (200, {"status": "OK", "data": member})
        assert after == expected


@pytest.mark.parametrize("actor", [*ACTORS, *SESSIONS])
@sweep("target", TARGETS)
def test_members_are_removed_up_to_the_actors_own_rank(world, actor, target):
    person, before = world.people[target], world.portal.role_of(world.org, world.people[target])
    leaving = actor.replace("session", "active") == target

    answer = ask(world, actor, "DELETE", email=person.email)

    after = world.portal.role_of(world.org, person)
    if not leaving and not may_manage(actor, role_in(target)):
        assert (answer.status_code, answer.get_json(), after) == (403, not_members(actor), before)
    elif before is None:
        assert (answer.status_code, answer.get_json()["error"]) == (404, "Member not found")
    else:
        assert (answer.status_code, answer.get_json(), after) == (200, {"status": "OK"}, None)


@every_person
@sweep("target, wanted", product(PRESENT, ["read", "admin", "super_admin"]))
def test_the_rank_rule_applies_to_bulk_changes(world, actor, target, wanted):
    emails = [world.people[name].email for name in ("victim", target)]
    fields = {"orgId": world.org, "email": emails, "action": "role", "role": wanted}

    answer = world.api(actor).post(BULK, **fields)

    after = [world.portal.role_of(world.org, world.people[name]) for name in ("victim", target)]
    own = role_in(actor)
    untouched = role_in(target) == wanted
    if rank(own) < rank("admin") or not may_manage(actor, wanted, None if untouched else role_in(target)):
        assert answer.status_code == 403
        assert answer.get_json() == not_members(actor)
        assert after == ["read", target.replace("active-", "").replace("invited-", "invite_")]
    else:
        assert answer.status_code == 200
        assert after == [wanted, wanted if target.startswith("active") else f"invite_{wanted}"]


@every_person
@sweep("target", PRESENT)
def test_the_rank_rule_applies_to_bulk_removals(world, actor, target):
    emails = [world.people[name].email for name in ("victim", target)]

    answer = world.api(actor).post(BULK, orgId=world.org, email=emails, action="remove", confirmed="1")

    if may_manage(actor, role_in(target)):
        assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})
        assert world.portal.role_of(world.org, world.people["victim"]) is None
        assert world.portal.role_of(world.org, world.people[target]) is None
    else:
        assert (answer.status_code, answer.get_json()) == (403, not_members(actor))
        assert world.rows() == world.initial_rows
