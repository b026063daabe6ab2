"""Change an organization's settings, or delete it."""

from typing import Any

from sqlalchemy import delete

from app.base import clock
from app.base.codes import Code
from app.base.errors import InvalidInput
from app.base.events import Event
from app.models import Organization
from app.services.apps import bundle_files
from app.services.core import audit, organization_access
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
    wanted = {
        "name": name,
        "logo": logo,
        "management_email": management_email.typed if management_email else None,
    }
    before, after = _differences(organization, wanted)
    if after:
        for field, value in after.items():
            setattr(organization, field, value)
        organization.updated_at = clock.now()
        audit.record(
            Event.ORGANIZATION_UPDATED,
            access.actor,
            organization.id,
            organization_id=organization.id,
            before=before,
            after=after,
        )
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
        access.actor,
        organization.id,
        organization_id=organization.id,
        before={"name": organization.name, "management_email": organization.management_email},
    )
    row = db.get_one(Organization, organization.id)
    contacts.notify(row, "organization_deleted", access.actor)
    bundle_files.release_organization(organization.id)
    db.execute(delete(Organization).where(Organization.id == organization.id))


def _differences(
    organization: Organization, wanted: dict[str, str | None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and new values of the fields that differ. An empty string means null."""
    given = {field: value or None for field, value in wanted.items() if value is not None}
    after = {field: value for field, value in given.items() if getattr(organization, field) != value}
    return {field: getattr(organization, field) for field in after}, after
