"""`/confirm/`: confirm an email address by a mailed link, or take over its account."""

from flask import Blueprint, url_for
from flask_wtf.csrf import generate_csrf

from app.base.codes import Code
from app.base.errors import Gone, InvalidInput
from app.base.events import Event
from app.routes.accounts import api, ownership
from app.routes.accounts.mailed_links import EmailLinkToken
from app.services.accounts import profile, registration
from app.services.core.actors import Actor
from app.services.login import passwords
from app.text import email_addresses
from app.web import unit_of_work
from app.web.forms.forms import Nothing, SecretField
from app.web.guard import authentication, known_devices, rate_limits
from app.web.guard.access import public, signed_in
from app.web.response import replies
from app.web.response.replies import Flash, Reply
from app.web.response.screens import Screen

routes = Blueprint("confirmations", __name__)

_OTHERWISE = "If you don't know its password, choose a new one to make the account yours."


class AccountConfirm(EmailLinkToken):
    """The mailed token, and the account's password, or a new password to take the account over."""

    password = SecretField.optional("Password")
    new_password = SecretField.optional("New password", "A new password, to take the account over.")


@routes.get("/confirm/")
@public(EmailLinkToken, api=api.SHOW)
def show(actor: Actor | None, form: EmailLinkToken) -> replies.Result:
    """Get the email address that a mailed link confirms."""
    blank = AccountConfirm(data={"token": form.token.value})
    screen = _screen(blank)
    if screen.context["expired"]:
        return replies.ended(Gone(Code.CONFIRMATION_LINK_EXPIRED), screen)
    payload = {"address": screen.context["address"]}
    return replies.shown(lambda: {"data": {**payload, "csrf_token": generate_csrf()}}, lambda: screen)


@routes.post("/confirm/")
@public(
    AccountConfirm,
    redraw=lambda form: _screen(form),
    refused_as=Event.ACCOUNT_CONFIRMED,
    api=api.CONFIRMATIONS_CONFIRM,
)
def confirm(actor: Actor | None, form: AccountConfirm) -> Reply:
    """Confirm an email address with the account's session or password, or take the account over."""
    with unit_of_work.reading():
        user = registration.account_to_confirm(form.token.value)
    if form.new_password.value:
        return _take_over(form, form.new_password.value)

    holder = ownership.check(actor, user, form.password, otherwise=_OTHERWISE)
    with unit_of_work.writing():
        registration.confirm(form.token.value, holder)

    to = url_for("organizations.index" if actor else "sessions.log_in")
    return replies.changed({"status": "OK"}, Flash("success", "Your address is confirmed."), to=to)


@routes.post("/confirm/resend/")
@signed_in(Nothing, refused_as=Event.CONFIRMATION_REQUESTED, by_key=profile.BY_KEY, api=api.RESEND)
def resend(actor: Actor, form: Nothing) -> Reply:
    """Send a new confirmation link."""
    rate_limits.check_tighter("reset_account", actor.user_id)
    registration.resend_confirmation(actor.user_id)

    notice = Flash("success", f"We sent a new link to {actor.email}.")
    return replies.changed({"status": "OK"}, notice, to=url_for("organizations.index"))


def _take_over(form: AccountConfirm, password: str) -> Reply:
    password_hash = passwords.hashed(_check(form, password))
    with unit_of_work.writing():
        address = registration.reclaim_by_link(form.token.value, password_hash)
    known_devices.remember(address)

    text = "Earlier sessions, API keys and links have ended. Sign in with your new password."
    notice = Flash("success", "Your address is confirmed, and the account is yours.", text)
    return replies.changed({"status": "OK"}, notice, to=url_for("sessions.log_in"))


def _check(form: AccountConfirm, password: str) -> str:
    """Return the new password. Raises `InvalidInput` for its field if it is not accepted."""
    try:
        with unit_of_work.reading():
            known = registration.words_to_avoid(form.token.value)
        return passwords.check(password, *known)
    except InvalidInput as error:
        error.field = form.new_password.name
        raise


def _screen(form: AccountConfirm) -> Screen:
    user = registration.find_by_link(form.token.data or "")
    context = {
        "form": form,
        "address": email_addresses.masked(user.email) if user else None,
        "expired": user is None,
        "own": bool(user and ownership.owner(authentication.find_actor(), user)),
    }
    return Screen("accounts/confirm.html", "accounts/confirm.html", "main", context)
