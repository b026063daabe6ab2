"""Convert models and views of services to the JSON objects of the API."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from app.base.clock import rfc3339
from app.base.permissions import Role
from app.models import Credential, Factor, FactorKind
from app.services.apps.apps import AppView
from app.services.apps.bundles import BundleView
from app.services.audit_log.queries import Entry
from app.services.core.actors import KeyRules, OrganizationView
from app.services.core.paging import Page
from app.services.keys.organization_keys import OrganizationKey
from app.services.members.members import Member
from app.services.members.people import Person
from app.services.members.received_invitations import ReceivedInvitation
from app.services.organizations.two_factor_policy import Requirement
from app.storage.database import AnyRow
from app.web import json_types

T = TypeVar("T")
U = TypeVar("U")


def page(found: Page[T], shape: Callable[[T], U]) -> json_types.Page[U]:
    """Return a page of a list, with `next_cursor` if there is more."""
    data = [shape(row) for row in found.rows]
    return {"data": data, "next_cursor": found.next_cursor} if found.next_cursor else {"data": data}


def organization(view: OrganizationView) -> json_types.Organization:
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


def member(found: Member) -> json_types.Member:
    """Return a member after a change."""
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": found.role}


def listed_member(row: AnyRow) -> json_types.Member:
    """Return a member from a row `(id, email, image_url, role, pending, …)`."""
    uid, email, image_url, role, pending = row[:5]
    return {
        "uid": uid,
        "email": email,
        "image_url": image_url,
        "role": Role(role).invited if pending else role,
    }


def person(found: Person) -> json_types.Member:
    """Return a member as listed on the members page."""
    role = found.role.invited if found.pending else str(found.role)
    return {"uid": found.uid, "email": found.email, "image_url": found.image_url, "role": role}


def factor(found: Factor) -> json_types.Factor:
    """Return a second factor as its owner sees it."""
    return {
        "id": found.id,
        "kind": FactorKind(found.kind),
        "name": found.name,
        "host": found.host,
        "created_at": rfc3339(found.created_at),
        "last_used_at": rfc3339(found.last_used_at) if found.last_used_at else None,
    }


def requirement(found: Requirement) -> json_types.Requirement:
    """Return an organization's two-factor policy, and the members without a second factor."""
    return {
        "required": found.required,
        "deadline": rfc3339(found.deadline) if found.deadline else None,
        "without_factor": [listed_member(row) for row in found.without],
    }


def offer(found: ReceivedInvitation) -> json_types.Offer:
    """Return an invitation as its invitee sees it."""
    return {
        "orgId": found.organization_id,
        "organization": found.organization,
        "role": found.role,
        "invited_by": found.invited_by,
        "created_at": rfc3339(found.created_at),
        "expires_at": rfc3339(found.expires_at),
    }


def key(found: Credential | OrganizationKey | AnyRow) -> json_types.Key:
    """Return a key without its secret, from a credential or a row with the same columns."""
    return {
        "id": found.id,
        "name": found.name,
        "prefix": found.prefix,
        "role": Role(found.role),
        "org_id": found.organization_id,
        "created_at": rfc3339(found.created_at),
        "expires_at": _moment(found.expires_at),
        "last_used_at": _moment(found.last_used_at),
    }


def organization_key(found: OrganizationKey) -> json_types.OrganizationKey:
    """Return a key as an organization sees it: with its owner, its state and its last use there."""
    return {**key(found), "uid": found.user_id, "email": found.email, "state": found.state}


def key_rules(rules: KeyRules) -> json_types.KeyRules:
    """Return a key policy."""
    return {"max_days": rules.max_days, "expiry_required": rules.expiry_required}


def _moment(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def app(view: AppView) -> json_types.App:
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


def bundle(view: BundleView) -> json_types.Bundle:
    """Return a bundle."""
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


def audit_entry(found: Entry) -> json_types.Entry:
    """Return an entry of the audit log; sessions and deleted keys have no name."""
    return {
        "id": found.id,
        "at": rfc3339(found.at),
        "actor": {"uid": found.actor_id, "email": found.actor_email} if found.actor_id else None,
        "key": _acting(found.credential_id, found.key_name) if found.credential_id else None,
        "action": found.action,
        "target": found.target,
        "before": found.before,
        "after": found.after,
        "request_id": found.request_id,
        "outcome": found.outcome,
    }


def _acting(identifier: str, name: str | None) -> json_types.ActingKey:
    return {"id": identifier, "name": name} if name else {"id": identifier}
