"""`/login/` and `/logout/`."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.services.core.actors import Actor
from app.services.login import lockouts, passkey_hosts, pending_logins, second_factors, sessions
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import EmailField, GoingOn, Nothing, Operation, SecretField, TextField
from app.web.guard import authentication, carried, known_devices, wrong_guesses
from app.web.guard.access import public
from app.web.request import incoming, origins
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen

routes = Blueprint("sessions", __name__)


class LogIn(Operation):
    """An address and its password."""

    email = EmailField(required="Email is required")
    password = SecretField("Password", required="Password is required")


class LogOut(Operation):
    """Where to go on afterwards."""

    next = TextField.optional("Next")


@routes.get("/login/")
@public(GoingOn)
def log_in_form(visitor: Actor | None, form: GoingOn) -> replies.Result:
    """Show the log-in form, or send on who is in already."""
    if visitor and incoming.query_value("next"):
        return replies.redirect_to(origins.own_path(incoming.query_value("next")))
    return replies.shown(lambda: {"data": {"csrf_token": generate_csrf()}}, lambda: _screen(LogIn()))


@routes.post("/login/")
@public(LogIn, redraw=lambda form: _screen(form))
def log_in(visitor: Actor | None, form: LogIn) -> ResponseReturnValue:
    """Log in: issue a session to whoever knows the password, or a challenge if there is a second factor."""
    guess = wrong_guesses.counted(form.email.value)
    try:
        return _logged_in(visitor, form, guess)
    except sessions.HashReplaced:
        return _logged_in(visitor, form, guess)  # once: another sign-in may have renewed the hash


def _logged_in(
    visitor: Actor | None, form: LogIn, guess: tuple[lockouts.Subject, ...]
) -> ResponseReturnValue:
    with unit_of_work.reading():
        found = sessions.account_of(form.email.value)
    proven = sessions.verify(found, form.password.value)
    with unit_of_work.writing():
        sessions.check_unchanged(proven)
        lockouts.undo_count(guess)
        sessions.keep_renewed(proven)
        if second_factors.has_any(proven.user_id):
            carried.keep(carried.CHALLENGE, pending_logins.issue(proven.user_id))
            return replies.second_step(url_for("second_step.show", next=_next() or None))
        device = request.headers.get("User-Agent", "")
        secret = sessions.open_session(
            proven.user_id, device=device, by=[sessions.PASSWORD], instead_of=visitor
        )
    authentication.start_session(secret)
    known_devices.remember(form.email.value)

    return replies.signed_in(origins.own_path(incoming.query_value("next")))


@routes.get("/logout/")
@public(Nothing)
def log_out_form(visitor: Actor | None, form: Nothing) -> Shown:
    """Ask whether to log out."""
    return replies.shown(
        lambda: {"data": {"csrf_token": generate_csrf()}},
        lambda: Screen("login/log_out.html", "login/log_out.html", "main"),
    )


@routes.post("/logout/")
@public(LogOut)
def log_out(visitor: Actor | None, form: LogOut) -> Reply:
    """Log out: the session ends in the database, not only in the cookie."""
    if visitor and visitor.in_portal:
        with unit_of_work.writing():
            sessions.close_session(visitor)
    authentication.end_session()

    log_in_again = url_for("sessions.log_in", next=origins.own_path(form.next.value, "") or None)
    return replies.changed({"status": "OK"}, Flash("success", "You are logged out."), to=log_in_again)


def _screen(form: LogIn) -> Screen:
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
