"""The forms about the actor's API keys, each as a page and as a dialog."""

from app.base.permissions import Role
from app.routes.keys.forms import KeyChange, KeyCreate, KeyReference
from app.routes.keys.keys import change_screen, new_screen, routes
from app.services.core.actors import Actor
from app.services.keys import keys
from app.web.forms.forms import Nothing
from app.web.guard.access import signed_in
from app.web.response import replies, screens
from app.web.response.replies import Shown

# Safe defaults: the lowest role, and an expiry.
_DEFAULTS = {"role": Role.READ, "expires_in_days": "90"}


@routes.get("/apikey/new/")
@signed_in(Nothing, by_key=keys.BY_KEY)
def new_form(actor: Actor, form: Nothing) -> Shown:
    """Show the form for creating a key."""
    return replies.page(lambda: new_screen(KeyCreate(data=_DEFAULTS)))


@routes.get("/apikey/rename/")
@signed_in(KeyReference)
def rename_form(actor: Actor, form: KeyReference) -> Shown:
    """Show the form for renaming a key."""
    return _form(actor, form, regenerate=False)


@routes.get("/apikey/renew/")
@signed_in(KeyReference)
def renew_form(actor: Actor, form: KeyReference) -> Shown:
    """Show the form for giving a key a new secret."""
    return _form(actor, form, regenerate=True)


@routes.get("/apikey/revoke/")
@signed_in(KeyReference)
def revoke_form(actor: Actor, form: KeyReference) -> Shown:
    """Ask for confirmation before a key is revoked."""
    key = keys.get(actor, form.id.value)
    return replies.page(
        lambda: screens.form(
            "keys/_revoke_form.html",
            "revoke-key-form",
            title=f"Revoke {key.name}",
            section="account",
            key=key,
        )
    )


def _form(actor: Actor, form: KeyReference, *, regenerate: bool) -> Shown:
    key = keys.get(actor, form.id.value)
    blank = KeyChange(data={"name": key.name})
    blank.id.value, blank.regenerate.value = key.id, regenerate
    return replies.page(lambda: change_screen(blank))
