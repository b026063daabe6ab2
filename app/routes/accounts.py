"""`/register/` and `/confirm/`: new accounts and their addresses."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app import addresses
from app.services import accounts, familiar, passwords, profiles
from app.services.actors import Actor
from app.web import incoming, origins, rate_limits, replies, transaction
from app.web.access import public, signed_in
from app.web.forms import EmailField, NameField, Nothing, Operation, SecretField, TextField
from app.web.replies import Flash
from app.web.screens import Screen

routes = Blueprint("accounts", __name__)


class Register(Operation):
    """What an account is made of."""

    name = NameField("Name", missing="name must be text people can read", blank=True)
    email = EmailField(required="Email is required")
    password = SecretField("Password", required="Password is required")


class Link(Operation):
    """The token of a mailed link."""

    token = TextField("Token", required="token is required")


@routes.get("/register/")
@public()
def register_form(visitor: Actor | None, form: Nothing) -> ResponseReturnValue:
    """Show the form, or that registration is closed."""
    return replies.shown(lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: _screen(Register()))


@routes.post("/register/")
@public(Register, redraw=lambda form: _screen(form))
def register(visitor: Actor | None, form: Register) -> ResponseReturnValue:
    """Create an account; the answer is the same for an address that has one."""
    rate_limits.check_tighter("register")
    name = form.name.value or ""
    known = familiar.of_portal(origins.portal_config())
    password = passwords.check(form.password.value, form.email.value.typed, name, *known)
    password_hash = passwords.hashed(password)
    with transaction.of_request():
        accounts.register(form.email.value, name=name, password_hash=password_hash)

    text = "Check your mail to confirm your address. You can log in right away."
    notice = Flash("success", "Your account is ready.", text)
    to = url_for("sessions.log_in", next=origins.own_path(incoming.query_value("next"), "") or None)
    return replies.changed({"status": "OK", "message": text}, notice, to=to)


@routes.get("/confirm/")
@public(Link)
def confirm_form(visitor: Actor | None, form: Link) -> ResponseReturnValue:
    """Ask to confirm the address; opening the link changes nothing, mail scanners do that."""
    address = accounts.address_behind(form.token.value)
    masked = addresses.masked(address) if address else None
    context = {"token": form.token.value, "address": masked, "expired": address is None}
    screen = Screen("accounts/confirm.html", "accounts/confirm.html", "main", context)
    if address is None:
        return replies.ended(410, accounts.LINK_EXPIRED, screen)
    return replies.shown(lambda: {"data": {"address": masked, "csrf_token": generate_csrf()}}, lambda: screen)


@routes.post("/confirm/")
@public(Link)
def confirm(visitor: Actor | None, form: Link) -> ResponseReturnValue:
    """Confirm the address that the link was mailed to."""
    with transaction.of_request():
        accounts.confirm(form.token.value)

    to = url_for("organizations.index" if visitor else "sessions.log_in")
    return replies.changed({"status": "OK"}, Flash("success", "Your address is confirmed."), to=to)


@routes.post("/confirm/resend/")
@signed_in()
def resend(actor: Actor, form: Nothing) -> ResponseReturnValue:
    """Mail the confirmation link anew."""
    profiles.check_portal(actor)
    rate_limits.check_tighter("reset_account", actor.user_id)
    accounts.ask_again(actor.user_id)

    notice = Flash("success", f"We sent a new link to {actor.email}.")
    return replies.changed({"status": "OK"}, notice, to=url_for("organizations.index"))


def _screen(form: Register) -> Screen:
    context = {
        "form": form,
        "next": origins.own_path(incoming.query_value("next"), ""),
        "closed": origins.portal_config().registration == "closed",
    }
    return Screen("accounts/register.html", "accounts/_register_form.html", "register-form", context)
