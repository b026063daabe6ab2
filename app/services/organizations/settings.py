"""Change an organization's settings, or delete it."""

from sqlalchemy import delete

from app.base import clock
from app.base.codes import Code
from app.base.errors import InvalidInput
from app.base.events import Event
from app.models import Organization
from app.services.apps import bundle_files
from app.services.core import audit, changes, organization_access
from app.services.core.actors import Access, OrganizationView
from app.services.mail import contacts
from app.storage.database import db
from app.text import invisible
from app.text.email_addresses import Address


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
