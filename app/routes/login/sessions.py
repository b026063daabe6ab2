"""`/login/` and `/logout/`: sign in with a password, and sign out."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.routes.login import api
from app.services.core.actors import Actor
from app.services.login import lockouts, passkey_hosts, pending_logins, second_factors, sessions
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import EmailField, Nothing, Operation, SecretField, TextField, WithNext
from app.web.guard import authentication, cookie_values, known_devices, password_attempts
from app.web.guard.access import public
from app.web.request import incoming, origins
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("sessions", __name__)


class Login(Operation):
    """Your email address and password."""

    email = EmailField()
    password = SecretField("Password")


class Logout(Operation):
    """The page to continue to after signing in again."""

    next = TextField.optional(
        "Next", "The path of the page to continue to after signing in again.", example="/organization/"
    )


@routes.get("/login/")
@public(WithNext, api=api.LOG_IN_FORM)
def log_in_form(actor: Actor | None, form: WithNext) -> replies.Result:
    """Get the CSRF token for signing in."""
    if actor and incoming.query_value("next"):
        return replies.redirect_to(origins.own_path(incoming.query_value("next")))
    return replies.shown(lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: _screen(Login()))


@routes.post("/login/")
@public(Login, redraw=lambda form: _screen(form), api=api.LOG_IN)
def log_in(actor: Actor | None, form: Login) -> ResponseReturnValue:
    """Sign in with a password; accounts with a second factor have to complete a second step."""
    guess = password_attempts.count(form.email.value)
    try:
        return _log_in(actor, form, guess)
    except sessions.HashReplaced:
        return _log_in(actor, form, guess)  # a concurrent sign-in renewed the hash; try once more


def _log_in(actor: Actor | None, form: Login, guess: tuple[lockouts.Subject, ...]) -> ResponseReturnValue:
    with unit_of_work.reading():
        account = sessions.account_of(form.email.value)
    proven = sessions.verify(account, form.password.value)
    with unit_of_work.writing():
        sessions.check_unchanged(proven)
        lockouts.undo_count(guess)
        sessions.store_renewed_hash(proven)
        if second_factors.has_any(proven.user_id):
            cookie_values.store(cookie_values.CHALLENGE, pending_logins.issue(proven.user_id))
            return replies.second_step(url_for("second_step.show", next=_next() or None))
        device = request.headers.get("User-Agent", "")
        secret = sessions.open_session(
            proven.user_id, device=device, by=[sessions.PASSWORD], instead_of=actor
        )
    authentication.start_session(secret)
    known_devices.remember(form.email.value)

    return replies.signed_in(origins.own_path(incoming.query_value("next")))


@routes.get("/logout/")
@public(Nothing, api=api.LOG_OUT_FORM)
def log_out_form(actor: Actor | None, form: Nothing) -> Shown:
    """Get the CSRF token for signing out."""
    return replies.shown(
        lambda: {"data": {"csrf_token": generate_csrf()}},
        lambda: Screen("login/log_out.html", "login/log_out.html", "main"),
    )


@routes.post("/logout/")
@public(Logout, api=api.LOG_OUT)
def log_out(actor: Actor | None, form: Logout) -> Reply:
    """Sign out and end the session."""
    if actor and actor.by_session:
        with unit_of_work.writing():
            sessions.close_session(actor)
    authentication.end_session()

    log_in_again = url_for("sessions.log_in", next=origins.own_path(form.next.value, "") or None)
    return replies.changed({"status": "OK"}, Flash("success", "You are logged out."), to=log_in_again)


def _screen(form: Login) -> Screen:
    context = {
        "form": form,
        "next": _next(),
        "passkeys": passkey_hosts.relying_party(current.settings) is not None,
        "host": passkey_hosts.host_of(current.settings),
        "elsewhere": passkey_hosts.other_hosts(),
    }
    return Screen("login/login.html", "login/_login_form.html", "login-form", context)


def _next() -> str:
    return origins.own_path(incoming.query_value("next"), "")
