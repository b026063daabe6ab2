"""The model of members and invitations: sections 4 and 5 of the contract."""

from datetime import timedelta
from typing import Any

from tests.model.organizations import end_membership
from tests.model.state import (
    A_WEEK,
    DECLINED,
    DELETED,
    LAST,
    NO_ACCESS,
    NO_MEMBERS,
    OPEN,
    RANK,
    REPLACED,
    ROLES,
    USED,
    Link,
    Membership,
    Organization,
    Person,
    Refused,
    Secret,
    State,
)
from tests.model.times import written

ALREADY = "Member already exists in organization"
UNKNOWN = "Member not found"


def invite(state: State, actor: Secret, identifier: str, email: str, role: str) -> dict[str, Any]:
    """Invite an address, invite it again, or change its role, as the state requires."""
    state.authenticate(actor)
    if "@" not in email:
        raise Refused(400, "Invalid email format")
    if role not in ROLES:
        raise Refused(400, "Invalid role specified")
    organization, own = state.enter(actor, identifier, "admin", NO_MEMBERS)
    person = state.by_email(email)
    if person is None:
        raise Refused(404, UNKNOWN)
    found = organization.members.get(person)
    if RANK[own] < max(RANK[role], RANK[found.role] if found else 0):
        raise Refused(403, NO_MEMBERS)

    if found is None or found.pending:
        _send(state, actor, organization, person, role)
    else:
        _change(state, organization, person, role)
    return {"status": "OK", "data": shown(organization, person)}


def remove(state: State, actor: Secret, identifier: str, email: str) -> dict[str, Any]:
    """Remove a member, cancel an invitation, or leave."""
    state.authenticate(actor)
    if "@" not in email:
        raise Refused(400, "Invalid email format")
    organization, own = state.enter(actor, identifier, "read", NO_MEMBERS)
    person = state.by_email(email)
    leaves = person == actor.owner and (not actor.key or RANK[actor.key.ceiling] >= RANK["write"])
    if RANK[own] < RANK["admin"] and not leaves:
        raise Refused(403, NO_MEMBERS)
    found = organization.members.get(person) if person else None
    if person is None or found is None:
        raise Refused(404, UNKNOWN)
    if not leaves and RANK[own] < RANK[found.role]:
        raise Refused(403, NO_MEMBERS)
    _check_not_last(organization, person)

    end_membership(state, organization, person)
    if not found.pending:
        _hand_contact_over(state, organization, person)
    return {"status": "OK"}


def listed(state: State, actor: Secret, identifier: str) -> dict[str, Any]:
    state.authenticate(actor)
    organization, _ = state.enter(actor, identifier, "read", NO_ACCESS)
    return {"data": [shown(organization, person) for person in organization.members]}


def accept(state: State, actor: Secret, identifier: str) -> dict[str, Any]:
    organization = _offered(state, actor, identifier)
    link = state.open_link(organization, actor.owner)
    if state.now >= link.sent_at + A_WEEK:
        raise Refused(410)

    organization.members[actor.owner].role = link.role
    organization.members[actor.owner].pending = False
    link.state = USED
    return {"status": "OK", "orgId": identifier}


def decline(state: State, actor: Secret, identifier: str) -> dict[str, Any]:
    organization = _offered(state, actor, identifier)
    state.open_link(organization, actor.owner).state = DECLINED
    del organization.members[actor.owner]
    return {"status": "OK"}


def follow(state: State, actor: Secret, link: Link) -> str:
    """Open a mailed link; return the organization it leads to."""
    state.authenticate(actor)
    if actor.key:
        raise Refused(403)
    if link.state == DELETED:
        raise Refused(404)
    if link.person != actor.owner:
        raise Refused(403)
    if link.state != OPEN or state.now >= link.sent_at + A_WEEK:
        raise Refused(410)
    return link.organization.id


def offers(state: State, actor: Secret) -> dict[str, Any]:
    """Return the open invitations of an account, newest first."""
    state.authenticate(actor)
    if actor.key:
        raise Refused(403)
    mine = [link for link in state.links if link.person == actor.owner and link.state == OPEN]
    return {"data": [_offer(link) for link in sorted(mine, key=lambda link: link.sent_at, reverse=True)]}


def shown(organization: Organization, person: Person) -> dict[str, Any]:
    found = organization.members[person]
    role = f"invite_{found.role}" if found.pending else found.role
    return {"uid": person.uid, "email": person.email, "image_url": None, "role": role}


def _send(state: State, actor: Secret, organization: Organization, person: Person, role: str) -> None:
    found = organization.members.setdefault(person, Membership(role, pending=True))
    for link in state.open_links(organization):
        if link.person == person:
            if found.role == role and state.now < link.sent_at + timedelta(minutes=5):
                raise Refused(409, ALREADY)
            link.state = REPLACED
    found.role = role
    state.links.append(Link(organization, person, role, actor.owner, state.now))


def _change(state: State, organization: Organization, person: Person, role: str) -> None:
    if organization.members[person].role == role:
        raise Refused(409, ALREADY)
    _check_not_last(organization, person)

    organization.members[person].role = role
    # Invitations that a demoted member may not grant any more are cancelled.
    for link in [*state.open_links(organization)]:
        if link.by == person and RANK[link.role] > RANK[role]:
            end_membership(state, organization, link.person)


def _hand_contact_over(state: State, organization: Organization, person: Person) -> None:
    """Make the longest-standing super admin the contact if a former member was it."""
    if organization.management_email.lower() == person.email.lower():
        organization.management_email = organization.super_admins()[0].email
        organization.changed_at = state.now


def _check_not_last(organization: Organization, person: Person) -> None:
    if organization.super_admins() == [person]:
        raise Refused(409, LAST)


def _offered(state: State, actor: Secret, identifier: str) -> Organization:
    """Return the organization that an account is invited to; only sessions can answer."""
    state.authenticate(actor)
    if actor.key:
        raise Refused(403)
    organization = state.organizations.get(identifier)
    if organization is None or actor.owner not in organization.members:
        raise Refused(404)
    if not organization.members[actor.owner].pending:
        raise Refused(409)
    return organization


def _offer(link: Link) -> dict[str, Any]:
    return {
        "orgId": link.organization.id,
        "organization": link.organization.name,
        "role": link.role,
        "invited_by": link.by.name,
        "created_at": written(link.sent_at),
        "expires_at": written(link.sent_at + A_WEEK),
    }
