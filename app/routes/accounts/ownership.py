"""Check that the caller of a mailed link owns its account, by a session or the password."""

from app.base.codes import Code
from app.base.errors import NotPermitted
from app.models import User
from app.services.accounts import profile
from app.services.core.actors import Actor, PasswordProof
from app.services.login import lockouts
from app.text.email_addresses import Address
from app.web import unit_of_work
from app.web.forms.forms import Field
from app.web.guard import password_attempts


def owner(actor: Actor | None, user: User) -> Actor | None:
    """Return the actor if they are signed in to the account, else None."""
    return actor if actor and actor.by_session and actor.user_id == user.id else None


def check(
    actor: Actor | None, user: User, password: Field[str | None], *, otherwise: str
) -> Actor | PasswordProof:
    """Return the actor if they are signed in to the account, else proof of its password.

    Raises `NotPermitted` without either; `otherwise` tells the person what else they can do.
    """
    holder = owner(actor, user)
    if holder:
        return holder
    if not password.value:
        message = f"Sign in to this account, or give its password. {otherwise}"
        raise NotPermitted(Code.PASSWORD_REQUIRED, message=message, field=password.name)

    guess = password_attempts.count(Address(user.email, user.email_key))
    proof = profile.prove_password(user, password.value, field=password.name, message=otherwise)
    with unit_of_work.writing():
        lockouts.undo_count(guess)
    return proof
