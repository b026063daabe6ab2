"""Create, rename, renew and revoke API keys. Sessions and the operator may do so, API keys may not."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.base import clock, tokens
from app.base.codes import Code
from app.base.errors import InvalidInput, NotFound, OperatorError
from app.base.events import Event
from app.base.permissions import RULES, Action, Role
from app.models import Credential, CredentialKind, KeyPolicy, Membership, User
from app.services.core import audit, changes, credentials, locks, old_secrets, organization_access, quotas
from app.services.core.actors import Actor, KeyRules, require_session
from app.storage.database import db
from app.text import names

NAME_LENGTH = 32
LONGEST_DAYS = 3650
LONGEST_OVERLAP_HOURS = 168
BY_KEY = RULES[Action.KEYS_MANAGE].refusal


def create(
    owner: Actor | User,
    *,
    name: str,
    role: Role = Role.SUPER_ADMIN,
    organization_id: str | None = None,
    lifetime: timedelta | None = None,
) -> tuple[Credential, str]:
    """Create a key for the actor, or for an account that the operator names; return it and its secret.

    Raises `NotPermitted` for an actor that is a key, `InvalidInput` for a name or lifetime that is not
    allowed, `Conflict` if the key limit is reached, and `OperatorError` if the named account is disabled.
    """
    actor = owner if isinstance(owner, Actor) else None
    require_session(actor, BY_KEY)
    label = names.name(name, field="name", missing="Name is required", longest=NAME_LENGTH)
    _check_lifetime(_rules(owner, organization_id), lifetime)
    if isinstance(owner, Actor):
        credentials.lock_holder(owner)
        quotas.check_keys(owner, organization_id)
    else:
        _lock_enabled(owner)

    credential, secret = credentials.issue(
        owner.id,
        CredentialKind.KEY,
        name=label,
        role=role,
        organization_id=organization_id,
        lifetime=lifetime,
    )
    audit.record(
        Event.KEY_CREATED,
        actor,
        credential.id,
        organization_id=organization_id,
        after={"owner": owner.email, "name": label, "role": role, **_expiry(credential)},
    )
    return credential, secret


def rename(actor: Actor, identifier: str, name: str) -> Credential:
    """Rename one of the actor's keys. Raises `NotFound` if they have no such key."""
    credential = get(actor, identifier)
    before, after = changes.apply(credential, {"name": name})
    if after:
        _record(Event.KEY_RENAMED, actor, credential, before=before, after=after)
    return credential


def renew(
    actor: Actor, identifier: str, *, overlap: timedelta = timedelta(0), lifetime: timedelta | None = None
) -> tuple[Credential, str]:
    """Replace the secret of one of the actor's keys, and its lifetime if one is given.

    The old secret works during the overlap, but no longer than it would have, and no longer than the key.
    Raises `NotFound` if the actor has no such key, `InvalidInput` if an expired key gets no new lifetime.
    """
    credential = get(actor, identifier)
    now = clock.now()
    if lifetime:
        _check_lifetime(_rules(actor, credential.organization_id), lifetime)
    elif credential.expires_at and credential.expires_at <= now:
        raise InvalidInput(
            Code.FIELD_REQUIRED,
            "expires_in_days is required",
            message="The key has expired.",
            field="expires_in_days",
        )

    before = _expiry(credential)
    expires_at = now + lifetime if lifetime else credential.expires_at
    old_secrets.replace(credential, now, overlap, expires_at)
    secret = tokens.new()
    credential.prefix, credential.digest = tokens.prefix(secret), tokens.digest(secret)
    credential.renewed_at = now
    credential.expires_at = expires_at
    overlap_hours = int(overlap.total_seconds() // 3600)
    after = {**_expiry(credential), "overlap_hours": overlap_hours}
    _record(Event.KEY_RENEWED, actor, credential, before=before, after=after)
    return credential, secret


def revoke(actor: Actor | None, identifier: str) -> Credential:
    """Revoke one of the actor's keys or, without an actor, any key. Raises `NotFound` if there is none."""
    credential = get(actor, identifier)
    credentials.revoke(Credential.id == identifier)
    _record(
        Event.KEY_REVOKED, actor, credential, before={"name": credential.name, "prefix": credential.prefix}
    )
    return credential


def get(actor: Actor | None, identifier: str) -> Credential:
    """Lock and return an unrevoked key, of the actor if there is one. Raises `NotFound` without one."""
    require_session(actor, BY_KEY)
    locks.organization_of_key(identifier)
    if actor:
        credentials.lock_holder(actor)
    statement = select(Credential).where(
        Credential.id == identifier,
        Credential.kind == CredentialKind.KEY,
        Credential.revoked_at.is_(None),
    )
    if actor:
        statement = statement.where(Credential.user_id == actor.user_id)
    credential = db.scalar(statement.with_for_update())
    if credential is None:
        raise NotFound(Code.KEY_NOT_FOUND)
    return credential


def list_working() -> list[tuple[Credential, User]]:
    """List the keys that work, with their owners, oldest first."""
    live = (
        select(Credential, User)
        .join(User, User.id == Credential.user_id)
        .where(Credential.kind == CredentialKind.KEY, credentials.alive())
        .order_by(Credential.created_at, Credential.id)
    )
    return [(credential, user) for credential, user in db.execute(live)]


def _lock_enabled(owner: User) -> None:
    """Lock the account that the operator names. Raises `OperatorError` if it is disabled."""
    email = owner.email
    locks.account(owner.id)
    db.refresh(owner)
    if owner.disabled_at:
        raise OperatorError(f"{email} is disabled", message="Enable the account first.")


def _rules(owner: Actor | User, organization_id: str | None) -> KeyRules:
    """Return the key policy that applies to a new key; raise if its owner is not a member."""
    if organization_id is None:
        return KeyRules()
    if isinstance(owner, Actor):
        access = organization_access.require(owner, organization_id, Action.ORGANIZATION_READ, changing=True)
        return access.key_rules
    locks.organization(organization_id)
    membership = db.get(Membership, (organization_id, owner.id))
    if membership is None or membership.pending:
        raise OperatorError("Organization not found", message=f"{owner.email} is not a member of it.")
    policy = db.get(KeyPolicy, organization_id)
    return KeyRules(policy.max_days, policy.expiry_required) if policy else KeyRules()


def _check_lifetime(rules: KeyRules, lifetime: timedelta | None) -> None:
    now = clock.now()
    if rules.accepts(now, now + lifetime if lifetime else None):
        return
    code, requirement = Code.FIELD_REQUIRED, "is required"
    if lifetime:
        code, requirement = Code.EXPIRY_REFUSED, f"must be at most {rules.max_days}"
    message = f"The organization's key policy requires it. {rules.sentence}"
    raise InvalidInput(code, f"expires_in_days {requirement}", message=message, field="expires_in_days")


def _expiry(credential: Credential) -> dict[str, Any]:
    expires_at = clock.rfc3339(credential.expires_at) if credential.expires_at else None
    return {"prefix": credential.prefix, "expires_at": expires_at}


def _record(
    event: Event,
    actor: Actor | None,
    credential: Credential,
    *,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> None:
    organization_id = credential.organization_id
    audit.record(event, actor, credential.id, organization_id=organization_id, before=before, after=after)
