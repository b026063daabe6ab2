"""Quotas of a person, an organization and the portal. Each is a setting; 0 means no limit.

A quota is checked in the transaction of the change, under a lock, so that concurrent changes can't exceed it.
"""

from typing import Any

from sqlalchemy import Select, func, select

from app.base.codes import Code
from app.base.errors import Conflict
from app.models import App, Bundle, Credential, CredentialKind, Membership, Organization
from app.services.core import locks
from app.services.core.actors import Actor, OrganizationView
from app.storage.database import config, db
from app.text import humanize

_ASK = "or ask the operator of this portal to raise the limit"
_MB = 1024 * 1024


def check_organizations(actor: Actor) -> None:
    """Raise `Conflict` if the actor has reached the organization limit. The caller locks their account."""
    created = _count(Organization.id, Organization.created_by == actor.user_id)
    most = config().max_organizations_per_user
    _check(Code.ORGANIZATION_LIMIT, created, most, "organizations", "Delete one you no longer need")


def check_keys(actor: Actor, organization_id: str | None) -> None:
    """Raise `Conflict` if the actor, or the organization a new key is limited to, has too many keys."""
    unrevoked = (Credential.kind == CredentialKind.KEY, Credential.revoked_at.is_(None))
    own = _count(Credential.id, Credential.user_id == actor.user_id, *unrevoked)
    _check(Code.KEY_LIMIT, own, config().max_keys_per_user, "API keys", "Revoke one you no longer need")
    if organization_id:
        limited = _count(Credential.id, Credential.organization_id == organization_id, *unrevoked)
        most = config().max_keys_per_organization
        what = "API keys limited to this organization"
        _check(Code.KEY_LIMIT, limited, most, what, "Revoke one that is no longer needed")


def check_apps(organization: OrganizationView) -> None:
    """Raise `Conflict` if the organization has reached the app limit."""
    apps = _count(App.id, App.organization_id == organization.id)
    _check(
        Code.APP_LIMIT,
        apps,
        config().max_apps_per_organization,
        "apps",
        "Delete one that is no longer needed",
    )


def check_invitations(organization: OrganizationView) -> None:
    """Raise `Conflict` if the organization has reached the limit of pending invitations."""
    pending = _count(Membership.user_id, Membership.organization_id == organization.id, Membership.pending)
    most = config().max_invitations_per_organization
    _check(Code.INVITATION_LIMIT, pending, most, "pending invitations", "Cancel one that is no longer needed")


def check_storage(organization: OrganizationView, added: int, *, final: bool) -> None:
    """Raise `Conflict` if that many more bytes would exceed the storage of the organization or the portal.

    Before the upload this is an estimate; with `final`, the portal's storage is locked until the commit.
    """
    own = select(func.coalesce(func.sum(Bundle.size), 0)).join(App, App.id == Bundle.app_id)
    own = own.where(App.organization_id == organization.id)
    _check_bytes(own, added, config().max_storage_mb_per_organization, organization.name)
    if config().max_storage_mb:
        if final:
            locks.storage()
        files = select(Bundle.checksum, Bundle.size).distinct().subquery()
        everything = select(func.coalesce(func.sum(files.c.size), 0))
        _check_bytes(everything, added, config().max_storage_mb, "This portal")


def _count(column: Any, *conditions: Any) -> int:
    return db.scalar(select(func.count(column)).where(*conditions)) or 0


def _check(code: Code, used: int, most: int, what: str, remedy: str) -> None:
    if most and used >= most:
        raise Conflict(code, message=f"{used} of {most} {what} are in use. {remedy}, {_ASK}.")


def _check_bytes(statement: Select[Any], added: int, most_mb: int, whose: str) -> None:
    if not most_mb:
        return
    used = int(db.scalar(statement) or 0)
    if used + added > most_mb * _MB:
        raise Conflict(
            Code.STORAGE_LIMIT,
            message=f"{whose} uses {humanize.size(used)} of {humanize.size(most_mb * _MB)}. "
            f"Delete bundles that are no longer needed, {_ASK}.",
            field="file",
        )
