"""Second factors of an account: list, add, rename and remove them, for all kinds alike."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import Conflict, NotFound
from app.base.events import Event
from app.models import Factor, FactorKind, Membership, Organization, RecoveryCode
from app.services.core import audit, changes, credentials, last_super_admin, locks, two_factor_status
from app.services.core.actors import Actor
from app.services.login import passkey_hosts
from app.services.mail import outbox
from app.storage.database import config, db

MOST = 20
BY_KEY = "Second factors can only be managed in the portal"
_USELESS_LEFT = (
    "Your passkeys were made for another host and don't work here. Remove them first, or add another factor."
)


def list_own(actor: Actor) -> Sequence[Factor]:
    """List the actor's second factors, oldest first."""
    own = select(Factor).where(Factor.user_id == actor.user_id)
    return db.scalars(own.order_by(Factor.created_at, Factor.id)).all()


def get_own(actor: Actor, identifier: str) -> Factor:
    """Return one of the actor's second factors. Raises `NotFound` if they have no such factor."""
    factor = db.get(Factor, identifier) if identifier else None
    if factor is None or factor.user_id != actor.user_id:
        raise NotFound(Code.FACTOR_NOT_FOUND)
    return factor


def is_last_usable(actor: Actor, factor: Factor) -> bool:
    """Return whether a factor is the actor's only one that works at this host."""
    own = select(Factor.id).where(Factor.user_id == actor.user_id, passkey_hosts.works_here())
    return list(db.scalars(own)) == [factor.id]


def has_any(user_id: str) -> bool:
    """Return whether an account has a second factor."""
    return bool(db.scalar(select(two_factor_status.has_second_factor(user_id))))


def kinds(user_id: str) -> list[str]:
    """List the kinds of factor that an account can use at this host."""
    own = select(Factor.kind).where(Factor.user_id == user_id, passkey_hosts.works_here())
    return sorted(db.scalars(own.distinct()))


def new(actor: Actor, kind: FactorKind, *, name: str) -> Factor:
    """Return a new factor for its kind to fill in, record it and notify its owner.

    The caller locks the account. Raises `Conflict` if the account has too many factors.
    """
    if _number(actor.user_id) >= MOST:
        raise Conflict(Code.FACTOR_LIMIT, message="Remove one that you no longer use.")

    factor = Factor(
        id=identifiers.new("factor"), user_id=actor.user_id, kind=kind, name=name, created_at=clock.now()
    )
    audit.record(Event.FACTOR_ADDED, actor, factor.id, after={"kind": kind, "name": name})
    outbox.queue("factor_added", actor.email, factor=factor.label)
    return factor


def rename(actor: Actor, identifier: str, *, name: str) -> Factor:
    """Rename one of the actor's second factors. Raises `NotFound` if they have no such factor."""
    credentials.lock_holder(actor)
    factor = get_own(actor, identifier)
    before, after = changes.apply(factor, {"name": name})
    if after:
        audit.record(Event.FACTOR_RENAMED, actor, factor.id, before=before, after=after)
    return factor


def remove(actor: Actor, identifier: str) -> Factor:
    """Remove one of the actor's second factors, and the recovery codes with the last one.

    Raises `NotFound` if they have no such factor. Raises `Conflict` for the last factor that works at this
    host if an organization requires one, or if only passkeys of other hosts would be left.
    """
    locks.account_and_organizations(actor.user_id)
    credentials.check_alive(actor)
    factor = get_own(actor, identifier)
    last = _number(actor.user_id) == 1
    if last or is_last_usable(actor, factor):
        last_super_admin.check_not_last_anywhere(
            actor.user_id, factor_only=True, advice=last_super_admin.FACTOR_ADVICE
        )
        _check_not_required(actor)
    if last:
        db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == actor.user_id))
    elif is_last_usable(actor, factor):
        raise Conflict(Code.LAST_USABLE_FACTOR, message=_USELESS_LEFT)

    audit.record(Event.FACTOR_REMOVED, actor, factor.id, before={"kind": factor.kind, "name": factor.name})
    outbox.queue("factor_removed", actor.email, factor=factor.label, last="yes" if last else "")
    db.delete(factor)
    db.flush()
    return factor


def clear(user_id: str) -> list[str]:
    """Remove all second factors and recovery codes of an account; return the labels of the factors."""
    names = [factor.label for factor in db.scalars(select(Factor).where(Factor.user_id == user_id))]
    db.execute(delete(Factor).where(Factor.user_id == user_id))
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    return names


def purpose(user_id: str) -> str:
    """Return the purpose that the secret of a user's authenticator app is sealed with."""
    return f"totp:{user_id}"


def instance_key() -> str:
    """Return the key that secrets are sealed with."""
    return config().secret_key


def _check_not_required(actor: Actor) -> None:
    requiring = (
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.pending.is_(False),
            Organization.second_factor_from.is_not(None),
        )
        .order_by(Organization.name)
    )
    names = list(db.scalars(requiring))
    if names:
        raise Conflict(
            Code.FACTOR_NEEDED,
            message=f"{', '.join(names)}: add another factor first, or leave.",
        )


def _number(user_id: str) -> int:
    return db.scalar(select(func.count()).where(Factor.user_id == user_id)) or 0
