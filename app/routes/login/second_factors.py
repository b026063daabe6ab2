"""`/account/security/`: the actor's second factors."""

from flask import Blueprint, url_for

from app.base.events import Event
from app.models import Factor, FactorKind
from app.routes.accounts import account
from app.routes.login import api
from app.services.core.actors import Actor
from app.services.login import passkey_hosts, recovery_codes, second_factors, sessions
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import NameField, Nothing, Operation, SecretField, TextField
from app.web.guard import authentication
from app.web.guard.access import signed_in
from app.web.response import replies, screens
from app.web.response.replies import Flash, Payload, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("second_factors", __name__)


class SecondFactorReference(Operation):
    """The ID of a second factor."""

    id = TextField("Factor", "The ID of the second factor.", example="factor_123")


class SecondFactorRename(SecondFactorReference):
    """The second factor to rename, and its new name."""

    name = NameField("Name", example="My phone")


class SecondFactorRemove(SecondFactorReference):
    """The second factor to remove, and your password as a confirmation."""

    password = SecretField("Your password", "Your password.")


@routes.get("/account/security/")
@signed_in(Nothing, by_key=second_factors.BY_KEY, api=api.FACTORS_INDEX)
def index(actor: Actor, form: Nothing) -> Shown:
    """List your second factors."""
    return replies.shown(lambda: {"data": _payload(actor)}, lambda: list_screen(actor))


@routes.put("/account/security/")
@signed_in(
    SecondFactorRename,
    redraw=lambda form: _rename_screen(form),
    refused_as=Event.FACTOR_RENAMED,
    by_key=second_factors.BY_KEY,
    api=api.RENAME,
)
def rename(actor: Actor, form: SecondFactorRename) -> Reply:
    """Rename a second factor."""
    factor = second_factors.rename(actor, form.id.value, name=form.name.value)

    return changed(actor, {"status": "OK", "data": api.factor(factor)}, "The name is changed.")


@routes.delete("/account/security/")
@signed_in(
    SecondFactorRemove,
    redraw=lambda form: _remove_screen(form),
    opens_units=True,
    refused_as=Event.FACTOR_REMOVED,
    by_key=second_factors.BY_KEY,
    api=api.REMOVE,
)
def remove(actor: Actor, form: SecondFactorRemove) -> Reply:
    """Remove a second factor."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        factor = second_factors.remove(actor, form.id.value)

        return changed(
            actor, {"status": "OK"}, f"Your {factor.label} is removed.", offer=sessions.count_others(actor)
        )


@routes.get("/account/security/rename/")
@signed_in(SecondFactorReference, by_key=second_factors.BY_KEY)
def rename_form(actor: Actor, form: SecondFactorReference) -> Shown:
    """Show the form for renaming a second factor."""
    factor = second_factors.get_own(actor, form.id.value)
    blank = SecondFactorRename(data={"name": factor.name})
    blank.id.value = factor.id
    return replies.page(lambda: _rename_screen(blank))


@routes.get("/account/security/remove/")
@signed_in(SecondFactorReference, by_key=second_factors.BY_KEY)
def remove_form(actor: Actor, form: SecondFactorReference) -> Shown:
    """Ask for the password before a second factor is removed."""
    factor = second_factors.get_own(actor, form.id.value)
    blank = SecondFactorRemove()
    blank.id.value = factor.id
    return replies.page(lambda: _remove_screen(blank))


def check_password(actor: Actor, password: str) -> Actor:
    """Return the actor with proof of their password. Raises `NotPermitted` or `TooManyRequests`."""
    return account.check_password(actor, password)


def changed(actor: Actor, payload: Payload, text: str, *, offer: int = 0) -> Reply:
    """Return the reply to a change; `offer` is the number of other sessions that the notice offers to end."""
    notice = Flash("success", text, others=offer)
    return replies.changed(
        payload, notice, to=url_for("second_factors.index"), screen=lambda: list_screen(actor)
    )


def added(actor: Actor, factor: Factor, codes: list[str]) -> replies.Shown | Reply:
    """Return the result of adding a factor; recovery codes come with the first one and are shown once."""
    payload = {"status": "OK", "data": api.factor(factor)}
    if codes:
        return replies.shown(
            lambda: {**payload, "recovery_codes": codes}, lambda: codes_screen(actor, codes, first=True)
        )
    notice = Flash(
        "success",
        f"Your {factor.label} is set up.",
        "It is asked for from the next log-in on.",
        others=sessions.count_others(actor),
    )
    return replies.changed(payload, notice, to=url_for("second_factors.index"))


def codes_screen(actor: Actor, codes: list[str], *, first: bool = False) -> Screen:
    """Return the page that shows new recovery codes."""
    context = {"codes": codes, "first": first, "others": sessions.count_others(actor)}
    return Screen(
        "login/second_factors/codes.html", "login/second_factors/_codes.html", "recovery-codes", context
    )


def list_screen(actor: Actor) -> Screen:
    """Return the page of the actor's second factors."""
    mine = second_factors.list_own(actor)
    context = {
        "factors": mine,
        "app": next((factor for factor in mine if factor.kind == FactorKind.TOTP), None),
        "keys": [factor for factor in mine if factor.kind == FactorKind.PASSKEY],
        "codes_left": recovery_codes.count_left(actor.user_id),
        "passkeys": passkey_hosts.relying_party(current.settings) is not None,
        "host": passkey_hosts.host_of(current.settings),
    }
    return Screen("login/second_factors/index.html", "login/second_factors/_list.html", "factors", context)


def _payload(actor: Actor) -> api.SecondFactors:
    return {
        "factors": [api.factor(factor) for factor in second_factors.list_own(actor)],
        "recovery_codes_left": recovery_codes.count_left(actor.user_id),
    }


def _rename_screen(form: SecondFactorRename) -> Screen:
    return screens.form(
        "login/second_factors/_rename_form.html",
        "rename-form",
        title="Rename a passkey",
        section="account",
        form=form,
        factor=second_factors.get_own(authentication.actor(), form.id.value),
    )


def _remove_screen(form: SecondFactorRemove) -> Screen:
    actor = authentication.actor()
    factor = second_factors.get_own(actor, form.id.value)
    last, last_here = len(second_factors.list_own(actor)) == 1, second_factors.is_last_usable(actor, factor)
    return screens.form(
        "login/second_factors/_remove_form.html",
        "remove-form",
        title="Remove a second factor",
        section="account",
        form=form,
        factor=factor,
        last=last,
        last_here=last_here,
    )
