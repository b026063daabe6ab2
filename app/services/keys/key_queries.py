"""Queries for the keys of one person, for the API and for their page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import String, and_, bindparam, func, or_, select

from app.base import clock
from app.base.permissions import Role
from app.models import (
    Credential,
    CredentialKind,
    CredentialUse,
    KeyPolicy,
    Membership,
    OldSecret,
    Organization,
)
from app.services.core import old_secrets, views
from app.services.core.actors import Actor, KeyRules
from app.services.keys import key_status
from app.services.keys.key_status import KeyState
from app.storage.database import AnyRow, db


class Old(NamedTuple):
    """A replaced secret that still works."""

    prefix: str
    expires_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its owner's page shows it.

    `limited_by` and `blocked_by` name the organizations whose policy refuses it, or that blocked it.
    """

    id: str
    name: str
    prefix: str
    role: Role
    organization: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: KeyState
    limited_by: list[str]
    blocked_by: list[str]
    old: list[Old]


_LIMIT = bindparam("limit_id", type_=String())
_OWN = (
    select(
        *views.columns(Key, Credential),
        Credential.organization_id,
        func.coalesce(Credential.renewed_at, Credential.created_at).label("issued_at"),
        Organization.name.label("organization"),
    )
    .outerjoin(Organization, Organization.id == Credential.organization_id)
    .where(
        Credential.user_id == bindparam("user_id"),
        Credential.kind == CredentialKind.KEY,
        or_(_LIMIT.is_(None), Credential.organization_id == _LIMIT),
        or_(Credential.revoked_at.is_(None), Credential.revoked_at > bindparam("since")),
    )
    .order_by(Credential.created_at, Credential.id)
)
_POLICIES = (
    select(Organization.id, Organization.name, KeyPolicy.max_days, KeyPolicy.expiry_required)
    .join(Membership, Membership.organization_id == Organization.id)
    .join(KeyPolicy, KeyPolicy.organization_id == Organization.id)
    .where(Membership.user_id == bindparam("user_id"), Membership.pending.is_(False))
    .order_by(func.lower(Organization.name), Organization.id)
)
_BLOCKED = (
    select(CredentialUse.credential_id, Organization.name)
    .join(Organization, Organization.id == CredentialUse.organization_id)
    .join(Credential, Credential.id == CredentialUse.credential_id)
    .where(Credential.user_id == bindparam("user_id"), CredentialUse.cut_off_at.is_not(None))
    .order_by(func.lower(Organization.name), Organization.id)
)
_OLD_SECRETS = (
    select(OldSecret.credential_id, OldSecret.prefix, old_secrets.ends_at, OldSecret.last_used_at)
    .join(Credential, Credential.id == OldSecret.credential_id)
    .where(
        and_(Credential.user_id == bindparam("user_id"), old_secrets.ends_at > bindparam("now")),
        Credential.revoked_at.is_(None),
    )
    .order_by(old_secrets.ends_at)
)


def of_actor(actor: Actor) -> Sequence[AnyRow]:
    """List the actor's keys that are not revoked, oldest first.

    A key that is limited to an organization lists only the keys limited to that organization.
    """
    return _rows(actor, ended=False)


def for_page(actor: Actor) -> list[Key]:
    """List the actor's keys for their page, including recently revoked ones."""
    user, now = {"user_id": actor.user_id}, clock.now()
    policies = db.execute(_POLICIES, user).all()
    blocked: dict[str, list[str]] = defaultdict(list)
    for credential_id, name in db.execute(_BLOCKED, user):
        blocked[credential_id].append(name)
    old: dict[str, list[Old]] = defaultdict(list)
    for credential_id, prefix, expires_at, last_used_at in db.execute(_OLD_SECRETS, {**user, "now": now}):
        old[credential_id].append(Old(prefix, expires_at, last_used_at))
    return [_key(row, policies, blocked[row.id], old[row.id]) for row in _rows(actor, ended=True)]


def rules(actor: Actor) -> dict[str, KeyRules]:
    """Return the key policy of each of the actor's organizations; missing ones have the default policy."""
    policies = db.execute(_POLICIES, {"user_id": actor.user_id})
    by_organization = {policy.id: KeyRules(policy.max_days, policy.expiry_required) for policy in policies}
    return defaultdict(KeyRules, by_organization)


def _rows(actor: Actor, *, ended: bool) -> Sequence[AnyRow]:
    values = {
        "user_id": actor.user_id,
        "limit_id": actor.organization_id,
        "since": key_status.shown_since(ended=ended),
    }
    return db.execute(_OWN, values).all()


def _key(row: AnyRow, policies: Sequence[Any], blocked_by: list[str], old: list[Old]) -> Key:
    limited_by = [
        policy.name
        for policy in policies
        if row.organization_id in {None, policy.id}
        and not KeyRules(policy.max_days, policy.expiry_required).accepts(row.issued_at, row.expires_at)
    ]
    state = key_status.state_of(revoked_at=row.revoked_at, expires_at=row.expires_at, accepted=not limited_by)
    return views.of_row(
        Key, row, role=Role(row.role), state=state, limited_by=limited_by, blocked_by=blocked_by, old=old
    )
