"""`/apikey/`: list, create, rename, renew and revoke the actor's API keys."""

from datetime import timedelta

from flask import Blueprint, url_for

from app.base.events import Event
from app.base.permissions import Role
from app.models import Credential
from app.routes.keys import api, key_limits
from app.routes.keys.forms import KeyChange, KeyCreate, KeyReference
from app.routes.login import reauthentication
from app.services.core.actors import Actor
from app.services.keys import key_queries, keys, powerful_keys
from app.text import links
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import Nothing
from app.web.guard import authentication
from app.web.guard.access import signed_in
from app.web.response import replies, screens
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("keys", __name__)


@routes.get("/apikey/")
@signed_in(Nothing, api=api.KEYS_INDEX)
def index(actor: Actor, form: Nothing) -> Shown:
    """List your API keys."""
    return replies.shown(
        lambda: {"data": [api.key(row) for row in key_queries.of_actor(actor)]}, lambda: list_screen(actor)
    )


@routes.post("/apikey/")
@signed_in(
    KeyCreate,
    redraw=lambda form: new_screen(form),
    opens_units=True,
    refused_as=Event.KEY_CREATED,
    by_key=keys.BY_KEY,
    api=api.CREATE,
)
def create(actor: Actor, form: KeyCreate) -> Reply:
    """Create an API key; its secret is returned only once."""
    lifetime = _lifetime(form)
    if powerful_keys.needs_proof(form.role.value, expires=lifetime is not None):
        actor = reauthentication.check(actor, form)
    with unit_of_work.writing():
        key, secret = keys.create(
            actor,
            name=form.name.value,
            role=form.role.value,
            organization_id=form.org_id.value or None,
            lifetime=lifetime,
        )
        return _reply_with_secret(actor, key, secret, f"{key.name} is ready.")


@routes.put("/apikey/")
@signed_in(
    KeyChange,
    redraw=lambda form: change_screen(form),
    opens_units=True,
    refused_as=lambda form: Event.KEY_RENEWED if form.regenerate.value else Event.KEY_RENAMED,
    by_key=keys.BY_KEY,
    api=api.CHANGE,
)
def change(actor: Actor, form: KeyChange) -> Reply:
    """Rename an API key, give it a new secret, or both."""
    if form.regenerate.value and _needs_proof(actor, form):
        actor = reauthentication.check(actor, form)
    with unit_of_work.writing():
        return _change(actor, form)


def _needs_proof(actor: Actor, form: KeyChange) -> bool:
    with unit_of_work.reading():
        return powerful_keys.renewal_needs_proof(actor, form.id.value, _lifetime(form))


def _change(actor: Actor, form: KeyChange) -> Reply:
    key = keys.get(actor, form.id.value)
    if form.name.value is not None:
        key = keys.rename(actor, form.id.value, form.name.value)
    if not form.regenerate.value:
        return _reply(actor, Flash("success", f"{key.name} is saved."), data=api.key(key))

    overlap = timedelta(hours=form.overlap_hours.value or 0)
    key, secret = keys.renew(actor, form.id.value, overlap=overlap, lifetime=_lifetime(form))
    return _reply_with_secret(actor, key, secret, f"{key.name} has a new secret.")


@routes.delete("/apikey/")
@routes.delete("/apikey/<id>/")
@signed_in(KeyReference, refused_as=Event.KEY_REVOKED, by_key=keys.BY_KEY, api=api.REVOKE)
def revoke(actor: Actor, form: KeyReference) -> Reply:
    """Revoke an API key, which stops working immediately."""
    key = keys.revoke(actor, form.id.value)

    return _reply(actor, Flash("success", f"{key.name} is revoked.", "It stopped working at once."))


def list_screen(actor: Actor) -> Screen:
    """Return the page of the actor's API keys."""
    return Screen("keys/index.html", "keys/_list.html", "keys", {"keys": key_queries.for_page(actor)})


def new_screen(form: KeyCreate) -> Screen:
    """Return the page with the form for creating a key."""
    actor = authentication.actor()
    return screens.form(
        "keys/_new_form.html",
        "new-key-form",
        title="New API key",
        section="account",
        form=form,
        roles=list(Role),
        choices=key_limits.choices(actor),
        codes=reauthentication.codes(actor),
    )


def change_screen(form: KeyChange) -> Screen:
    """Return the page with the form for renaming or renewing a key."""
    actor = authentication.actor()
    key = keys.get(actor, form.id.value)
    action = "renew" if form.regenerate.value else "rename"
    template = "keys/_renew_form.html" if form.regenerate.value else "keys/_rename_form.html"
    title, codes = f"{action.capitalize()} {key.name}", reauthentication.codes(actor)
    return screens.form(
        template, f"{action}-key-form", title=title, section="account", form=form, key=key, codes=codes
    )


def _lifetime(form: KeyCreate | KeyChange) -> timedelta | None:
    days = form.expires_in_days.value
    return timedelta(days=days) if days else None


def _reply_with_secret(actor: Actor, key: Credential, secret: str, text: str) -> Reply:
    """Return the reply that contains the new secret."""
    address = links.organization(current.settings, key.organization_id)
    command = f'curl -H "authorization: {secret}" "{address}"'
    message = "Copy the secret now: it is not shown again."
    notice = Flash("success", text, message, secret=secret, command=command)
    return _reply(actor, notice, data={**api.key(key), "key": secret})


def _reply(actor: Actor, notice: Flash, **payload: object) -> Reply:
    to = url_for("keys.index")
    return replies.changed({"status": "OK", **payload}, notice, to=to, screen=lambda: list_screen(actor))
