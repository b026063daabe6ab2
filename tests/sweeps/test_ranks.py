"""The rule of rank: actor's role by target's role by wanted role, for every way to touch a member."""

from itertools import product

import pytest

from tests.support.sweeping import sweep
from tests.support.world import ROLES

MEMBERS, BULK = "/organization/members/", "/organization/members/bulk/"
NOT_MEMBERS = {"error": "Insufficient permissions to manage members", "status": "KO"}
ALREADY = "Member already exists in organization"
# Who is disabled keeps the role, of a super admin here; who was removed is as new as anybody.
OTHERS = {"newcomer": None, "removed": None, "disabled": "super_admin"}
TARGETS = [*OTHERS, *(f"{state}-{role}" for state in ("active", "invited") for role in ROLES)]
# A key's ceiling counts as the role: of a super admin here, with keys that may less.
ACTORS = [f"{kind}-{role}" for kind in ("active", "ceiling") for role in ROLES]
SESSIONS = [f"session-{role}" for role in ROLES]

every_person = pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor.startswith("active")])
MEMBERS_THERE = TARGETS[len(OTHERS) :]


def rank(role):
    return ROLES.index(role)


def role_in(state):
    return OTHERS[state] if state in OTHERS else state.partition("-")[2]


def manages(actor, *roles):
    """Admins and above, and nobody above themselves."""
    own = rank(role_in(actor))
    return own >= rank("admin") and all(own >= rank(role) for role in roles if role)


def ask(world, actor, method, **fields):
    """Ask by a key, or by the session of whoever has that role."""
    dialect = "session" if actor.startswith("session") else "key"
    state = actor.replace("session", "active")
    return world.ask(dialect, state, method, MEMBERS, {"orgId": world.org, **fields})


@pytest.mark.parametrize("actor", [*ACTORS, pytest.param("session-admin", marks=pytest.mark.long)])
@sweep("target, wanted", product(TARGETS, ROLES))
def test_who_may_give_which_role_to_whom(world, actor, target, wanted):
    person, before = world.people[target], world.portal.role_of(world.org, world.people[target])

    answer = ask(world, actor, "POST", email=person.email, role=wanted)

    after = world.portal.role_of(world.org, person)
    if not manages(actor, role_in(target), wanted):
        assert (answer.status_code, answer.get_json(), after) == (403, NOT_MEMBERS, before)
    elif before == wanted:
        assert (answer.status_code, answer.get_json()["error"], after) == (409, ALREADY, before)
    else:
        expected = wanted if before in ROLES else f"invite_{wanted}"
        member = {"uid": person.uid, "email": person.email, "image_url": None, "role": expected}
        assert (answer.status_code, answer.get_json()) == (200, {"status": "OK", "data": member})
        assert after == expected


@pytest.mark.parametrize("actor", [*ACTORS, *SESSIONS])
@sweep("target", TARGETS)
def test_who_may_remove_whom(world, actor, target):
    person, before = world.people[target], world.portal.role_of(world.org, world.people[target])
    leaving = actor.replace("session", "active") == target

    answer = ask(world, actor, "DELETE", email=person.email)

    after = world.portal.role_of(world.org, person)
    if not leaving and not manages(actor, role_in(target)):
        assert (answer.status_code, answer.get_json(), after) == (403, NOT_MEMBERS, before)
    elif before is None:
        assert (answer.status_code, answer.get_json()["error"]) == (404, "Member not found")
    else:
        assert (answer.status_code, answer.get_json(), after) == (200, {"status": "OK"}, None)


@every_person
@sweep("target, wanted", product(MEMBERS_THERE, ["read", "admin", "super_admin"]))
def test_the_rank_holds_for_many_at_once(world, actor, target, wanted):
    emails = [world.people[name].email for name in ("victim", target)]
    fields = {"orgId": world.org, "email": emails, "action": "role", "role": wanted}

    answer = world.api(actor).post(BULK, **fields)

    after = [world.portal.role_of(world.org, world.people[name]) for name in ("victim", target)]
    own = role_in(actor)
    untouched = role_in(target) == wanted
    if rank(own) < rank("admin") or not manages(actor, wanted, None if untouched else role_in(target)):
        assert answer.status_code == 403
        assert answer.get_json() == NOT_MEMBERS
        assert after == ["read", target.replace("active-", "").replace("invited-", "invite_")]
    else:
        assert answer.status_code == 200
        assert after == [wanted, wanted if target.startswith("active") else f"invite_{wanted}"]


@every_person
@sweep("target", MEMBERS_THERE)
def test_the_rank_holds_for_many_removals_at_once(world, actor, target):
    emails = [world.people[name].email for name in ("victim", target)]

    answer = world.api(actor).post(BULK, orgId=world.org, email=emails, action="remove", confirmed="1")

    if manages(actor, role_in(target)):
        assert (answer.status_code, answer.get_json()) == (200, {"status": "OK"})
        assert world.portal.role_of(world.org, world.people["victim"]) is None
        assert world.portal.role_of(world.org, world.people[target]) is None
    else:
        assert (answer.status_code, answer.get_json()) == (403, NOT_MEMBERS)
        assert world.rows() == world.initial_rows
