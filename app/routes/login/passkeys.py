"""`/account/security/passkeys/`: add a passkey."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.base.events import Event
from app.models import CeremonyPurpose
from app.routes.login.second_factors import NAME_MISSING, added, check_password, routes
from app.services.core.actors import Actor
from app.services.login import passkey_hosts, passkeys, recovery_codes, second_factors, webauthn_challenges
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import NameField, Nothing, Operation, SecretField
from app.web.forms.passkey_fields import CredentialField
from app.web.guard import carried
from app.web.guard.access import signed_in
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


class PasskeyBegin(Operation):
    """The password, before the browser is asked."""

    password = SecretField("Your password", required="Password is required")


class PasskeyAdd(Operation):
    """What the browser made, and what to call it."""

    name = NameField("Name", missing=NAME_MISSING, required=NAME_MISSING)
    password = SecretField.optional("Your password")
    credential = CredentialField("Passkey", required="credential is required")


@routes.get("/account/security/passkeys/")
@signed_in(Nothing)
def passkey_form(actor: Actor, form: Nothing) -> Shown:
    """Show the form that adds a passkey."""
    second_factors.check_portal(actor)
    party = passkey_hosts.relying_party(current.settings)
    return replies.shown(lambda: {"data": {"rp_id": party and party.id}}, lambda: _screen(PasskeyAdd()))


@routes.post("/account/security/passkeys/options/")
@signed_in(PasskeyBegin, opens_units=True, refused_as=Event.FACTOR_ADDED)
def passkey_options(actor: Actor, form: PasskeyBegin) -> ResponseReturnValue:
    """Answer what the browser is to be asked; the password opens it."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        asked = passkeys.registration_options(actor)
    carried.keep(carried.CEREMONY, asked.ceremony)

    return jsonify({"data": asked.options})


@routes.post("/account/security/passkeys/")
@signed_in(PasskeyAdd, redraw=lambda form: _screen(form), opens_units=True, refused_as=Event.FACTOR_ADDED)
def passkey_add(actor: Actor, form: PasskeyAdd) -> replies.Result:
    """Add the passkey that the browser made."""
    second_factors.check_portal(actor)
    with unit_of_work.writing():  # of its own: whatever the answer is worth, its challenge is used up
        challenge = webauthn_challenges.consume(
            carried.take(carried.CEREMONY), CeremonyPurpose.REGISTER, user_id=actor.user_id
        )
    with unit_of_work.writing():
        factor = passkeys.register(actor, challenge, form.credential.value, name=form.name.value)
        codes = recovery_codes.generate_first(actor)
        return added(actor, factor, codes)


def _screen(form: PasskeyAdd) -> Screen:
    context = {"form": form, "passkeys": passkey_hosts.relying_party(current.settings) is not None}
    return Screen(
        "login/second_factors/passkey.html",
        "login/second_factors/_passkey_form.html",
        "passkey-form",
        context,
    )
