"""`/register/`: create an account."""

from flask import Blueprint, url_for
from flask_wtf.csrf import generate_csrf

from app.base.events import Event
from app.routes.accounts import api
from app.services.accounts import registration
from app.services.core.actors import Actor
from app.services.login import passwords, personal_words
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import EmailField, NameField, Operation, SecretField, WithNext
from app.web.guard import rate_limits
from app.web.guard.access import public
from app.web.request import incoming, origins
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("accounts", __name__)


class AccountCreate(Operation):
    """The account to create."""

    name = NameField.optional("Name", missing="name must be text people can read", blank=True, example="John")
    email = EmailField(example="john@example.com")
    password = SecretField("Password")


@routes.get("/register/")
@public(WithNext, api=api.REGISTER_FORM)
def register_form(actor: Actor | None, form: WithNext) -> Shown:
    """Get the CSRF token for registering."""
    return replies.shown(lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: _screen(AccountCreate()))


@routes.post("/register/")
@public(
    AccountCreate, redraw=lambda form: _screen(form), refused_as=Event.ACCOUNT_REGISTERED, api=api.REGISTER
)
def register(actor: Actor | None, form: AccountCreate) -> Reply:
    """Create an account; the response is the same if the address already has one."""
    rate_limits.check_tighter("register")
    name = form.name.value or ""
    known = personal_words.of_portal(current.settings)
    password = passwords.check(form.password.value, form.email.value.typed, name, *known)
    password_hash = passwords.hashed(password)
    with unit_of_work.writing():
        registration.register(form.email.value, name=name, password_hash=password_hash)

    text = "Check your email to confirm your address. You can sign in right away."
    notice = Flash("success", "Your account is ready.", text)
    to = url_for("sessions.log_in", next=origins.own_path(incoming.query_value("next"), "") or None)
    return replies.changed({"status": "OK", "message": text}, notice, to=to)


def _screen(form: AccountCreate) -> Screen:
    context = {
        "form": form,
        "next": origins.own_path(incoming.query_value("next"), ""),
        "closed": current.settings.registration == "closed",
    }
    return Screen("accounts/register.html", "accounts/_register_form.html", "register-form", context)
