"""`/account/security/totp/`: set up an authenticator app."""

from app.base.events import Event
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
    """What the set-up gave, the app's first code, and the password."""

    setup = SecretField("Set-up", required="setup is required")
    code = TextField("Code from the app", required="Code is required")
    password = SecretField("Your password", required="Password is required")


@routes.get("/account/security/totp/")
@signed_in(Nothing)
def totp_form(actor: Actor, form: Nothing) -> Shown:
    """Show a new secret, to scan or to type."""
    second_factors.check_portal(actor)
    begun = totp.begin(actor)
    payload = {"secret": begun.secret, "uri": begun.uri, "setup": begun.sealed}
    return replies.shown(lambda: {"data": payload}, lambda: _screen(TotpConfirm(), begun))


@routes.post("/account/security/totp/")
@signed_in(TotpConfirm, redraw=lambda form: _redrawn(form), opens_units=True, refused_as=Event.FACTOR_ADDED)
def totp_confirm(actor: Actor, form: TotpConfirm) -> replies.Result:
    """Add the app whose first code is right."""
    actor = check_password(actor, form.password.value)
    with unit_of_work.writing():
        factor = totp.confirm(actor, form.setup.value, form.code.value)
        codes = recovery_codes.generate_first(actor)
        return added(actor, factor, codes)


def _redrawn(form: TotpConfirm) -> Screen:
    """Draw the same secret again: the app has it already."""
    return _screen(form, totp.resume(authentication.actor(), form.setup.value or ""))


def _screen(form: TotpConfirm, begun: SetUp) -> Screen:
    context = {"form": form, "begun": begun, "qr": qr_codes.svg(begun.uri)}
    return Screen(
        "login/second_factors/totp.html", "login/second_factors/_totp_form.html", "totp-form", context
    )
