"""`/account/security/totp/`: set up an authenticator app."""

from app.base.events import Event
from app.routes.login import api
from app.routes.login.second_factors import added, check_password, routes
from app.services.core.actors import Actor
from app.services.login import recovery_codes, second_factors, totp
from app.services.login.totp import SetUp
from app.web import unit_of_work
from app.web.forms.forms import Nothing, Operation, SecretField, TextField
from app.web.guard import authentication
from app.web.guard.access import signed_in
from app.web.response import qr_codes, replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


class TotpConfirm(Operation):
    """The `setup` value, the first code from the app, and your password."""

    setup = SecretField(
        "Set-up",
        "The `setup` value from the previous response.",
        required="setup is required",
        example="the setup value from the GET request",
    )
    code = TextField(
        "Code from the app",
        "The first code from your authenticator app.",
        required="Code is required",
        example="123456",
    )
    password = SecretField("Your password", "Your password.")


@routes.get("/account/security/totp/")
@signed_in(Nothing, by_key=second_factors.BY_KEY, api=api.TOTP_FORM)
def totp_form(actor: Actor, form: Nothing) -> Shown:
    """Create a secret for an authenticator app."""
    setup = totp.begin(actor)
    payload = {"secret": setup.secret, "uri": setup.uri, "setup": setup.sealed}
    return replies.shown(lambda: {"data": payload}, lambda: _screen(TotpConfirm(), setup))


@routes.post("/account/security/totp/")
@signed_in(
    TotpConfirm,
    redraw=lambda form: _redrawn(form),
    opens_units=True,
    refused_as=Event.FACTOR_ADDED,
    by_key=second_factors.BY_KEY,
    api=api.TOTP_CONFIRM,
)
def totp_confirm(actor: Actor, form: TotpConfirm) -> replies.Result:
    """Add an authenticator app by confirming its first code."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        factor = totp.confirm(actor, form.setup.value, form.code.value)
        codes = recovery_codes.generate_first(actor)
        return added(actor, factor, codes)


def _redrawn(form: TotpConfirm) -> Screen:
    """Return the form with the same secret, which the app already has."""
    return _screen(form, totp.resume(authentication.actor(), form.setup.value or ""))


def _screen(form: TotpConfirm, setup: SetUp) -> Screen:
    context = {"form": form, "begun": setup, "qr": qr_codes.svg(setup.uri)}
    return Screen(
        "login/second_factors/totp.html", "login/second_factors/_totp_form.html", "totp-form", context
    )
