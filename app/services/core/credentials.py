"""Credentials: issue, find and revoke them, and turn a secret into an actor."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update

from app.base import clock, identifiers, tokens
from app.base.codes import Code
from app.base.errors import NotAuthenticated, NotPermitted
from app.base.permissions import Role
from app.models import Credential, CredentialKind, Membership, OldSecret, Organization, User
from app.services.core import locks, membership_context, old_secrets, rejected_keys, views
from app.services.core.actors import Actor, PasswordProof
from app.storage.database import AnyRow, db, fetch

_ID_PREFIXES = {CredentialKind.CONFIRMATION: "confirm", CredentialKind.CHALLENGE: "login"}

_CREDENTIAL = (
    Credential.id,
    Credential.kind,
    Credential.role,
    Credential.organization_id,
    Credential.user_id,
    User.email,
    User.email_key,
    User.name,
    User.image_url,
    User.confirmed_at,
)
_LIVE = and_(Credential.revoked_at.is_(None), User.disabled_at.is_(None))


def _acting(*secret: Any) -> Select[Any]:
    """Build the statement that selects a credential, its user and their membership of one organization."""
    membership = and_(
        Membership.user_id == Credential.user_id,
        Membership.organization_id == bindparam("organization_id"),
        Membership.pending.is_(False),
    )
    statement = (
        membership_context.selected(*_CREDENTIAL, *secret)
        .join(User, User.id == Credential.user_id)
        .outerjoin(Membership, membership)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Credential.kind == bindparam("kind"), _LIVE)
    )
    return membership_context.with_terms(statement, Credential.id)


_BY_DIGEST = _acting(
    func.coalesce(Credential.renewed_at, Credential.created_at).label("issued_at"),
    Credential.expires_at,
    Credential.last_used_at,
).where(Credential.digest == bindparam("digest"))
_BY_OLD_DIGEST = (
    _acting(OldSecret.issued_at, old_secrets.ends_at.label("expires_at"), OldSecret.last_used_at)
    .join(OldSecret, OldSecret.credential_id == Credential.id)
    .where(OldSecret.digest == bindparam("digest"))
)


_UNEXPIRED = or_(Credential.expires_at.is_(None), Credential.expires_at > bindparam("now"))
_WORKS = or_(Credential.digest == bindparam("digest"), old_secrets.STILL_WORKS)
_OWNED = select(Credential.id).join(User, User.id == Credential.user_id)
_STILL_VALID = _OWNED.where(Credential.id == bindparam("credential_id"), _LIVE, _UNEXPIRED, _WORKS)


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
    """Add a credential; return it with its secret, of which only a digest is stored."""
    secret = secret or tokens.new()
    created_at = clock.now()
    credential = Credential(
        id=identifiers.new(_ID_PREFIXES.get(kind, str(kind))),
        kind=kind,
        user_id=user_id,
        organization_id=organization_id,
        name=name,
        prefix=tokens.prefix(secret),
        digest=tokens.digest(secret),
        role=role,
        created_at=created_at,
        expires_at=created_at + lifetime if lifetime else None,
        failures=0,
    )
    db.add(credential)
    return credential, secret


def actor_for(secret: str, kind: CredentialKind, organization_id: str | None = None) -> Actor:
    """Return the actor that a secret authenticates, with their membership of the organization if given.

    Raises `NotAuthenticated` if the secret is unknown, revoked or expired, or its account is disabled.
    """
    if not tokens.well_formed(secret):
        raise NotAuthenticated
    digest = tokens.digest(secret)
    values = {"digest": digest, "kind": kind, "organization_id": organization_id}
    row = fetch(_BY_DIGEST, values).first()
    replaced = row is None and kind is CredentialKind.KEY
    if replaced:
        row = fetch(_BY_OLD_DIGEST, values).first()
    if row is None or _expired(row.expires_at):
        raise NotAuthenticated(
            message=rejected_keys.rejection_reason(secret) if kind is CredentialKind.KEY else None
        )

    return _actor(row, digest, replaced=replaced)


def find(secret: str, kind: CredentialKind) -> Credential | None:
    """Return the credential of a mailed link or pending login, or None if it has ended."""
    by_digest = select(Credential).where(Credential.digest == tokens.digest(secret), Credential.kind == kind)
    credential = db.scalar(by_digest.join(User, User.id == Credential.user_id).where(_LIVE))
    return None if credential is None or _expired(credential.expires_at) else credential


def revoke(*conditions: ColumnElement[bool]) -> int:
    """Revoke the credentials that meet the conditions and aren't revoked yet; return how many."""
    result = db.execute(
        update(Credential).where(*conditions, Credential.revoked_at.is_(None)).values(revoked_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


def lock_holder(actor: Actor) -> None:
    """Lock the actor's account until the transaction ends. Organizations must be locked before it.

    For changes of an account by an actor who was looked up before the lock was taken.
    Raises `NotAuthenticated` if the actor's credential has ended since.
    """
    locks.account(actor.user_id)
    check_alive(actor)


def check_alive(actor: Actor) -> None:
    """Check that the actor's credential and password proof are still valid.

    The caller has locked the account or its organization. Raises `NotAuthenticated` if the credential, or the
    secret that was sent, has ended since, and `NotPermitted` if the password that was given was replaced.
    """
    values = {"credential_id": actor.credential_id, "digest": actor.digest, "now": clock.now()}
    if fetch(_STILL_VALID, values).first() is None:
        raise NotAuthenticated
    if actor.proof:
        check_proof(actor.proof)


def check_holder(holder: Actor | PasswordProof) -> None:
    """Check the session, or the password proof, that shows who owns an account.

    Raises `NotAuthenticated` if the session has ended since, `NotPermitted` if the password was replaced.
    """
    if isinstance(holder, Actor):
        check_alive(holder)
    else:
        check_proof(holder)


def check_proof(proof: PasswordProof) -> None:
    """Raise `NotPermitted` if the password was replaced since it was verified; no hash is computed."""
    if db.scalar(select(User.password_hash).where(User.id == proof.user_id)) != proof.stored:
        raise NotPermitted(Code.WRONG_PASSWORD, message=proof.message, field=proof.field)


def alive() -> ColumnElement[bool]:
    """Return the SQL condition that a credential is neither revoked nor expired."""
    unexpired = or_(Credential.expires_at.is_(None), Credential.expires_at > clock.now())
    return and_(Credential.revoked_at.is_(None), unexpired)


def _expired(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= clock.now()


def _actor(row: AnyRow, digest: str, *, replaced: bool) -> Actor:
    return views.of_row(
        Actor,
        row,
        confirmed=row.confirmed_at is not None,
        credential_id=row.id,
        kind=CredentialKind(row.kind),
        ceiling=Role(row.role),
        membership=membership_context.read(row),
        digest=digest,
        replaced=replaced,
        proof=None,
    )
