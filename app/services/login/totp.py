"""Authenticator apps (TOTP): set them up with a first code, and verify codes. Each code works once."""

import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import or_, select, update

from app.base import clock, tokens
from app.base.codes import Code
from app.base.errors import Conflict, InvalidInput
from app.models import Factor, FactorKind
from app.services.core import credentials
from app.services.core.actors import Actor
from app.services.login import second_factors
from app.storage.database import db

ISSUER = "Crewroom"
SET_UP_SECONDS = 3600
STEP_SECONDS = 30
# Accept the previous and the next step too, because clocks may be off by half a minute.
_OFFSETS = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class SetUp:
    """The data to set up an app; `sealed` is the encrypted secret, sent back with the first code."""

    secret: str
    uri: str
    sealed: str


def begin(actor: Actor) -> SetUp:
    """Return a new set-up. Nothing is stored until the first code proves that the app has the secret.

    Raises `Conflict` if the actor has an app already.
    """
    _check_none_yet(actor)
    secret = pyotp.random_base32()
    purpose = f"set-up:{actor.user_id}"
    return _set_up(actor, secret, tokens.seal(second_factors.instance_key(), purpose, secret, at=_seconds()))


def resume(actor: Actor, sealed: str) -> SetUp:
    """Return a set-up that was started before. Raises `InvalidInput` if it is too old or another actor's."""
    purpose = f"set-up:{actor.user_id}"
    secret = tokens.unseal(
        second_factors.instance_key(), purpose, sealed, at=_seconds(), lifetime=SET_UP_SECONDS
    )
    if secret is None:
        raise InvalidInput(Code.SETUP_EXPIRED, message="Start again and scan the new code.")
    return _set_up(actor, secret, sealed)


def confirm(actor: Actor, sealed: str, code: str) -> Factor:
    """Add the app if its first code is right; that code can't be used again.

    Raises `InvalidInput` if the code is wrong or the set-up expired, `Conflict` if there is an app already.
    """
    credentials.lock_holder(actor)
    _check_none_yet(actor)
    secret = resume(actor, sealed).secret
    step = _step(secret, code)
    if step is None:
        raise InvalidInput(
            Code.WRONG_CODE, message="Use the newest code, and check your phone's clock.", field="code"
        )

    factor = second_factors.new(actor, FactorKind.TOTP, name="Authenticator app")
    purpose = second_factors.purpose(actor.user_id)
    factor.sealed = tokens.seal(second_factors.instance_key(), purpose, secret, at=_seconds())
    factor.last_step = step
    db.add(factor)
    db.flush()
    return factor


def use_code(user_id: str, code: str) -> bool:
    """Use up a code, and every older one. Return whether it was valid."""
    app = select(Factor).where(Factor.user_id == user_id, Factor.kind == FactorKind.TOTP)
    factor = db.scalar(app)
    secret = factor and tokens.unseal(
        second_factors.instance_key(), second_factors.purpose(user_id), factor.sealed or "", at=_seconds()
    )
    step = _step(secret, code) if secret else None
    if factor is None or step is None:
        return False

    unused = or_(Factor.last_step.is_(None), Factor.last_step < step)
    statement = update(Factor).where(Factor.id == factor.id, unused)
    result = db.execute(statement.values(last_step=step, last_used_at=clock.now()))
    return bool(getattr(result, "rowcount", 0))


def _step(secret: str, code: str) -> int | None:
    """Return the time step that a code belongs to, or None for a wrong code."""
    digits = "".join(code.split())
    if not digits.isascii():
        return None
    now = _seconds() // STEP_SECONDS
    app = pyotp.TOTP(secret)
    matching = [
        now + offset for offset in _OFFSETS if hmac.compare_digest(app.generate_otp(now + offset), digits)
    ]
    return matching[0] if matching else None


def _set_up(actor: Actor, secret: str, sealed: str) -> SetUp:
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.email, issuer_name=ISSUER)
    return SetUp(secret, uri, sealed)


def _check_none_yet(actor: Actor) -> None:
    if any(factor.kind == FactorKind.TOTP for factor in second_factors.list_own(actor)):
        raise Conflict(Code.TOTP_EXISTS, message="Remove it first to set up another.")


def _seconds() -> int:
    return int(clock.now().timestamp())
