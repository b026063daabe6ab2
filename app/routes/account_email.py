"""`/account/email/`: a new address, agreed to by the old one and the new one."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app import addresses
from app.routes.account import check_password, profile_screen
from app.routes.accounts import Link
from app.services import address_changes
from app.services.actors import Actor
from app.services.address_changes import Side
from app.web import authentication, rate_limits, replies, transaction
from app.web.access import public, signed_in
from app.web.forms import EmailField, Operation, SecretField
from app.web.replies import Flash
from app.web.screens import Screen

routes = Blueprint("account_email", __name__)


class EmailChange(Operation):
    """The new address, and the password that shows who asks."""

    email = EmailField("New address", required="Email is required")
    password = SecretField("Password", required="Password is required")


@routes.post("/account/email/")
@signed_in(EmailChange, redraw=lambda form: _screen(form), reads_first=True)
def request(actor: Actor, form: EmailChange) -> ResponseReturnValue:
    """Mail both addresses a link; nothing changes until both have agreed."""
    check_password(actor, form.password.value)
    rate_limits.check_tighter("reset_account", actor.user_id)
    with transaction.of_request():
        address_changes.request(actor, form.email.value)

    text = "Follow the link in both mails: the one to your old address and the one to your new one."
    notice = Flash("success", "Check your mail, twice.", text)
    return replies.changed({"status": "OK", "message": text}, notice, to=url_for("account.index"))


@routes.get("/account/email/confirm/")
@public(Link)
def confirm_form(visitor: Actor | None, form: Link) -> ResponseReturnValue:
    """Ask one side to agree; opening the link changes nothing."""
    found = address_changes.by_link(form.token.value)
    address = addresses.masked(found[0].email) if found else None
    context = {
        "token": form.token.value,
        "address": address,
        "old_side": bool(found and found[1] is Side.OLD),
        "expired": found is None,
    }
    return replies.shown(
        lambda: {"data": {"address": address, "csrf_token": generate_csrf()}},
        lambda: Screen("account/confirm_email.html", "account/confirm_email.html", "main", context),
    )


@routes.post("/account/email/confirm/")
@public(Link)
def confirm(visitor: Actor | None, form: Link) -> ResponseReturnValue:
    """Agree for one side."""
    with transaction.of_request():
        done = address_changes.agree(form.token.value)

    notice = (
        Flash("success", "Your address is changed.", "Log in with the new one from now on.")
        if done
        else Flash("info", "Thank you.", "The other address has to agree as well: follow the link there.")
    )
    to = url_for("account.index" if visitor else "sessions.log_in")
    return replies.changed({"status": "OK", "changed": done}, notice, to=to)


def _screen(form: EmailChange) -> Screen:
    drawn = profile_screen(authentication.actor())
    context = {**drawn.context, "email_form": form}
    return Screen(drawn.page, "account/_email_form.html", "email-form", context)
