"""Create organizations. Changing and deleting them is in `settings`."""

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import NotPermitted
from app.base.events import Event
from app.base.permissions import RULES, Action, Role, allows
from app.models import Membership, Organization
from app.services.core import audit, credentials, organization_access, quotas
from app.services.core.actors import Actor, OrganizationView
from app.storage.database import db


def count_named(actor: Actor, name: str) -> int:
    """Count the actor's organizations with a name, ignoring letter case."""
    return sum(
        own.organization.name.casefold() == name.casefold() for own in organization_access.list_own(actor)
    )


def create(actor: Actor, *, name: str) -> OrganizationView:
    """Create an organization with the actor as its super admin.

    Raises `NotPermitted` if the credential's ceiling is too low or the key is limited to an organization, and
    `Conflict` if the actor has reached the organization limit.
    """
    if not allows(actor.ceiling, Action.ORGANIZATION_UPDATE) or actor.organization_id:
        raise NotPermitted(Code.INSUFFICIENT_ROLE, RULES[Action.ORGANIZATION_UPDATE].refusal)
    credentials.lock_holder(actor)
    quotas.check_organizations(actor)

    created_at = clock.now()
    organization = Organization(
        id=identifiers.new("org"),
        name=name,
        management_email=actor.email,
        created_by=actor.user_id,
        created_at=created_at,
        updated_at=created_at,
    )
    db.add(organization)
    db.flush()
    db.add(
        Membership(
            organization_id=organization.id,
            user_id=actor.user_id,
            role=Role.SUPER_ADMIN,
            pending=False,
            added_at=created_at,
        )
    )
    audit.record(
        Event.ORGANIZATION_CREATED,
        actor,
        organization.id,
        organization_id=organization.id,
        after={"name": name, "management_email": actor.email},
    )
    return organization_access.view(organization)
