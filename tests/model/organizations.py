"""The model of organizations: section 3 of the contract."""

from typing import Any

from tests.model.state import (
    CANCELLED,
    DELETED,
    NO_ACCESS,
    NO_ADMIN,
    NO_SUPER_ADMIN,
    OPEN,
    RANK,
    Membership,
    Organization,
    Refused,
    Secret,
    State,
)
from tests.model.times import written


def create(state: State, actor: Secret, name: str, identifier: str) -> dict[str, Any]:
    """Create an organization with the identifier that the portal gave it."""
    state.authenticate(actor)
    if not name.strip():
        raise Refused(400, "Name is required")
    if actor.key and (actor.key.only or RANK[actor.key.ceiling] < RANK["admin"]):
        raise Refused(403, NO_ADMIN)

    made = Organization(identifier, actor.owner, state.now, state.now, name.strip(), actor.owner.email)
    made.members[actor.owner] = Membership("super_admin")
    state.organizations[identifier] = made
    return {"status": "Organization created", "id": identifier}


def update(state: State, actor: Secret, identifier: str, given: dict[str, str | None]) -> dict[str, Any]:
    state.authenticate(actor)
    if not (given.get("name", "-") or "").strip():
        raise Refused(400, "Name is required")
    if not (given.get("logo") or "https://").startswith("https://"):
        raise Refused(400)
    if "@" not in (given.get("management_email", "@") or ""):
        raise Refused(400, "Invalid email format")
    organization, _ = state.enter(actor, identifier, "admin", NO_ADMIN)

    wanted = {name: value.strip() if value else None for name, value in given.items()}
    if any(getattr(organization, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(organization, name, value)
        organization.changed_at = state.now
    return {"status": "Organization updated", "data": shown(organization)}


def delete(state: State, actor: Secret, identifier: str, name: str) -> dict[str, Any]:
    state.authenticate(actor)
    organization, _ = state.enter(actor, identifier, "super_admin", NO_SUPER_ADMIN)
    if name != organization.name:
        raise Refused(400)

    for link in state.links:
        if link.organization is organization:
            link.state = DELETED
    for key in state.keys:
        key.ended = key.ended or key.only is organization
    del state.organizations[identifier]
    return {"status": "Organization deleted", "id": identifier}


def show(state: State, actor: Secret, identifier: str) -> dict[str, Any]:
    state.authenticate(actor)
    organization, _ = state.enter(actor, identifier, "read", NO_ACCESS)
    return {"data": shown(organization)}


def listed(state: State, actor: Secret) -> dict[str, Any]:
    """Return the organizations of an actor, by name."""
    state.authenticate(actor)
    mine = [create for create in state.organizations.values() if state.role(actor, create)]
    mine.sort(key=lambda organization: (organization.name.lower(), organization.id))
    return {"data": [shown(organization) for organization in mine]}


def end_membership(state: State, organization: Organization, person: Any) -> None:
    """End a membership, the invitations it sent, and its keys for this organization."""
    del organization.members[person]
    for link in [*state.open_links(organization)]:
        if link.person == person:
            link.state = CANCELLED
    for link in [*state.open_links(organization)]:
        if link.by == person and link.state == OPEN:
            end_membership(state, organization, link.person)
    for key in state.keys:
        key.ended = key.ended or (key.owner == person and key.only is organization)


def shown(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "created_by": organization.founder.uid,
        "created_at": written(organization.founded_at),
        "updated_at": written(organization.changed_at),
        "logo": organization.logo,
        "name": organization.name,
        "management_email": organization.management_email,
        "customer_id": None,
    }
