"""The contract's JSON objects, exactly their fields."""

from typing import Any

from app.clock import rfc3339
from app.models import Factor
from app.permissions import Role
from app.services.actors import OrganizationView
from app.services.members import Member
from app.services.offers import Offer
from app.services.requirements import Requirement
from app.services.roster import Person


def organization(view: OrganizationView) -> dict[str, Any]:
    """Return an organization."""
    return {
        "id": view.id,
        "created_by": view.created_by,
        "created_at": rfc3339(view.created_at),
        "updated_at": rfc3339(view.updated_at),
        "logo": view.logo,
        "name": view.name,
        "management_email": view.management_email,
        "customer_id": view.customer_id,
    }


def member(found: Member) -> dict[str, Any]:
    """Return a member after a change."""
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": found.role}


def listed_member(row: Any) -> dict[str, Any]:
    """Return a member from a row of the roster: `(id, email, image_url, role, pending, …)`."""
    uid, email, image_url, role, pending = row[:5]
    return {
        "uid": uid,
        "email": email,
        "image_url": image_url,
        "role": Role(role).invited if pending else role,
    }


def person(found: Person) -> dict[str, Any]:
    """Return a member of the roster."""
    role = found.role.invited if found.pending else str(found.role)
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": role}


def factor(found: Factor) -> dict[str, Any]:
    """Return a second factor as its owner sees it."""
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "created_at": rfc3339(found.created_at),
        "last_used_at": rfc3339(found.last_used_at) if found.last_used_at else None,
    }


def requirement(found: Requirement) -> dict[str, Any]:
    """Return what an organization requires, and of whom it is still owed."""
    return {
        "required": found.required,
        "deadline": rfc3339(found.deadline) if found.deadline else None,
        "without_factor": [listed_member(row) for row in found.without],
    }


def offer(found: Offer) -> dict[str, Any]:
    """Return an invitation as its invitee sees it."""
    return {
        "orgId": found.organization_id,
        "organization": found.organization,
        "role": found.role,
        "invited_by": found.invited_by,
        "created_at": rfc3339(found.created_at),
        "expires_at": rfc3339(found.expires_at),
    }
