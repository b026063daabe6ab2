"""`/login/second/` and `/login/passkey/`: the second step of a log-in, and log-in by passkey alone."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.base.errors import InvalidInput, NotAuthenticated
from app.models import CeremonyPurpose, FactorKind
from app.services.core import users
from app.services.core.actors import Actor
from app.services.login import (
    passkey_hosts,
    passkeys,
    pending_logins,
    second_factors,
    sessions,
    webauthn_challenges,
)
from app.services.login.passkeys import Answer, Request
from app.web import unit_of_work
from app.web.current import current
from app.web.forms.forms import GoingOn, Nothing, Operation, TextField
from app.web.forms.passkey_fields import CredentialField
from app.web.guard import authentication, carried, known_devices, rate_limits
from app.web.guard.access import public
from app.web.request import incoming, origins
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen

routes = Blueprint("second_step", __name__)


class SecondStep(Operation):
    """A code of the app or a recovery code, or what a passkey answers."""

    code = TextField.optional("Code")
    credential = CredentialField.optional("Passkey")


class PasskeyLogIn(Operation):
    """What a passkey answers."""

    credential = CredentialField("Passkey", required="credential is required")


@routes.get("/login/second/")
@public(GoingOn)
def show(visitor: Actor | None, form: GoingOn) -> Shown:
    """Show the form for the code, to whoever gave the right password."""
    kinds = second_factors.kinds(pending_logins.account_of(carried.look(carried.CHALLENGE)))
    return replies.shown(
        lambda: {"data": {"factors": kinds, "csrf_token": generate_csrf()}}, lambda: _screen(SecondStep())
    )


@routes.post("/login/second/")
@public(SecondStep, redraw=lambda form: _screen(form))
def answer(visitor: Actor | None, form: SecondStep) -> ResponseReturnValue:
    """Finish a log-in by a code or a passkey."""
    rate_limits.check_tighter("log_in")
    return _by_passkey(form.credential.value) if form.credential.value else _by_code(form)


@routes.post("/login/second/options/")
@public(Nothing)
def options(visitor: Actor | None, form: Nothing) -> ResponseReturnValue:
    """Answer what the browser is to be asked for as a second step."""
    rate_limits.check_tighter("log_in")
    with unit_of_work.reading():
        user_id = pending_logins.account_of(carried.look(carried.CHALLENGE))
    with unit_of_work.writing():
        asked = passkeys.authentication_options(CeremonyPurpose.SECOND, user_id)
    return _asked(asked)


@routes.post("/login/passkey/options/")
@public(Nothing)
def passkey_options(visitor: Actor | None, form: Nothing) -> ResponseReturnValue:
    """Answer what the browser is to be asked for instead of a password."""
    rate_limits.check_tighter("log_in")
    with unit_of_work.writing():
        asked = passkeys.authentication_options(CeremonyPurpose.LOG_IN)
    return _asked(asked)


@routes.post("/login/passkey/")
@public(PasskeyLogIn)
def passkey(visitor: Actor | None, form: PasskeyLogIn) -> ResponseReturnValue:
    """Log in by a passkey alone; the device has verified the person."""
    rate_limits.check_tighter("log_in")
    challenge = _answered(CeremonyPurpose.LOG_IN)
    with unit_of_work.writing():
        user_id = passkeys.verify(challenge, form.credential.value)
        secret = _opened(user_id, FactorKind.PASSKEY)
    return _entered(user_id, secret)


def _by_code(form: SecondStep) -> ResponseReturnValue:
    if not form.code.value:
        raise InvalidInput("Code is required", field="code")
    with unit_of_work.writing():
        answered = pending_logins.verify_code(carried.look(carried.CHALLENGE), form.code.value)
        secret = _opened(answered.user_id, sessions.PASSWORD, answered.factor) if answered else None
    if answered is None or secret is None:  # said only now: a wrong code stays counted
        raise NotAuthenticated(
            "Invalid code", message="Use the newest code of your app.", field="code", reason="wrong_code"
        )
    return _entered(answered.user_id, secret)


def _by_passkey(answered: Answer) -> ResponseReturnValue:
    with unit_of_work.reading():
        user_id = pending_logins.account_of(carried.look(carried.CHALLENGE))
    challenge = _answered(CeremonyPurpose.SECOND, user_id)
    with unit_of_work.writing():
        pending_logins.finish(carried.look(carried.CHALLENGE))
        passkeys.verify(challenge, answered, user_id=user_id)
        secret = _opened(user_id, sessions.PASSWORD, FactorKind.PASSKEY)
    return _entered(user_id, secret)


def _answered(purpose: CeremonyPurpose, user_id: str | None = None) -> bytes | None:
    """Take back the challenge, in a transaction of its own: whatever the answer is worth, it is used up."""
    with unit_of_work.writing():
        return webauthn_challenges.consume(carried.take(carried.CEREMONY), purpose, user_id=user_id)


def _asked(asked: Request) -> ResponseReturnValue:
    carried.keep(carried.CEREMONY, asked.ceremony)
    return jsonify({"data": asked.options})


def _opened(user_id: str, *by: str) -> str:
    device = request.headers.get("User-Agent", "")
    return sessions.open_session(user_id, device=device, by=by, instead_of=authentication.visitor())


def _entered(user_id: str, secret: str) -> ResponseReturnValue:
    authentication.start_session(secret)
    with unit_of_work.reading():
        address = users.address_of(user_id)
    known_devices.remember(address)
    return replies.signed_in(origins.own_path(incoming.query_value("next")))


def _screen(form: SecondStep) -> Screen:
    user_id = pending_logins.account_of(carried.look(carried.CHALLENGE))
    kinds = second_factors.kinds(user_id)
    context = {
        "form": form,
        "next": origins.own_path(incoming.query_value("next"), ""),
        "app": FactorKind.TOTP in kinds,
        "host": passkey_hosts.host_of(current.settings),
        "elsewhere": passkey_hosts.other_hosts(user_id),
        "passkeys": FactorKind.PASSKEY in kinds and passkey_hosts.relying_party(current.settings) is not None,
    }
    return Screen(
        "login/second_factors/second.html", "login/second_factors/_second_form.html", "second-form", context
    )
