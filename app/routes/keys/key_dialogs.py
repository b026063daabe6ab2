"""Pages of their own for the forms about my keys, and dialogs of the page that lists them."""

from app.base.permissions import Role
from app.routes.keys.forms import KeyChange, KeyCreate, KeyOnly
from app.routes.keys.keys import change_screen, new_screen, routes
from app.services.core.actors import Actor
from app.services.keys import keys
from app.web.forms.forms import Nothing
from app.web.guard.access import signed_in
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

# What is chosen until somebody chooses: little, and not for ever.
_PROPOSED = {"role": Role.READ, "expires_in_days": "90"}


@routes.get("/apikey/new/")
@signed_in(Nothing)
def new_form(actor: Actor, form: Nothing) -> Shown:
    """Show the form that creates a key."""
    keys.check_portal(actor)
    return replies.page(
        lambda: new_screen(KeyCreate(data=_PROPOSED)),
    )


@routes.get("/apikey/rename/")
@signed_in(KeyOnly)
def rename_form(actor: Actor, form: KeyOnly) -> Shown:
    """Show the form that renames a key."""
    return _form(actor, form, regenerate=False)


@routes.get("/apikey/renew/")
@signed_in(KeyOnly)
def renew_form(actor: Actor, form: KeyOnly) -> Shown:
    """Show the form that gives a key a new secret."""
    return _form(actor, form, regenerate=True)


@routes.get("/apikey/revoke/")
@signed_in(KeyOnly)
def revoke_form(actor: Actor, form: KeyOnly) -> Shown:
    """Ask once more before a key is revoked."""
    key = keys.get(actor, form.id.value)
    return replies.page(
        lambda: Screen("keys/revoke.html", "keys/_revoke_form.html", "revoke-key-form", {"key": key}),
    )


def _form(actor: Actor, form: KeyOnly, *, regenerate: bool) -> Shown:
    key = keys.get(actor, form.id.value)
    blank = KeyChange(data={"name": key.name})
    blank.id.value, blank.regenerate.value = key.id, regenerate
    return replies.page(lambda: change_screen(blank))
