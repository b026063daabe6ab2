"""The contract's JSON objects, exactly their fields."""

from datetime import datetime
from typing import Any

from app.clock import rfc3339
from app.models import Factor
from app.permissions import Role
from app.services.actors import KeyRules, OrganizationView
from app.services.apps import AppView
from app.services.audit_log import Entry
from app.services.bundles import BundleView
from app.services.members import Member
from app.services.offers import Offer
from app.services.organization_keys import OrganizationKey
from app.services.people import Person
from app.services.requirements import Requirement


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


def key(found: Any) -> dict[str, Any]:
    """Return a key to its owner, from a credential or a row with the same columns; never its secret."""
    return {
        "id": found.id,
        "name": found.name,
        "prefix": found.prefix,
        "role": found.role,
        "org_id": found.organization_id,
        "created_at": rfc3339(found.created_at),
        "expires_at": _moment(found.expires_at),
        "last_used_at": _moment(found.last_used_at),
    }


def organization_key(found: OrganizationKey) -> dict[str, Any]:
    """Return a key as the organization it acts on sees it: whose it is, and its last use there."""
    return {**key(found), "uid": found.user_id, "email": found.email, "state": found.state}


def key_rules(rules: KeyRules) -> dict[str, Any]:
    """Return a key policy."""
    return {"max_days": rules.max_days, "expiry_required": rules.expiry_required}


def _moment(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def app(view: AppView) -> dict[str, Any]:
    """Return an app."""
    return {
        "id": view.id,
        "org_id": view.org_id,
        "name": view.name,
        "created_at": rfc3339(view.created_at),
        "created_by": view.created_by,
        "bundles": view.bundles,
        "latest_version": view.latest_version,
        "storage": view.storage,
    }


def bundle(view: BundleView) -> dict[str, Any]:
    """Return a bundle; whoever downloads it can check it against the checksum."""
    return {
        "id": view.id,
        "app_id": view.app_id,
        "version": view.version,
        "size": view.size,
        "checksum": view.checksum,
        "filename": view.filename,
        "created_at": rfc3339(view.created_at),
        "created_by": view.created_by,
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
