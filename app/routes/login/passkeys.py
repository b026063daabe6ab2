"""`/account/security/passkeys/`: add passkeys."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.base.events import Event
from app.models import CeremonyPurpose
from app.routes.login import api
from app.routes.login.second_factors import added, check_password, routes
from app.services.core.actors import Actor
from app.services.login import passkey_hosts, passkeys, recovery_codes, second_factors, webauthn_challenges
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import NameField, Nothing, Operation, SecretField
from app.web.forms.passkey_fields import CredentialField
from app.web.guard import cookie_values
from app.web.guard.access import signed_in
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


class PasskeyOptionsCreate(Operation):
    """Your password, to start adding a passkey."""

    password = SecretField("Your password", "Your password.")


class PasskeyAdd(Operation):
    """The passkey that the browser created, and its name."""

    name = NameField("Name")
    password = SecretField.optional("Your password", "Your password.")
    credential = CredentialField("Passkey")


@routes.get("/account/security/passkeys/")
@signed_in(Nothing, by_key=second_factors.BY_KEY, api=api.PASSKEY_FORM)
def passkey_form(actor: Actor, form: Nothing) -> Shown:
    """Get the relying party for a new passkey."""
    party = passkey_hosts.relying_party(current.settings)
    return replies.shown(lambda: {"data": {"rp_id": party and party.id}}, lambda: _screen(PasskeyAdd()))


@routes.post("/account/security/passkeys/options/")
@signed_in(
    PasskeyOptionsCreate,
    opens_units=True,
    refused_as=Event.FACTOR_ADDED,
    by_key=second_factors.BY_KEY,
    api=api.FACTORS_PASSKEY_OPTIONS,
)
def passkey_options(actor: Actor, form: PasskeyOptionsCreate) -> ResponseReturnValue:
    """Create the WebAuthn options for a new passkey."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        request = passkeys.registration_options(actor)
    cookie_values.store(cookie_values.CEREMONY, request.ceremony)

    return jsonify({"data": request.options})


@routes.post("/account/security/passkeys/")
@signed_in(
    PasskeyAdd,
    redraw=lambda form: _screen(form),
    opens_units=True,
    refused_as=Event.FACTOR_ADDED,
    by_key=second_factors.BY_KEY,
    api=api.PASSKEY_ADD,
)
def passkey_add(actor: Actor, form: PasskeyAdd) -> replies.Result:
    """Add a passkey."""
    with unit_of_work.writing():  # separate, so that the challenge is used up even if the response is invalid
        challenge = webauthn_challenges.consume(
            cookie_values.pop(cookie_values.CEREMONY), CeremonyPurpose.REGISTER, user_id=actor.user_id
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
