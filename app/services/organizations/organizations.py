"""Organizations: create, change and delete them."""

from sqlalchemy import delete

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import InvalidInput, NotPermitted
from app.base.events import Event
from app.base.permissions import RULES, Action, Role, allows
from app.models import Membership, Organization
from app.services.apps import bundle_files
from app.services.core import audit, changes, credentials, organization_access, quotas
from app.services.core.actors import Access, Actor, OrganizationView
from app.services.mail import contacts
from app.storage.database import db
from app.text import invisible
from app.text.email_addresses import Address


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


def update(
    access: Access,
    *,
    name: str | None = None,
    logo: str | None = None,
    management_email: Address | None = None,
) -> OrganizationView:
    """Change the given fields; an empty `logo` removes it. If no value differs, nothing changes."""
    organization = db.get_one(Organization, access.organization.id)
    email = management_email.typed if management_email else None
    before, after = changes.apply(organization, {"name": name, "logo": logo, "management_email": email})
    if after:
        organization.updated_at = clock.now()
        audit.record(Event.ORGANIZATION_UPDATED, access, organization.id, before=before, after=after)
    return organization_access.view(organization)


def remove(access: Access, *, name: str) -> None:
    """Delete an organization and all that belongs to it.

    Raises `InvalidInput` if `name` is not the organization's name.
    """
    organization = access.organization
    if invisible.comparable(name) != invisible.comparable(organization.name):
        raise InvalidInput(
            Code.CONFIRMATION_MISMATCH,
            "name does not match the organization's name",
            message="Type the organization's name exactly to delete it.",
            field="name",
        )

    audit.record(
        Event.ORGANIZATION_DELETED,
        access,
        organization.id,
        before={"name": organization.name, "management_email": organization.management_email},
    )
    row = db.get_one(Organization, organization.id)
    contacts.notify(row, "organization_deleted", access.actor)
    bundle_files.release_organization(organization.id)
    db.execute(delete(Organization).where(Organization.id == organization.id))
