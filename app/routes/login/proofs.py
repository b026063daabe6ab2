"""The proof where a session alone is not enough: the password, or a code of a second factor, given again."""

from app.base.errors import NotPermitted
from app.models import FactorKind
from app.routes.accounts import account
from app.services.accounts import profile
from app.services.core import credentials
from app.services.core.actors import Actor
from app.services.login import lockouts, pending_logins, recovery_codes, second_factors
from app.web import unit_of_work
from app.web.forms.forms import Operation, SecretField, TextField
from app.web.guard import rate_limits
from app.web.request.negotiation import Dialect, dialect

_FOR_PROGRAMS = "Send the password of the account, or a code of its second factor."


class Proven(Operation):
    """The password, or a code of the authenticator app or a recovery code."""

    password = SecretField.optional("Your password")
    code = TextField.optional("Code")


def check(actor: Actor, form: Proven) -> Actor:
    """Return the actor with the proof, or raise `NotPermitted`.

    The form has to have the actor's password or a code; wrong ones are counted.
    """
    if form.password.value:
        return account.check_password(actor, form.password.value)
    if form.code.value:
        _check_code(actor, form.code.value)
        return actor
    message = _FOR_PROGRAMS if dialect() is Dialect.JSON else None  # a page says it at the field
    error = profile.PASSWORD_REQUIRED
    raise NotPermitted(error, message=message, field="password", code="password_or_code_required")


def codes(actor: Actor) -> str:
    """Return a sentence that says where the actor finds a code to give instead of the password, or ""."""
    if FactorKind.TOTP in second_factors.kinds(actor.user_id):
        return "From your authenticator app, or a recovery code."
    return "One of your recovery codes." if recovery_codes.count_left(actor.user_id) else ""


def _check_code(actor: Actor, code: str) -> None:
    rate_limits.check_tighter("log_in_account", actor.email_key)
    guess = lockouts.for_own_password(actor.address)
    with unit_of_work.writing():
        lockouts.count(guess)
    with unit_of_work.writing():
        credentials.lock_holder(actor)
        met = pending_logins.factor_met(actor.user_id, code)
        if met:
            lockouts.undo_count(guess)
    if not met:  # said only now: a wrong code stays counted
        raise NotPermitted(
            pending_logins.WRONG_CODE, message="Use the newest code of your app.", field="code"
        )
