"""Credentials: issue, find, use, revoke. The one way from a secret to an actor."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from app import clock, identifiers, secrets
from app.database import AnyRow, session
from app.errors import NotAuthenticated
from app.models import Credential, CredentialKind, Membership, Organization, User
from app.permissions import Role
from app.services import obligations
from app.services.actors import Actor, OrganizationView, Standing

LAST_USE_STEP = timedelta(minutes=1)
_ID_PREFIXES = {CredentialKind.KEY: "key", CredentialKind.SESSION: "session"}

_ORGANIZATION = (
    Organization.id.label("org_id"),
    Organization.created_by,
    Organization.created_at.label("org_created_at"),
    Organization.updated_at,
    Organization.logo,
    Organization.name.label("org_name"),
    Organization.management_email,
    Organization.customer_id,
)
_MEMBERSHIP = (
    Membership.role.label("member_role"),
    Membership.last_active_at,
    obligations.FACTOR_DUE.label("factor_due"),
)
_CREDENTIAL = (
    Credential.id,
    Credential.kind,
    Credential.role,
    Credential.organization_id,
    Credential.expires_at,
    Credential.last_used_at,
    Credential.user_id,
    User.email,
    User.email_key,
    User.name,
    User.image_url,
    User.confirmed_at,
)
_LIVE = and_(Credential.revoked_at.is_(None), User.disabled_at.is_(None))

# One statement for who is asking and what they are in the organization they ask about.
_BY_DIGEST = (
    select(*_CREDENTIAL, *_MEMBERSHIP, *_ORGANIZATION)
    .join(User, User.id == Credential.user_id)
    .outerjoin(
        Membership,
        and_(
            Membership.user_id == Credential.user_id,
            Membership.organization_id == bindparam("organization_id"),
            Membership.pending.is_(False),
        ),
    )
    .outerjoin(Organization, Organization.id == Membership.organization_id)
    .where(Credential.digest == bindparam("digest"), Credential.kind == bindparam("kind"), _LIVE)
)


def issue(
    user_id: str,
    kind: CredentialKind,
    *,
    name: str = "",
    role: Role = Role.SUPER_ADMIN,
    organization_id: str | None = None,
    lifetime: timedelta | None = None,
    secret: str | None = None,
) -> tuple[Credential, str]:
    """Add a credential; return it with its secret, which is seen only now."""
    secret = secret or secrets.new()
    created_at = clock.now()
    credential = Credential(
        id=identifiers.new(_ID_PREFIXES.get(kind, kind)),
        kind=kind,
        user_id=user_id,
        organization_id=organization_id,
        name=name,
        prefix=secrets.prefix(secret),
        digest=secrets.digest(secret),
        role=role,
        created_at=created_at,
        expires_at=created_at + lifetime if lifetime else None,
        failures=0,
    )
    session.add(credential)
    return credential, secret


def actor_for(secret: str, kind: CredentialKind, organization_id: str | None = None) -> Actor:
    """Return whom a secret stands for, with their standing in an organization, or raise `Invalid API key`."""
    if not secrets.well_formed(secret):
        raise NotAuthenticated
    found = session.execute(
        _BY_DIGEST, {"digest": secrets.digest(secret), "kind": kind, "organization_id": organization_id}
    ).first()
    if found is None or _expired(found.expires_at):
        raise NotAuthenticated

    return _actor(found)


def find(secret: str, kind: CredentialKind) -> Credential | None:
    """Return the live credential of a mailed link, or None."""
    by_digest = select(Credential).where(Credential.digest == secrets.digest(secret), Credential.kind == kind)
    credential = session.scalar(by_digest.join(User, User.id == Credential.user_id).where(_LIVE))
    return None if credential is None or _expired(credential.expires_at) else credential


def revoke(*conditions: Any) -> int:
    """Revoke the live credentials that meet the conditions; return how many."""
    result = session.execute(
        update(Credential).where(*conditions, Credential.revoked_at.is_(None)).values(revoked_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


def needs_note(used_at: datetime | None) -> bool:
    """Tell whether a last use is old enough to be noted again."""
    return used_at is None or clock.now() - used_at >= LAST_USE_STEP


def note_use(actor: Actor, organization_id: str | None) -> None:
    """Note that a credential was used now, and for which organization."""
    at = clock.now()
    session.execute(update(Credential).where(Credential.id == actor.credential_id).values(last_used_at=at))
    if organization_id:
        membership = and_(Membership.organization_id == organization_id, Membership.user_id == actor.user_id)
        session.execute(update(Membership).where(membership).values(last_active_at=at))


def alive() -> ColumnElement[bool]:
    """Return the condition of a credential that can still be used."""
    unexpired = or_(Credential.expires_at.is_(None), Credential.expires_at > clock.now())
    return and_(Credential.revoked_at.is_(None), unexpired)


def _expired(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= clock.now()


def _actor(found: AnyRow) -> Actor:
    return Actor(
        user_id=found.user_id,
        email=found.email,
        email_key=found.email_key,
        name=found.name,
        image_url=found.image_url,
        confirmed=found.confirmed_at is not None,
        credential_id=found.id,
        kind=CredentialKind(found.kind),
        ceiling=Role(found.role),
        organization_id=found.organization_id,
        last_used_at=found.last_used_at,
        standing=_standing(found),
    )


def _standing(found: AnyRow) -> Standing | None:
    if found.org_id is None:
        return None
    organization = OrganizationView(
        id=found.org_id,
        created_by=found.created_by,
        created_at=found.org_created_at,
        updated_at=found.updated_at,
        logo=found.logo,
        name=found.org_name,
        management_email=found.management_email,
        customer_id=found.customer_id,
    )
    return Standing(organization, Role(found.member_role), found.last_active_at, found.factor_due)
