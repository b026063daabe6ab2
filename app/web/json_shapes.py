"""The contract's JSON objects, exactly their fields."""

from typing import Any

from app.clock import rfc3339
from app.permissions import Role
from app.services.actors import OrganizationView
from app.services.audit_log import Entry
from app.services.members import Member
from app.services.offers import Offer
from app.services.people import Person


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


def audit_entry(found: Entry) -> dict[str, Any]:
    """Return an entry of the audit log; a key that no longer exists, and a session, have no name."""
    key = {"id": found.credential_id, **({"name": found.key_name} if found.key_name else {})}
    return {
        "id": found.id,
        "at": rfc3339(found.at),
        "actor": {"uid": found.actor_id, "email": found.actor_email} if found.actor_id else None,
        "key": key if found.credential_id else None,
        "action": found.action,
        "target": found.target,
        "before": found.before,
        "after": found.after,
        "request_id": found.request_id,
        "outcome": found.outcome,
    }
