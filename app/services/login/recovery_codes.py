"""Recovery codes, made ten at a time. Each is shown once and works once."""

from sqlalchemy import delete, func, select, update

from app.base import clock, identifiers, tokens
from app.base.codes import Code
from app.base.errors import Conflict
from app.base.events import Event
from app.models import RecoveryCode, User
from app.services.core import audit, credentials
from app.services.core.actors import Actor
from app.services.login import second_factors
from app.services.mail import outbox
from app.storage.database import db

NUMBER = 10
FACTOR = "recovery_code"


def generate(actor: Actor) -> list[str]:
    """Return new recovery codes, which replace the old ones. Only their digests are stored.

    Raises `Conflict` if the actor has no second factor.
    """
    credentials.lock_holder(actor)
    if not second_factors.has_any(actor.user_id):
        raise Conflict(Code.NO_FACTOR)

    codes = [tokens.new_readable() for _ in range(NUMBER)]
    db.execute(delete(RecoveryCode).where(RecoveryCode.user_id == actor.user_id))
    for code in codes:
        db.add(
            RecoveryCode(
                id=identifiers.new("code"),
                user_id=actor.user_id,
                digest=_digest(actor.user_id, code),
                created_at=clock.now(),
            )
        )
    db.flush()
    audit.record(Event.RECOVERY_CODES_MADE, actor, actor.user_id, after={"codes": NUMBER})
    outbox.queue("recovery_codes_made", actor.email)
    return codes


def generate_first(actor: Actor) -> list[str]:
    """Return new recovery codes for an actor who has none left, else an empty list."""
    return [] if count_left(actor.user_id) else generate(actor)


def count_left(user_id: str) -> int:
    """Count the unused recovery codes of an account."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.scalar(unused) or 0


def use(user_id: str, code: str) -> bool:
    """Use up a recovery code and notify its owner. Return whether it was valid."""
    digest = _digest(user_id, tokens.normalized(code))
    matching = update(RecoveryCode).where(RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None))
    result = db.execute(matching.values(used_at=clock.now()))
    if not getattr(result, "rowcount", 0):
        return False

    remaining = count_left(user_id)
    audit.record(Event.RECOVERY_CODE_USED, None, user_id, after={"left": remaining}, by=user_id)
    outbox.queue("recovery_code_used", db.get_one(User, user_id).email, left=str(remaining))
    return True


def _digest(user_id: str, code: str) -> str:
    return tokens.digest(f"{user_id}:{code}")
