"""`/reset/`: reset a password by mail."""

from flask import Blueprint, url_for
from flask_wtf.csrf import generate_csrf

from app.base.codes import Code
from app.base.errors import Gone
from app.routes.accounts import api
from app.routes.accounts.mailed_links import EmailLinkToken
from app.services.accounts import password_reset
from app.services.core.actors import Actor
from app.services.login import passwords
from app.web import unit_of_work
from app.web.forms.forms import EmailField, Nothing, Operation, SecretField, YesNoField
from app.web.guard import known_devices, rate_limits
from app.web.guard.access import public
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("password_reset", __name__)


class PasswordResetRequest(Operation):
    """The email address of the account."""

    email = EmailField()


class PasswordReset(EmailLinkToken):
    """The mailed token and the new password."""

    password = SecretField("New password", "The new password.")
    end_keys = YesNoField.optional(
        "Revoke all my API keys", "Whether to revoke all your API keys.", explicit=True, example=False
    )


@routes.get("/reset/")
@public(Nothing, api=api.RESET_REQUEST_FORM)
def request_form(actor: Actor | None, form: Nothing) -> Shown:
    """Get the CSRF token for requesting a password reset."""
    return replies.shown(
        lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: _forgot_screen(PasswordResetRequest())
    )


@routes.post("/reset/")
@public(PasswordResetRequest, redraw=lambda form: _forgot_screen(form), api=api.REQUEST_RESET)
def request_link(actor: Actor | None, form: PasswordResetRequest) -> Reply:
    """Request a password reset link; the response is the same if the account does not exist."""
    rate_limits.check_tighter("reset")
    rate_limits.check_tighter("reset_account", form.email.value.key)
    with unit_of_work.writing():
        password_reset.request(form.email.value)

    text = "If there is an account with this address, a link is on its way. It works for an hour."
    notice = Flash("success", "Check your mail.", text)
    return replies.changed({"status": "OK", "message": text}, notice, to=url_for("sessions.log_in"))


@routes.get("/reset/password/")
@public(EmailLinkToken, api=api.RESET_FORM)
def password_form(actor: Actor | None, form: EmailLinkToken) -> replies.Result:
    """Get the CSRF token for choosing a new password."""
    screen = _choose_screen(PasswordReset(data={"token": form.token.value}))
    if screen.context["expired"]:
        return replies.ended(Gone(Code.RESET_LINK_EXPIRED), screen)
    return replies.shown(lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: screen)


@routes.post("/reset/password/")
@public(PasswordReset, redraw=lambda form: _choose_screen(form), api=api.RESET)
def set_password(actor: Actor | None, form: PasswordReset) -> Reply:
    """Set a new password, which ends all sessions of the account."""
    passwords.check_length(form.password.value)  # needs no link, so it is checked first
    with unit_of_work.reading():
        known = password_reset.words_to_avoid(form.token.value)
    password = passwords.check(form.password.value, *known)
    password_hash = passwords.hashed(password)
    with unit_of_work.writing():
        address = password_reset.choose(form.token.value, password_hash, end_keys=bool(form.end_keys.value))
    known_devices.remember(address)

    notice = Flash("success", "Your password is changed.", "Log in with the new one.")
    return replies.changed({"status": "OK"}, notice, to=url_for("sessions.log_in"))


def _forgot_screen(form: PasswordResetRequest) -> Screen:
    return Screen("accounts/forgot.html", "accounts/_forgot_form.html", "forgot-form", {"form": form})


def _choose_screen(form: PasswordReset) -> Screen:
    token = form.token.data or ""
    usable = password_reset.link_works(token)
    context = {
        "form": form,
        "expired": not usable,
        "working_keys": password_reset.working_keys(token) if usable else [],
    }
    return Screen("accounts/choose_password.html", "accounts/_choose_form.html", "choose-form", context)
