"""Whether the caller of a mailed link holds the account it is about: by its session, or by its password."""

from app.base.errors import NotPermitted
from app.models import User
from app.services.accounts import profile
from app.services.core.actors import Actor, PasswordProof
from app.services.login import lockouts
from app.text.email_addresses import Address
from app.web import unit_of_work
from app.web.forms.forms import Field
from app.web.guard import wrong_guesses


def held_by(visitor: Actor | None, user: User) -> Actor | None:
    """Return the visitor if a session of the account asks, else None."""
    return visitor if visitor and visitor.in_portal and visitor.user_id == user.id else None


def check(
    visitor: Actor | None, user: User, password: Field[str | None], *, otherwise: str
) -> Actor | PasswordProof:
    """Return the visitor whose session shows that the account is theirs, or the proof of its password.

    Raises `NotPermitted` if neither does; `otherwise` is what to do without them.
    """
    holder = held_by(visitor, user)
    if holder:
        return holder
    if not password.value:
        message = f"Sign in to this account, or give its password. {otherwise}"
        raise NotPermitted(
            profile.PASSWORD_REQUIRED, message=message, field=password.name, code="password_required"
        )

    guess = wrong_guesses.counted(Address(user.email, user.email_key))
    proof = profile.prove_password(user, password.value, field=password.name, message=otherwise)
    with unit_of_work.writing():
        lockouts.undo_count(guess)
    return proof
