"""Re-authentication for sensitive operations, by the password or a code of a second factor."""

from app.base.codes import Code
from app.base.errors import NotPermitted
from app.models import FactorKind
from app.routes.accounts import account
from app.services.core import credentials
from app.services.core.actors import Actor
from app.services.login import lockouts, pending_logins, recovery_codes, second_factors
from app.web import unit_of_work
from app.web.forms.forms import Operation, SecretField, TextField
from app.web.guard import rate_limits
from app.web.request.negotiation import Dialect, dialect

_FOR_PROGRAMS = "Send the password of the account, or a code of its second factor."


class Reauthenticated(Operation):
    """Your password, or a code from your authenticator app or a recovery code."""

    password = SecretField.optional("Your password", "Your password.")
    code = TextField.optional(
        "Code", "A code from your authenticator app, or a recovery code.", example="123456"
    )


def check(actor: Actor, form: Reauthenticated) -> Actor:
    """Return the actor with proof of who they are. Raises `NotPermitted` or `TooManyRequests`.

    The form needs the actor's password or a code; wrong ones are counted.
    """
    if form.password.value:
        return account.check_password(actor, form.password.value)
    if form.code.value:
        _check_code(actor, form.code.value)
        return actor
    message = _FOR_PROGRAMS if dialect() is Dialect.JSON else None  # a page shows the error at the field
    raise NotPermitted(Code.PASSWORD_OR_CODE_REQUIRED, message=message, field="password")


def codes(actor: Actor) -> str:
    """Return a hint where the actor gets a code to use instead of the password, "" if they have none."""
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
        proven = pending_logins.use_code(actor.user_id, code)
        if proven:
            lockouts.undo_count(guess)
    if not proven:  # raised after the commit, so that a wrong code stays counted
        raise NotPermitted(Code.WRONG_CODE, message="Use the newest code of your app.", field="code")
