"""`/account/email/`: change the email address, confirmed by links to the old and the new one."""

from flask import Blueprint, url_for
from flask_wtf.csrf import generate_csrf

from app.base.events import Event
from app.routes.accounts import api, ownership
from app.routes.accounts.account import check_password, profile_screen
from app.routes.accounts.mailed_links import EmailLinkToken
from app.services.accounts import email_change, profile
from app.services.accounts.email_change import Side
from app.services.core.actors import Actor
from app.text import email_addresses
from app.web import unit_of_work
from app.web.forms.forms import EmailField, Operation, SecretField
from app.web.guard import authentication, rate_limits
from app.web.guard.access import public, signed_in
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("account_email", __name__)


_OTHERWISE = "If the account is not yours, you need not do anything: nothing changes."


class EmailChangeConfirm(EmailLinkToken):
    """The mailed token, and for the new address the password, unless you're signed in."""

    password = SecretField.optional("Password")


class EmailChange(Operation):
    """Your new email address, and your password as a confirmation."""

    email = EmailField("New address", "Your new email address.")
    password = SecretField("Password")


@routes.post("/account/email/")
@signed_in(
    EmailChange,
    redraw=lambda form: _screen(form),
    opens_units=True,
    refused_as=Event.EMAIL_CHANGE_REQUESTED,
    by_key=profile.BY_KEY,
    api=api.REQUEST,
)
def request(actor: Actor, form: EmailChange) -> Reply:
    """Request a new email address; links to the old and the new one must both be confirmed."""
    actor = check_password(actor, form.password.value)
    rate_limits.check_tighter("reset_account", actor.user_id)
    with unit_of_work.writing():
        email_change.request(actor, form.email.value)

    text = "Follow the link in both mails: the one to your old address and the one to your new one."
    notice = Flash("success", "Check your mail, twice.", text)
    return replies.changed({"status": "OK", "message": text}, notice, to=url_for("account.index"))


@routes.get("/account/email/confirm/")
@public(EmailLinkToken, api=api.CONFIRM_FORM)
def confirm_form(actor: Actor | None, form: EmailLinkToken) -> Shown:
    """Get the email address behind a mailed link."""
    screen = _confirm_screen(EmailChangeConfirm(data={"token": form.token.value}))
    payload = {"address": screen.context["address"]}
    return replies.shown(lambda: {"data": {**payload, "csrf_token": generate_csrf()}}, lambda: screen)


@routes.post("/account/email/confirm/")
@public(
    EmailChangeConfirm,
    redraw=lambda form: _confirm_screen(form),
    refused_as=Event.EMAIL_CHANGE_AGREED,
    api=api.ACCOUNT_EMAIL_CONFIRM,
)
def confirm(actor: Actor | None, form: EmailChangeConfirm) -> Reply:
    """Confirm an email change for the old or the new address."""
    with unit_of_work.reading():
        user = email_change.requester(form.token.value)
    holder = ownership.check(actor, user, form.password, otherwise=_OTHERWISE) if user else None
    with unit_of_work.writing():
        done = email_change.consent(form.token.value, holder)

    notice = (
        Flash("success", "Your address is changed.", "Log in with the new one from now on.")
        if done
        else Flash("info", "Thank you.", "The other address has to agree as well: follow the link there.")
    )
    to = url_for("account.index" if actor else "sessions.log_in")
    return replies.changed({"status": "OK", "changed": done}, notice, to=to)


def _confirm_screen(form: EmailChangeConfirm) -> Screen:
    found = email_change.find_by_link(form.token.data or "")
    actor = authentication.find_actor()
    context = {
        "form": form,
        "address": email_addresses.masked(found[0].email) if found else None,
        "old_side": bool(found and found[1] is Side.OLD),
        "own": bool(found and actor and actor.by_session and actor.user_id == found[0].user_id),
        "expired": found is None,
    }
    return Screen("accounts/confirm_email.html", "accounts/confirm_email.html", "main", context)


def _screen(form: EmailChange) -> Screen:
    screen = profile_screen(authentication.actor())
    context = {**screen.context, "email_form": form}
    return Screen(screen.page, "accounts/_email_form.html", "email-form", context)
